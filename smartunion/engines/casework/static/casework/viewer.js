// Papers side by side with the data: opens a picture over the page, turns it, closes with Escape.
const box = document.createElement("dialog");
box.className = "viewer";
const picture = document.createElement("img");
picture.alt = "";
const turn = button("bi-arrow-clockwise", "turn");
const shut = button("bi-x-lg", "shut");
box.append(picture, turn, shut);
document.body.append(box);

function button(icon, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn btn-light ${name}`;
  made.innerHTML = `<i class="bi ${icon}" aria-hidden="true"></i>`;
  return made;
}

turn.addEventListener("click", () => { picture.dataset.turn = (Number(picture.dataset.turn || 0) + 1) % 4; });
shut.addEventListener("click", () => box.close());
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-viewer]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  picture.src = link.href;
  picture.dataset.turn = 0;
  box.showModal();
});
