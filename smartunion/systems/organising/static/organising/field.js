// The organiser's phone without signal: a week's lists and everything noted live in IndexedDB; the outbox is sent when
// there is a way. Nothing here is lost by a closed tab, a new sign-in or another person on the same phone.
document.querySelector("#offline")?.remove(); // this page says itself what happens without signal
const list = document.querySelector("#field-stops");
const dialog = document.querySelector("#field-dialog");
const form = document.querySelector("#field-form");
const status = document.querySelector("#field-status");
const words = document.querySelector("#field-words").dataset;
const errorLine = document.querySelector("#field-error");
const me = Number(list.dataset.user);
const KEEP_DAYS = 14;
const SHOWN = 100; // more rows than this nobody scrolls through on a phone
const NOTHING = { user: me, stops: [], findings: [], owed: [], promises: [], unions: [], firms: [] };
let current = null;
let kept = NOTHING;
let sending = false;
let more = false;
let signedOut = false;

const database = new Promise((resolve, reject) => {
  const request = indexedDB.open("smartunion-field", 2);
  request.onupgradeneeded = () => {
    const names = [...request.result.objectStoreNames];
    if (!names.includes("day")) request.result.createObjectStore("day");
    if (!names.includes("outbox")) request.result.createObjectStore("outbox", { keyPath: "client_id" });
    if (!names.includes("settled")) request.result.createObjectStore("settled", { keyPath: "client_id" });
  };
  request.onsuccess = () => {
    request.result.onversionchange = () => request.result.close();
    resolve(request.result);
  };
  request.onerror = () => reject(request.error);
});
database.catch(() => {}); // each use says so; here it would only be an unhandled rejection

async function store(name, mode, act) {
  const transaction = (await database).transaction(name, mode);
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}
const reading = (name, act, otherwise) => store(name, "readonly", act).catch(() => otherwise);
const readDay = () => reading("day", (s) => s.get("today"), undefined);
const keepDay = (value) => store("day", "readwrite", (s) => s.put(value, "today")).catch(() => {});
const everyone = () => reading("outbox", (s) => s.getAll(), []);
const outbox = async () => (await everyone()).filter((item) => (item.user ?? me) === me);
const keepVisit = (visit) => store("outbox", "readwrite", (s) => s.put(visit));
const dropVisit = (id) => store("outbox", "readwrite", (s) => s.delete(id));
const settled = async () => (await reading("settled", (s) => s.getAll(), [])).filter((item) => item.user === me);
const keepSettled = (item) => store("settled", "readwrite", (s) => s.put(item)).catch(() => {});
const dropSettled = (id) => store("settled", "readwrite", (s) => s.delete(id)).catch(() => {});

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

async function load() {
  const before = await readDay();
  if (before && (before.user ?? me) === me && !tooOld(before.as_of)) kept = { ...NOTHING, ...before };
  await forgetOld();
  await refresh();
  await draw();
}

async function refresh() {
  try {
    const answer = await fetch(list.dataset.source + location.search, { headers: { Accept: "application/json" } });
    signedOut = answer.status === 401 || answer.redirected;
    if (!answer.ok || answer.redirected) return;
    const noted = new Map(kept.stops.filter((stop) => stop.noted).map((stop) => [stop.finding_id, stop.noted]));
    kept = { ...NOTHING, ...(await answer.json()) };
    for (const stop of kept.stops) if (noted.has(stop.finding_id)) stop.noted = noted.get(stop.finding_id);
    await keepDay(kept);
  } catch {
    // No signal: the list kept before is shown.
  }
}

const tooOld = (at) => !at || Date.now() - Date.parse(at) > KEEP_DAYS * 86400000;
async function forgetOld() {
  for (const item of await reading("settled", (s) => s.getAll(), [])) if (tooOld(item.at)) await dropSettled(item.client_id);
}

async function draw() {
  const waiting = await outbox();
  const visits = new Map(waiting.filter((item) => item.finding_id && item.kind !== "edit").map((visit) => [visit.finding_id, visit]));
  if (kept.stops.length) list.replaceChildren(...kept.stops.map((stop) => drawStop(stop, visits.get(stop.finding_id))));
  // One thing to do next: the first stop not noted yet; the others wait their turn.
  list.querySelector(".field-stop:not([data-done]) [data-note]")?.classList.replace("btn-secondary", "btn-primary");
  fill("#field-unions", kept.unions);
  fill("#field-firms", kept.firms);
  drawAll();
  drawOwed(waiting);
  await drawNoted(waiting);
  await say();
}

function fill(selector, rows) {
  document.querySelector(selector).replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.name })));
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");
const copy = (name) => document.querySelector(name).content.firstElementChild.cloneNode(true);

function drawStop(stop, visit) {
  const item = copy("#field-stop");
  item.dataset.finding = stop.finding_id;
  item.querySelector(".field-order").textContent = stop.order;
  item.querySelector("h2").textContent = stop.name;
  const way = stop.distance_km ? [`${stop.distance_km} km`, stop.minutes && words.tMinutes.replace("{n}", stop.minutes)] : [];
  item.querySelector("p").textContent = joined(stop.address, ...way);
  item.querySelector(".field-why").append(...stop.reasons.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  if (stop.last_visit) Object.assign(item.querySelector(".field-last"), { hidden: false, textContent: stop.last_visit });
  const result = item.querySelector(".field-result");
  const button = item.querySelector("[data-note]");
  const first = item.querySelector("[name=first]");
  first.value = stop.finding_id;
  first.checked = Boolean(stop.is_locked);
  item.querySelector("[name=finding]").value = stop.finding_id;
  item.querySelector("[data-map]").href = `https://uri.amap.com/search?keyword=${encodeURIComponent(stop.address || stop.name)}`;
  const matter = item.querySelector("[data-matter]");
  if (stop.employer_id) matter.href = `/services/matter/?employer=${stop.employer_id}`;
  else matter.hidden = true;
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

function drawRow(title, note, press) {
  const item = copy("#field-row");
  item.querySelector("strong").textContent = title;
  item.querySelector("p").textContent = note;
  item.querySelector("button").addEventListener("click", press);
  return item;
}

function drawAll() {
  const wanted = document.querySelector("#field-find").value.trim();
  const count = document.querySelector("#field-count");
  const fitting = kept.findings.filter((row) => !wanted || `${row.name} ${row.address}`.includes(wanted));
  const rows = fitting.slice(0, SHOWN);
  const all = kept.open ?? kept.findings.length;
  count.textContent = (all > kept.findings.length ? count.dataset.tMost : count.dataset.tCount).replace("{n}", kept.findings.length).replace("{all}", all);
  const some = document.querySelector("#field-some");
  some.hidden = fitting.length <= SHOWN;
  some.textContent = some.dataset.tSome.replace("{shown}", SHOWN).replace("{n}", fitting.length);
  document.querySelector("#field-all").replaceChildren(...rows.map((row) => drawRow(row.name, joined(row.state, row.address), () => open(row, null))));
}

function drawOwed(waiting) {
  if (!kept.owed.length) return;
  const done = new Set(waiting.map((item) => item.union_id).filter(Boolean));
  const rows = kept.owed.filter((row) => !done.has(row.union_id) && !row.noted);
  document.querySelector("#field-owed").replaceChildren(...rows.map((row) => drawRow(row.name, joined(row.is_overdue && words.tOverdue, row.address), () => open(row, null))));
}

async function drawNoted(waiting) {
  const sent = await settled();
  const items = [...waiting.filter((item) => item.kind !== "answer"), ...sent.sort((a, b) => b.at.localeCompare(a.at))];
  document.querySelector("#field-noted").replaceChildren(...items.map((item) => drawDone(item)));
  document.querySelector("#field-nothing").hidden = items.length > 0;
  const badge = document.querySelector("#field-waiting");
  const open = waiting.length + sent.filter((item) => item.conflict && !item.answer).length;
  badge.hidden = !open;
  badge.textContent = open;
}

function drawDone(item) {
  const row = copy("#field-done");
  const isWaiting = !item.visit_id;
  row.querySelector("strong").textContent = item.name || "";
  row.querySelector(".field-said").textContent = [item.label, item.note].filter(Boolean).join("：");
  row.querySelector(".field-where").textContent = item.error || (item.kind === "edit" ? words.tEdited : isWaiting ? words.tKept : item.conflict || words.tSent);
  if (item.answer) row.querySelector(".field-where").textContent += ` ${words.tAnswered.replace("{answer}", row.querySelector(`[data-answer=${item.answer}]`).textContent)}`;
  const change = row.querySelector("[data-edit]");
  const refused = isWaiting && Boolean(item.error); // all of it can be put right, and is sent under the same id
  change.hidden = item.kind === "edit";
  if (refused) change.textContent = words.tAgain;
  change.addEventListener("click", () => open(refused ? { ...item, version: item.base_version } : item, item));
  if (item.conflict && !item.answer && item.stands) {
    const box = row.querySelector(".field-conflict");
    box.hidden = false;
    box.querySelector("[data-mine]").textContent = [item.label, item.note].filter(Boolean).join("：");
    box.querySelector("[data-theirs]").textContent = [item.stands.state, item.stands.by, item.stands.at ? new Date(item.stands.at).toLocaleDateString(document.documentElement.lang) : "", item.stands.note].filter(Boolean).join(" · ");
    for (const button of box.querySelectorAll("[data-answer]")) button.addEventListener("click", () => answer(item, button.dataset.answer));
  }
  return row;
}

async function answer(item, said) {
  await keepVisit({ kind: "answer", client_id: newId(), of: item.client_id, user: me, answer: said, error: "" });
  await keepSettled({ ...item, answer: said });
  await draw();
  await send();
}

function open(row, visit) {
  const editing = Boolean(visit && visit === row);
  current = { row, editing, visit };
  form.reset();
  errorLine.hidden = true;
  document.querySelector("#field-dialog-title").textContent = row.name;
  if (visit) {
    for (const name of ["note", "contact_name", "staff_seen", "promise", "promise_due_on"]) form.elements[name].value = visit[name] || "";
    if (!editing && form.querySelector(`[name=result][value=${visit.result}]`)) form.elements.result.value = visit.result;
  }
  form.querySelector("[data-part=result]").hidden = editing || Boolean(row.union_id);
  for (const name of ["promise", "photo"]) form.querySelector(`[data-part=${name}]`).hidden = editing;
  showMore();
  dialog.showModal();
}

function showMore() {
  const chosen = form.elements.result.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== chosen || current?.editing;
}

function complain(text) {
  errorLine.textContent = text;
  errorLine.hidden = false;
  errorLine.scrollIntoView({ block: "nearest" });
}

const value = (name) => form.elements[name].value.trim();

async function keep() {
  if (current.editing) return keepEdit();
  const { row } = current;
  const chosen = row.union_id ? null : form.querySelector("[name=result]:checked");
  if (!row.union_id && !chosen) return complain(errorLine.dataset.tChoose);
  const union = kept.unions.find((one) => one.name === value("related_union"));
  const firm = kept.firms.find((one) => one.name === value("related_employer"));
  if (chosen?.value === "covered" && !union) return complain(errorLine.dataset.tUnion);
  if (chosen?.value === "duplicate" && !firm) return complain(errorLine.dataset.tFirm);
  if (value("promise") && !value("promise_due_on")) return complain(errorLine.dataset.tPromise);
  const again = current.visit?.error ? current.visit : null;
  const waiting = row.finding_id ? (await outbox()).find((visit) => visit.finding_id === row.finding_id && visit.kind !== "edit") : null;
  const before = again || waiting;
  return finish({
    kind: "visit",
    user: me,
    name: row.name,
    client_id: before ? before.client_id : newId(),
    finding_id: row.finding_id || "",
    union_id: row.union_id || "",
    base_version: row.version || "",
    noted_at: new Date().toISOString(),
    was_offline: !navigator.onLine,
    result: chosen ? chosen.value : "service",
    label: chosen ? chosen.nextElementSibling.textContent : words.tService,
    note: form.elements.note.value,
    contact_name: form.elements.contact_name.value,
    staff_seen: value("staff_seen"),
    promise: value("promise"),
    promise_due_on: value("promise") ? value("promise_due_on") : "",
    related_union_id: union ? union.id : "",
    related_employer_id: firm ? firm.id : "",
    photo: form.elements.photo.files[0] || null,
    error: "",
  });
}

async function keepEdit() {
  const { visit } = current;
  const said = { note: form.elements.note.value, contact_name: form.elements.contact_name.value, staff_seen: value("staff_seen") };
  if (!visit.visit_id) return finish({ ...visit, ...said }); // not sent yet: the visit itself is worded anew
  await keepSettled({ ...visit, ...said });
  return finish({ kind: "edit", client_id: newId(), of: visit.client_id, user: me, name: visit.name, label: visit.label, ...said, edited_at: new Date().toISOString(), error: "" });
}

// A full phone keeps the words and gives the photo up; one that keeps nothing says so, and sends at once if it can.
async function finish(item) {
  navigator.storage?.persist?.().catch(() => {});
  try {
    await keepVisit(item);
  } catch {
    try {
      if (!item.photo) throw new Error("full");
      await keepVisit({ ...item, photo: null });
      await draw();
      return complain(errorLine.dataset.tPhoto);
    } catch {
      const answered = await post(item).catch(() => null);
      if (!answered?.ok) return complain(errorLine.dataset.tFull);
      await settle(item, await answered.json());
    }
  }
  dialog.close();
  await draw();
  return send();
}

const NOT_SENT = ["label", "error", "kind", "name", "user", "of"];
function body(item) {
  const data = new FormData();
  for (const [name, given] of Object.entries(item)) {
    if (NOT_SENT.includes(name) || given === "" || given === null || given === false) continue;
    if (name === "photo") data.append("photo", given, given.name || "photo.jpg");
    else data.append(name, given === true ? "1" : given);
  }
  if (item.of) data.set("client_id", item.of);
  data.append("sent_at", new Date().toISOString());
  return data;
}

function token() {
  return document.cookie.split("; ").find((part) => part.startsWith("su_csrf="))?.slice(8) || "";
}

function post(item) {
  const to = { edit: list.dataset.edit, answer: list.dataset.answer }[item.kind] || list.dataset.send;
  return fetch(to, { method: "POST", body: body(item), headers: { Accept: "application/json", "X-CSRFToken": token() } });
}

const ORDER = { visit: 0, edit: 1, answer: 2 };
async function send() {
  if (sending) return;
  sending = true;
  more = false;
  try {
    const waiting = (await outbox()).sort((a, b) => (ORDER[a.kind] ?? 0) - (ORDER[b.kind] ?? 0));
    for (const item of waiting) {
      if (item.error) continue;
      const answered = await post(item);
      signedOut = answered.status === 401 || answered.redirected;
      if (signedOut) return;
      if (answered.ok) await settle(item, await answered.json());
      else if (answered.status === 403 && (await lostToken(answered))) { signedOut = true; return; }
      else if (answered.status < 500 && answered.status !== 429) await refuse(item, answered);
      else return;
    }
  } catch {
    // No signal: the outbox stays as it is and is sent later.
  } finally {
    sending = false;
    await draw();
  }
  if (more) await send();
}

// A page that is older than the session has a token the server no longer knows: sign in again, nothing is wrong with the visit.
async function lostToken(answered) {
  const said = await answered.clone().json().catch(() => null);
  return said === null || said.code === "csrf_failed";
}

// While a visit was on its way she may have opened it again: what she said last is sent after it, not thrown away.
const SAID = ["result", "note", "contact_name", "staff_seen", "promise", "promise_due_on", "photo"];
async function saidSince(item, said) {
  const now = (await outbox()).find((one) => one.client_id === item.client_id);
  if (item.kind !== "visit" || !now || SAID.every((name) => name === "photo" ? !now.photo || now.noted_at === item.noted_at : now[name] === item[name])) return null;
  if (now.result !== item.result || now.promise !== item.promise || now.photo) return { ...now, client_id: newId(), base_version: said.version || "", error: "" };
  const { note, contact_name, staff_seen, name, label } = now;
  return { kind: "edit", client_id: newId(), of: item.client_id, user: me, name, label, note, contact_name, staff_seen, edited_at: new Date().toISOString(), error: "" };
}

async function settle(item, said) {
  const later = await saidSince(item, said);
  if (later) {
    await keepVisit(later);
    more = true;
  }
  await dropVisit(item.client_id).catch(() => {});
  if (item.kind === "edit" || item.kind === "answer") return;
  const stop = kept.stops.find((row) => row.finding_id === item.finding_id);
  if (stop) stop.noted = said.conflict || `${item.label} · ${words.tSent}`;
  kept.findings = kept.findings.map((row) => (row.finding_id === item.finding_id ? { ...row, version: said.version, state: said.state } : row));
  kept.owed = kept.owed.filter((row) => row.union_id !== item.union_id);
  await keepDay(kept);
  await keepSettled({
    client_id: item.client_id, user: me, visit_id: said.id, name: item.name, label: item.label, note: item.note, contact_name: item.contact_name,
    staff_seen: item.staff_seen, conflict: said.conflict, stands: said.stands || null, answer: said.answer || "", at: item.noted_at,
  });
}

async function refuse(item, answered) {
  const problem = await answered.json().catch(() => ({}));
  await keepVisit({ ...item, error: [problem.title, problem.detail].filter(Boolean).join(" ") || `${answered.status}` });
}

async function say() {
  const waiting = (await outbox()).length;
  const others = (await everyone()).length - waiting;
  document.querySelector("#field-signin").hidden = !signedOut;
  if (signedOut) status.textContent = status.dataset.tSignin;
  else if (!navigator.onLine) status.textContent = status.dataset.tOffline;
  else if (others) status.textContent = status.dataset.tOthers.replace("{n}", others);
  else status.textContent = waiting ? status.dataset.tWaiting.replace("{n}", waiting) : status.dataset.tOnline;
  if (!navigator.onLine && kept.day && kept.day !== new Date().toLocaleDateString("sv")) status.textContent += ` ${status.dataset.tOld.replace("{day}", kept.day)}`;
}

async function back() {
  await refresh();
  await send();
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "keep") return;
  event.preventDefault();
  keep();
});
form.addEventListener("change", showMore);
document.querySelector("#field-find").addEventListener("input", drawAll);
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-show]")) other.setAttribute("aria-pressed", String(other === button));
    for (const part of document.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== button.dataset.show;
  });
}
const here = document.querySelector("#field-here");
if (here && navigator.geolocation) {
  here.hidden = false;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      here.form.elements.at.value = `${coords.longitude.toFixed(4)},${coords.latitude.toFixed(4)}`;
      here.form.submit();
    },
    () => { document.querySelector("#field-way").textContent = here.dataset.tDenied; },
    { timeout: 10000, maximumAge: 300000 },
  ));
}
window.addEventListener("online", back);
window.addEventListener("offline", () => say());
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(send, 30000);
if ("serviceWorker" in navigator) navigator.serviceWorker.register(list.dataset.worker, { scope: "/field/" }).catch(() => {});
await load();
await send();
