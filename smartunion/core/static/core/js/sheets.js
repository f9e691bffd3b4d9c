// <a href="#id" data-sheet> opens <dialog class="sheet" id="id"> as a modal; the browser keeps focus inside and returns it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-sheet]");
  if (opener) {
    event.preventDefault();
    document.querySelector(opener.getAttribute("href"))?.showModal();
    return;
  }
  const closer = event.target.closest("[data-sheet-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  } else if (event.target.matches("dialog.sheet")) {
    event.target.close(); // a click on the backdrop lands on the dialog itself
  }
});
