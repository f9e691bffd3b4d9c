// <button data-copy="…" hidden>: shown when copying can work; says what happened.
import { text } from "./texts.js";
import { toast } from "./toasts.js";

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

function copyOldWay(value) {
  const area = document.createElement("textarea");
  area.value = value;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy"); // plain http inside an office network has no clipboard API
  area.remove();
  return done;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const value = button.dataset.copy;
  const done = await navigator.clipboard?.writeText(value).then(() => true, () => false) || copyOldWay(value);
  toast(text(done ? "copied" : "copyFailed"), done ? "success" : "error");
});
