{% comment %}Service worker of /field/: keeps the page and its files for work without signal. Data lives in IndexedDB.{% endcomment %}const CACHE = "field-{{ version }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("field-") && name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/field/") event.respondWith(freshOrKept(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(keptOrFresh(event.request));
});
async function freshOrKept(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put("/field/", answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match("/field/");
    if (kept) return kept;
    throw error;
  }
}
async function keptOrFresh(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: false });
  if (kept) {
    fetch(request).then((answer) => answer.ok && cache.put(request, answer)).catch(() => {});
    return kept;
  }
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
