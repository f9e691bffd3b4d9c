// Keyboard and selection in lists: / searches, j and k walk the rows, Enter opens, x picks.
import { toast } from "./toasts.js";

const typing = (node) => node.matches?.("input, textarea, select, [contenteditable]") ?? false;

function rows() {
  return [...document.querySelectorAll("[data-listing] tbody tr[data-row]")];
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.hasAttribute("data-at"));
  const next = all[Math.max(0, Math.min(all.length - 1, at === -1 ? 0 : at + by))];
  all[at]?.removeAttribute("data-at");
  next.setAttribute("data-at", "");
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !document.querySelector("[data-listing]")) return;
  const row = document.querySelector("[data-listing] tr[data-at]");
  if (event.key === "/") {
    const box = document.querySelector("[data-listing-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && row && event.target === row) row.querySelector("a.row-link")?.click();
  else if (event.key === "x" && row) row.querySelector("input[name=pick]")?.click();
});

function count(listing) {
  const picked = listing.querySelectorAll("input[name=pick]:checked").length;
  listing.toggleAttribute("data-picked", picked > 0);
  const shown = listing.querySelector("[data-picked-count]");
  if (shown) shown.textContent = picked;
  const all = picked === listing.querySelectorAll("input[name=pick]").length;
  for (const box of listing.querySelectorAll("[data-pick-all]")) box.checked = picked > 0 && all;
}

document.addEventListener("change", (event) => {
  const listing = event.target.closest?.("[data-listing]");
  if (!listing) return;
  if (event.target.matches("[data-pick-all]")) {
    for (const box of listing.querySelectorAll("input[name=pick], [data-pick-all]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-pick-all], input[name=pick]")) count(listing);
});

// Typing searches after a pause, and not in the middle of a Chinese word being composed.
let pause;
function typed(event) {
  const box = event.target;
  if (!box.matches?.("[data-listing-search], .listing-filters input:not([type=checkbox]):not([type=date])")) return;
  clearTimeout(pause);
  if (event.isComposing) return;
  pause = setTimeout(() => box.form.dispatchEvent(new Event("su:typed")), 350);
}
document.addEventListener("input", typed);
document.addEventListener("compositionend", typed);

// ID and phone numbers must not end up in addresses: they go, posted, to the search box of the desk instead.
const PERSONAL = /(?<![0-9A-Za-z])([1-8]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]|[1-8]\d{7}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}|1[3-9]\d{9})(?![0-9A-Za-z])/;
const personal = (text) => [text.normalize("NFKC"), text.normalize("NFKC").replace(/[\s-]/g, "")].some((one) => PERSONAL.test(one));

function divert(event) {
  const form = event.target.closest?.("form.listing-form");
  const box = form && [...form.querySelectorAll("input[type=search], input[maxlength]")].find((one) => personal(one.value));
  if (!box) return;
  event.preventDefault();
  const everywhere = document.querySelector("[data-search-global]");
  if (!everywhere) { toast(box.form.dataset.private, "warning"); return; }
  everywhere.value = box.value;
  box.value = "";
  everywhere.form.submit();
}
document.addEventListener("htmx:configRequest", divert);
document.addEventListener("submit", divert);

// "Filter" opens the panel on phones, and the rarer filters on wide screens.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-filter-open]");
  if (!button) return;
  const open = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});

function ready() {
  for (const button of document.querySelectorAll("[data-filter-open]")) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    button.classList.toggle("has-more", panel.querySelector(".secondary") !== null);
  }
  for (const listing of document.querySelectorAll("[data-listing]")) {
    listing.classList.remove("no-js");
    count(listing);
  }
}
ready();
document.addEventListener("htmx:afterSettle", ready);
