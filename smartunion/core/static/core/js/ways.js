// The way back to a list leads to it as it was left: filter, order and page. Kept for this tab alone, until sign-out.
const key = (path) => `su:list:${path}`;

function keep() {
  if (document.querySelector("[data-listing]")) sessionStorage.setItem(key(location.pathname), location.search);
}

function lead() {
  for (const link of document.querySelectorAll(".crumbs a[href], a[data-way]")) {
    const kept = !link.search && sessionStorage.getItem(key(link.dataset.way || link.pathname));
    if (kept) link.search = kept;
  }
  // A decision sent from a record goes back to the list by the same way.
  for (const field of document.querySelectorAll("input[data-way]")) {
    field.value = field.dataset.way + (sessionStorage.getItem(key(field.dataset.way)) || "");
  }
}

keep();
lead();
document.addEventListener("htmx:pushedIntoHistory", keep);
document.addEventListener("htmx:historyRestore", keep);
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/signout/") sessionStorage.clear();
});
