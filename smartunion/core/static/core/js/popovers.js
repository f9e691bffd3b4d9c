// <details data-pop>: closes on Escape, on a click elsewhere and on its own close button.
function close(box, refocus) {
  box.open = false;
  if (refocus) box.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-pop-close]");
  if (closer) close(closer.closest("[data-pop]"), true);
  for (const box of document.querySelectorAll("details[data-pop][open]")) {
    if (!box.contains(event.target)) close(box, false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of document.querySelectorAll("details[data-pop][open]")) close(box, true);
});

// A box hangs from the right edge of its button; its left may then lie off a phone's screen or over the menu, its foot below the
// window. A sheet of a phone is fixed and lies right by itself.
function keepOnScreen(panel) {
  if (!panel) return;
  panel.style.transform = "";
  if (getComputedStyle(panel).position === "fixed") return;
  const edge = panel.closest("main")?.getBoundingClientRect().left ?? 0;
  const beyond = edge + 8 - panel.getBoundingClientRect().left;
  if (beyond > 0) panel.style.transform = `translateX(${Math.round(beyond)}px)`;
  panel.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// The first input of an opened box gets the focus, so that the keyboard goes on where the eye is.
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.matches?.("details[data-pop]") || !box.open) return;
  keepOnScreen(box.querySelector(".pop-box, .confirm-box"));
  box.querySelector("form input:not([type=hidden]), form textarea")?.focus();
}, true);
