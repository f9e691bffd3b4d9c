// Whoever signs out leaves no page behind that was kept for work without signal; what she noted and has not sent stays.
const PATIENCE_MS = 2000;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const forget = async () => Promise.all((await caches.keys()).map((name) => caches.delete(name)));
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("caches" in window) || new URL(form.action).pathname !== "/signout/") return;
  event.preventDefault();
  Promise.race([forget(), wait(PATIENCE_MS)]).catch(() => {}).finally(() => form.submit());
});
