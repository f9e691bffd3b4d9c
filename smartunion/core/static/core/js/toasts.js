// Short messages at the top. Errors stay until closed; the others leave after a while, but not while looked at.
import { text } from "./texts.js";

const ICONS = { success: "bi-check-circle", warning: "bi-exclamation-triangle", error: "bi-exclamation-circle" };
const STAY_MS = 7000;

export function toast(message, tone = "info") {
  const item = document.createElement("div");
  item.className = "toast-item";
  item.dataset.tone = tone;
  const icon = document.createElement("i");
  icon.className = `bi ${ICONS[tone] ?? "bi-info-circle"}`;
  icon.setAttribute("aria-hidden", "true");
  const body = document.createElement("div");
  body.textContent = message;
  item.append(icon, body);
  document.getElementById("toasts").append(item);
  dress(item);
}

function dress(item) {
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", text("close"));
  close.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
  close.addEventListener("click", () => item.remove());
  item.append(close);
  if (item.dataset.tone !== "error") leaveLater(item);
}

function leaveLater(item) {
  let timer = setTimeout(() => item.remove(), STAY_MS);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("focusin", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => { timer = setTimeout(() => item.remove(), STAY_MS); });
}

for (const item of document.querySelectorAll("[data-toast]")) dress(item);

// A refusal answered to a fragment request: the error page holds the sentence, shown here.
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const said = [page.querySelector("[data-error-message]"), page.querySelector("[data-error-remedy]")];
  toast(said.filter(Boolean).map((node) => node.textContent.trim()).join(" ") || text("failed"), "error");
});
document.addEventListener("htmx:sendError", () => toast(text("failed"), "error"));
// A view may send {"su:toast": {"message": …, "tone": …}} in HX-Trigger.
document.addEventListener("su:toast", (event) => toast(event.detail.message, event.detail.tone));
