// A button that ticks every box of its form that is in sight, or none when all are ticked.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]:not(:disabled)")].filter((box) => !box.closest("[hidden]"));
    const on = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = on;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));  // what counts the ticked counts again
  });
}

// Long lists of lines, mostly boxes to tick: a field that narrows them, and how many are ticked.
const MANY = 12;

for (const box of document.querySelectorAll(".choices")) {
  const lines = [...box.querySelectorAll("label")];
  const inputs = [...box.querySelectorAll("input[type=checkbox]")];
  if (lines.length <= MANY) continue;
  const words = document.body.dataset;
  const head = document.createElement("div");
  head.className = "choices-find";
  const find = Object.assign(document.createElement("input"), { type: "search", className: "form-control", placeholder: words.tNarrow });
  find.setAttribute("aria-label", words.tNarrow);
  const count = Object.assign(document.createElement("span"), { className: "muted" });
  count.setAttribute("aria-live", "polite");
  head.append(find, count);
  box.before(head);
  const tell = () => { count.textContent = inputs.length ? `${words.tTicked} ${inputs.filter((one) => one.checked).length}` : ""; };
  find.addEventListener("input", () => {
    const text = find.value.trim().toLowerCase();
    for (const line of lines) {
      const isTicked = line.querySelector("input:checked");
      line.parentElement.hidden = !isTicked && !line.textContent.toLowerCase().includes(text);
    }
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.addEventListener("change", tell);
  tell();
}
