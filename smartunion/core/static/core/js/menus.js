// The desk's menu: groups stay open or folded as one left them, and the present place is in sight.
const groups = [...document.querySelectorAll("[data-menu-group]")];

for (const group of groups) {
  group.querySelector("summary").addEventListener("click", () => setTimeout(keep));
}

function keep() {
  const words = groups.map((group) => (group.open ? "" : "-") + group.dataset.menuGroup);
  document.cookie = `su_menu=${words.join(",")}; path=/; max-age=34560000; samesite=lax`;
}

const menu = document.querySelector(".desk-menu");
const here = menu?.querySelector("[aria-current]");
if (here && here.offsetTop + here.offsetHeight > menu.clientHeight) menu.scrollTop = here.offsetTop - menu.clientHeight / 2;

// A row of tabs wider than the screen shows the one that is open.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.parentElement;
  if (tab.offsetLeft - row.offsetLeft + tab.offsetWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - row.clientWidth / 3;
}
