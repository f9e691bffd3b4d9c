// The day list without signal: the list and what is noted live in IndexedDB; the outbox is sent when there is a way.
const list = document.querySelector("#field-stops");
const dialog = document.querySelector("#field-dialog");
const form = document.querySelector("#field-form");
const status = document.querySelector("#field-status");
const words = document.querySelector("#field-words").dataset;
const errorLine = document.querySelector("#field-error");
let current = null;
let kept = { stops: [], unions: [], firms: [] };
let sending = false;

const database = new Promise((resolve, reject) => {
  const request = indexedDB.open("smartunion-field", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("day");
    request.result.createObjectStore("outbox", { keyPath: "client_id" });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(name, mode, act) {
  const transaction = (await database).transaction(name, mode);
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
  });
}
const readDay = () => store("day", "readonly", (s) => s.get("today"));
const keepDay = (value) => store("day", "readwrite", (s) => s.put(value, "today"));
const outbox = () => store("outbox", "readonly", (s) => s.getAll());
const keepVisit = (visit) => store("outbox", "readwrite", (s) => s.put(visit));
const dropVisit = (id) => store("outbox", "readwrite", (s) => s.delete(id));

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

async function load() {
  kept = (await readDay()) || kept;
  try {
    const answer = await fetch(list.dataset.source, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) {
      kept = await answer.json();
      await keepDay(kept);
    }
  } catch {
    // No signal: the list kept before is shown.
  }
  await draw();
}

async function draw() {
  const visits = new Map((await outbox()).map((visit) => [visit.finding_id, visit]));
  if (kept.stops.length) {
    list.replaceChildren(...kept.stops.map((stop) => drawStop(stop, visits.get(stop.finding_id))));
  }
  fill("#field-unions", kept.unions);
  fill("#field-firms", kept.firms);
  await say();
}

function fill(selector, rows) {
  document.querySelector(selector).replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.name })));
}

function drawStop(stop, visit) {
  const item = document.querySelector("#field-stop").content.firstElementChild.cloneNode(true);
  item.dataset.finding = stop.finding_id;
  item.querySelector(".field-order").textContent = stop.order;
  item.querySelector("h2").textContent = stop.name;
  item.querySelector("p").textContent = stop.distance_km ? `${stop.address} · ${stop.distance_km} km` : stop.address;
  item.querySelector(".field-why").append(...stop.reasons.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  if (stop.last_visit) Object.assign(item.querySelector(".field-last"), { hidden: false, textContent: stop.last_visit });
  const result = item.querySelector(".field-result");
  const button = item.querySelector("[data-note]");
  if (stop.noted) {
    Object.assign(result, { hidden: false, textContent: stop.noted });
    button.hidden = true;
    item.dataset.done = "";
  }
  if (visit) {
    item.dataset.done = "";
    result.hidden = false;
    result.dataset.tone = visit.error ? "bad" : "waiting";
    result.textContent = visit.error || `${visit.label} · ${words.tKept}`;
    button.hidden = !visit.error;
    if (visit.error) button.textContent = words.tAgain;
  }
  button.addEventListener("click", () => open(stop, visit));
  return item;
}

function open(stop, visit) {
  current = stop;
  form.reset();
  errorLine.hidden = true;
  document.querySelector("#field-dialog-title").textContent = stop.name;
  if (visit) {
    for (const name of ["note", "contact_name", "staff_seen"]) form.elements[name].value = visit[name] || "";
    form.elements.result.value = visit.result;
  }
  showMore();
  dialog.showModal();
}

function showMore() {
  const chosen = form.elements.result.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== chosen;
}

function complain(text) {
  errorLine.textContent = text;
  errorLine.hidden = false;
  errorLine.scrollIntoView({ block: "nearest" });
}

async function keep() {
  const chosen = form.querySelector("[name=result]:checked");
  if (!chosen) return complain(errorLine.dataset.tChoose);
  const union = kept.unions.find((row) => row.name === form.elements.related_union.value.trim());
  const firm = kept.firms.find((row) => row.name === form.elements.related_employer.value.trim());
  if (chosen.value === "covered" && !union) return complain(errorLine.dataset.tUnion);
  if (chosen.value === "duplicate" && !firm) return complain(errorLine.dataset.tFirm);
  const before = (await outbox()).find((visit) => visit.finding_id === current.finding_id);
  await keepVisit({
    client_id: before ? before.client_id : newId(),
    finding_id: current.finding_id,
    base_version: current.version,
    noted_at: new Date().toISOString(),
    was_offline: !navigator.onLine,
    result: chosen.value,
    label: chosen.nextElementSibling.textContent,
    note: form.elements.note.value,
    contact_name: form.elements.contact_name.value,
    staff_seen: form.elements.staff_seen.value.trim(),
    related_union_id: union ? union.id : "",
    related_employer_id: firm ? firm.id : "",
    photo: form.elements.photo.files[0] || null,
    error: "",
  });
  dialog.close();
  await draw();
  await send();
}

function body(visit) {
  const data = new FormData();
  for (const [name, value] of Object.entries(visit)) {
    if (["label", "error"].includes(name) || value === "" || value === null || value === false) continue;
    if (name === "photo") data.append("photo", value, value.name || "photo.jpg");
    else data.append(name, value === true ? "1" : value);
  }
  return data;
}

function token() {
  return document.cookie.split("; ").find((part) => part.startsWith("su_csrf="))?.slice(8) || "";
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (const visit of await outbox()) {
      if (visit.error) continue;
      const answer = await fetch(list.dataset.send, { method: "POST", body: body(visit), headers: { Accept: "application/json", "X-CSRFToken": token() } });
      if (answer.status === 401 || answer.redirected) return say(status.dataset.tSignin);
      if (answer.ok) await settle(visit, await answer.json());
      else if (answer.status < 500 && answer.status !== 429) await refuse(visit, answer);
      else return;
    }
  } catch {
    // No signal: the outbox stays as it is and is sent later.
  } finally {
    sending = false;
    await draw();
  }
}

async function settle(visit, said) {
  const stop = kept.stops.find((row) => row.finding_id === visit.finding_id);
  if (stop) stop.noted = said.conflict || `${visit.label} · ${words.tSent}`;
  await keepDay(kept);
  await dropVisit(visit.client_id);
}

async function refuse(visit, answer) {
  const problem = await answer.json().catch(() => ({}));
  await keepVisit({ ...visit, error: [problem.title, problem.detail].filter(Boolean).join(" ") || `${answer.status}` });
}

async function say(text) {
  const waiting = (await outbox()).length;
  if (text) status.textContent = text;
  else if (!navigator.onLine) status.textContent = status.dataset.tOffline;
  else status.textContent = waiting ? status.dataset.tWaiting.replace("{n}", waiting) : status.dataset.tOnline;
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "keep") return;
  event.preventDefault();
  keep();
});
form.addEventListener("change", showMore);
window.addEventListener("online", send);
window.addEventListener("offline", () => say());
setInterval(send, 30000);
if ("serviceWorker" in navigator) navigator.serviceWorker.register(list.dataset.worker, { scope: "/field/" }).catch(() => {});
await load();
await send();
