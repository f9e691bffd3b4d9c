// Large text at once, without loading the page again; the form's own post keeps the choice.
document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-elder]")) return;
  event.preventDefault();
  const body = new FormData(event.target, button);
  const answer = await fetch(event.target.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) location.reload();
  else event.target.submit();
});
