// The organiser's phone without signal: a week's lists and everything noted live in IndexedDB; the outbox is sent when
// there is a way. Nothing here is lost by a closed tab, a new sign-in or another person on the same phone.
document.querySelector("#offline")?.remove(); // this page says itself what happens without signal
const list = document.querySelector("#field-stops");
const dialog = document.querySelector("#field-dialog");
const form = document.querySelector("#field-form");
const status = document.querySelector("#field-status");
const words = document.querySelector("#field-words").dataset;
const errorLine = document.querySelector("#field-error");
const bulk = document.querySelector("#field-bulk");
const me = Number(list.dataset.user);
const KEEP_DAYS = 14;
const SHOWN = 100; // more rows than this nobody scrolls through on a phone
const LETTERS = 6; // of one parcel's digest, as parcels.py makes them
const KEYS = { findings: "finding_id", drivers: "driver_id", firms: "id", owed: "union_id", unions: "id" };
const NOTHING = { user: me, stops: [], findings: [], owed: [], promises: [], drivers: [], unions: [], firms: [], questions: {}, drives: [], parcels: {} };
let current = null;
const picked = new Set(); // findings ticked for one word on several
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
    const asked = new URLSearchParams(location.search);
    asked.set("have", Object.entries(kept.parcels).map(([name, digests]) => `${name}.${digests}`).join());
    const answer = await fetch(`${list.dataset.source}?${asked}`, { headers: { Accept: "application/json" } });
    signedOut = answer.status === 401 || answer.redirected;
    if (!answer.ok || answer.redirected) return;
    const noted = new Map(kept.stops.filter((stop) => stop.noted).map((stop) => [stop.finding_id, stop.noted]));
    kept = merged({ ...NOTHING, ...(await answer.json()) });
    for (const stop of kept.stops) if (noted.has(stop.finding_id)) stop.noted = noted.get(stop.finding_id);
    await keepDay(kept);
  } catch {
    // No signal: the list kept before is shown.
  }
}

// Of the long lists only the parcels that changed came: their rows replace the phone's, the others stay.
function merged(came) {
  for (const [name, key] of Object.entries(KEYS)) {
    const now = came.parcels[name] || "";
    const then = kept.parcels[name] || "";
    const count = now.length / LETTERS;
    const same = (row) => {
      const start = (row[key] % count) * LETTERS;
      return then.length === now.length && then.slice(start, start + LETTERS) === now.slice(start, start + LETTERS);
    };
    if (count) came[name] = [...kept[name].filter(same), ...came[name]];
  }
  came.findings.sort((a, b) => b.score - a.score || a.finding_id - b.finding_id);
  came.owed.sort((a, b) => b.is_overdue - a.is_overdue || a.name.localeCompare(b.name, "zh"));
  came.drivers.sort((a, b) => (a.due_on || "9").localeCompare(b.due_on || "9") || a.place.localeCompare(b.place, "zh") || a.driver_id - b.driver_id);
  return came;
}

const tooOld = (at) => !at || Date.now() - Date.parse(at) > KEEP_DAYS * 86400000;
async function forgetOld() {
  for (const item of await reading("settled", (s) => s.getAll(), [])) if (tooOld(item.at)) await dropSettled(item.client_id);
}

async function draw() {
  const waiting = await outbox();
  const visits = new Map(waiting.filter((item) => item.finding_id && item.kind === "visit").map((visit) => [visit.finding_id, visit]));
  if (kept.as_of) {
    list.replaceChildren(...underRoofs(kept.stops, (stop) => drawStop(stop, visits.get(stop.finding_id)), nobodyUnder(visits)));
    const none = kept.stops.length ? "" : kept.has_area ? "today" : "area";
    for (const card of document.querySelectorAll("[data-none]")) card.hidden = card.dataset.none !== none;
  }
  // One thing to do next: the first stop not noted yet; the others wait their turn.
  list.querySelector(".field-stop:not([data-done]) [data-note]")?.classList.replace("btn-secondary", "btn-primary");
  fill("#field-unions", kept.unions);
  fill("#field-firms", kept.firms);
  drawAll(visits);
  drawOwed(waiting);
  drawDrivers(new Map(waiting.filter((item) => item.kind === "talk").map((talk) => [talk.driver_id, talk])));
  await drawNoted(waiting);
  await say();
}

function fill(selector, rows) {
  document.querySelector(selector).replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.name })));
}

const joined = (...parts) => parts.filter(Boolean).join(" · ");
const copy = (name) => document.querySelector(name).content.firstElementChild.cloneNode(true);

// Firms under one roof stand together, floor by floor, below one head that speaks of all of them.
function underRoofs(rows, drawOne, press) {
  const roofs = new Map();
  for (const row of rows) if (row.building) roofs.set(row.building, [...(roofs.get(row.building) || []), row]);
  const drawn = new Set();
  return rows.flatMap((row) => {
    const inside = roofs.get(row.building) || [];
    if (inside.length < 2) return [drawOne(row)];
    if (drawn.has(row.building)) return [];
    drawn.add(row.building);
    inside.sort((a, b) => (a.floor || 0) - (b.floor || 0));
    return [drawRoof(row.building, inside, press), ...inside.map(drawOne)];
  });
}

function drawRoof(name, rows, press) {
  const item = copy("#field-roof");
  item.querySelector("span").textContent = name;
  item.querySelector("p").textContent = words.tFirms.replace("{n}", rows.length);
  const floors = Map.groupBy ? Map.groupBy(rows, (row) => row.floor ?? null) : rows.reduce((all, row) => all.set(row.floor ?? null, [...(all.get(row.floor ?? null) || []), row]), new Map());
  const offered = [[words[press.all], rows], ...[...floors].filter(([floor, some]) => floor !== null && floors.size > 1 && some.length > 1).map(([floor, some]) => [words[press.floor].replace("{n}", floor), some])];
  for (const [label, some] of offered) {
    if (!press.fits(some).length) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: label });
    button.addEventListener("click", () => press.act(press.fits(some)));
    item.querySelector("div").append(button);
  }
  return item;
}

// On the day's list: nobody in the whole building, or on a floor of it, where nothing is noted yet.
function nobodyUnder(visits) {
  return {
    all: "tRoof", floor: "tRoofFloor",
    fits: (rows) => rows.filter((row) => !row.noted && !visits.has(row.finding_id)),
    act: async (rows) => {
      if (!window.confirm(words.tRoofSure.replace("{n}", rows.length))) return;
      await noteNobody(rows, "");
    },
  };
}

function drawStop(stop, visit) {
  const item = copy("#field-stop");
  item.dataset.finding = stop.finding_id;
  item.querySelector(".field-order").textContent = stop.order;
  item.querySelector("h2").textContent = stop.name;
  const way = stop.distance_km ? [`${stop.distance_km} km`, stop.minutes && words.tMinutes.replace("{n}", stop.minutes)] : [];
  item.querySelector("p").textContent = joined(stop.address, stop.floor && words.tFloor.replace("{n}", stop.floor), ...way);
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

// last: what was found there before; waits: what is noted and not sent yet, or why it was refused.
function drawRow(title, note, press, { last = "", waits = null } = {}) {
  const item = copy("#field-row");
  item.querySelector("strong").textContent = title;
  item.querySelector("p").textContent = note;
  if (last) Object.assign(item.querySelector(".field-last"), { hidden: false, textContent: last });
  if (waits) {
    const said = item.querySelector(".field-result");
    said.hidden = false;
    said.dataset.tone = waits.error ? "bad" : "waiting";
    said.textContent = waits.error || `${waits.label} · ${words.tKept}`;
  }
  item.querySelector("button").addEventListener("click", press);
  return item;
}

function fitting(rows, selector) {
  const wanted = document.querySelector(selector).value.trim();
  return rows.filter((row) => !wanted || `${row.name} ${row.address || row.place || ""}`.includes(wanted));
}

function tellHowMany(selector, found) {
  const some = document.querySelector(selector);
  some.hidden = found.length <= SHOWN;
  some.textContent = some.dataset.tSome.replace("{shown}", SHOWN).replace("{n}", found.length);
}

let noted = new Map(); // visits that wait, by finding: what the list shows while somebody types in its search
function drawAll(visits = noted) {
  noted = visits;
  const count = document.querySelector("#field-count");
  const found = fitting(kept.findings, "#field-find");
  const all = kept.open ?? kept.findings.length;
  count.textContent = (all > kept.findings.length ? count.dataset.tMost : count.dataset.tCount).replace("{n}", kept.findings.length).replace("{all}", all);
  tellHowMany("#field-some", found);
  const drawOne = (row) => withTick(drawRow(row.name, joined(row.state, row.address), () => open(row, null), { last: row.last_visit, waits: visits.get(row.finding_id) }), row);
  const shown = found.slice(0, SHOWN);
  document.querySelector("#field-all").replaceChildren(...(bulk.open ? underRoofs(shown, drawOne, ticking) : shown.map(drawOne)));
  sayPicked();
}

const ticking = {
  all: "tPickRoof", floor: "tPickFloor", fits: (rows) => rows,
  act: (rows) => {
    const add = rows.some((row) => !picked.has(row.finding_id));
    for (const row of rows) picked[add ? "add" : "delete"](row.finding_id);
    drawAll();
  },
};

function withTick(item, row) {
  const box = item.querySelector("[data-pick]");
  box.hidden = !bulk.open;
  box.checked = picked.has(row.finding_id);
  box.setAttribute("aria-label", row.name);
  box.addEventListener("change", () => {
    if (box.checked) picked.add(row.finding_id);
    else picked.delete(row.finding_id);
    sayPicked();
  });
  return item;
}

function sayPicked() {
  const button = document.querySelector("#field-nobody");
  button.textContent = button.dataset.tNobody.replace("{n}", picked.size);
  button.disabled = picked.size === 0;
  offerDrives(pickedRows());
}

const pickedRows = () => kept.findings.filter((one) => picked.has(one.finding_id));
const madeForAll = document.querySelector("#field-nobody-drive");

// The drives any of the ticked firms may be visited for; a firm outside its area is noted without.
function offerDrives(rows) {
  const chosen = madeForAll.value;
  const fits = kept.drives.filter((drive) => rows.some((row) => drivesOf(row).includes(drive)));
  madeForAll.replaceChildren(...[["", words.tNoDrive], ...fits.map((one) => [String(one.id), one.title])].map(([id, title]) => option(id, title)));
  madeForAll.value = fits.some((one) => String(one.id) === chosen) ? chosen : "";
  madeForAll.hidden = fits.length === 0;
}

// One word on several: nobody was there. Each firm gets a visit of its own, kept and sent like any other.
async function keepNobody() {
  const note = document.querySelector("#field-nobody-note");
  const said = note.value.trim();
  note.value = "";
  return noteNobody(pickedRows(), said, madeForAll.value);
}

async function noteNobody(rows, note, driveId = "") {
  const label = form.querySelector("[name=result][value=nobody]").nextElementSibling.textContent;
  const fulls = document.querySelectorAll(".field-full");
  const waiting = await outbox();
  for (const full of fulls) full.hidden = true;
  for (const row of rows) {
    const before = sameDay(waiting, (item) => item.finding_id === row.finding_id && item.kind === "visit");
    try {
      const drive = drivesOf(row).find((one) => String(one.id) === driveId);
      await keepVisit({ ...visitOf(row, before), result: "nobody", label, note, drive_id: drive ? driveId : "", drive: drive?.title ?? "" });
    } catch {
      for (const full of fulls) full.hidden = false;
      break; // what is ticked still is not kept
    }
    picked.delete(row.finding_id);
  }
  bulk.open = picked.size > 0;
  await draw();
  return send();
}

function drawOwed(waiting) {
  if (!kept.as_of) return; // what the page itself shows stands until the phone knows better
  const done = new Set(waiting.map((item) => item.union_id).filter(Boolean));
  const rows = kept.owed.filter((row) => !done.has(row.union_id) && !row.noted);
  document.querySelector("#field-owed").replaceChildren(...rows.map((row) => drawRow(row.name, joined(row.is_overdue && words.tOverdue, row.address), () => open(row, null))));
}

let talked = new Map();
function drawDrivers(talks = talked) {
  talked = talks;
  document.querySelector("[data-show=drivers]").hidden = !kept.drivers.length;
  const found = fitting(kept.drivers, "#field-find-driver");
  tellHowMany("#field-some-drivers", found);
  document.querySelector("#field-drivers").replaceChildren(...found.slice(0, SHOWN).map((row) => {
    const item = drawRow(row.name, joined(row.step, row.due_on, row.place, row.platform, row.tail && `*${row.tail}`), () => open(row, null), { last: row.last, waits: talks.get(row.driver_id) });
    item.querySelector("button").textContent = words.tTalk;
    return item;
  }));
}

async function drawNoted(waiting) {
  const sent = await settled();
  const items = [...waiting.filter((item) => item.kind !== "answer"), ...sent.sort((a, b) => b.at.localeCompare(a.at))];
  document.querySelector("#field-noted").replaceChildren(...items.map((item) => drawDone(item)));
  document.querySelector("#field-nothing").hidden = items.length > 0;
  const badge = document.querySelector("#field-waiting");
  const open = waiting.length + sent.filter((item) => item.stands && !item.answer).length;
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
  const isTalk = Boolean(item.driver_id);
  const whole = isWaiting && (isTalk || Boolean(item.error)); // all of it can be put right, and is sent under the same id
  change.hidden = item.kind === "edit" || (isTalk && !isWaiting);
  if (whole && item.error) change.textContent = words.tAgain;
  change.addEventListener("click", () => open(whole ? { ...item, version: item.base_version } : item, item));
  const drop = row.querySelector("[data-drop]");
  drop.hidden = !item.error;
  drop.addEventListener("click", async () => {
    if (!window.confirm(drop.dataset.tSure)) return;
    await dropVisit(item.client_id);
    await draw();
  });
  drawNext(row, item);
  if (item.conflict && !item.answer && item.stands) {
    const box = row.querySelector(".field-conflict");
    box.hidden = false;
    box.querySelector("[data-mine]").textContent = [item.label, item.note].filter(Boolean).join("：");
    box.querySelector("[data-theirs]").textContent = [item.stands.state, item.stands.by, item.stands.at ? new Date(item.stands.at).toLocaleDateString(document.documentElement.lang) : "", item.stands.note].filter(Boolean).join(" · ");
    for (const button of box.querySelectorAll("[data-answer]")) button.addEventListener("click", () => answer(item, button.dataset.answer));
  }
  return row;
}

// What a visit or a talk leads to next: a founding, a matter, the joining code.
function drawNext(row, item) {
  const links = {
    found: item.result === "real" && item.employer_id && !item.conflict && `/services/found_union/?finding=${item.finding_id}`,
    matter: item.employer_id && item.result !== "nobody" && `/services/matter/?employer=${item.employer_id}`,
    code: item.outcome === "willing" && `/desk/coverage/drivers/${item.driver_id}/`,
  };
  for (const [name, to] of Object.entries(links)) {
    const link = row.querySelector(`[data-next=${name}]`);
    if (to) link.href = to;
    link.hidden = !to;
  }
}

async function answer(item, said) {
  await keepVisit({ kind: "answer", client_id: newId(), of: item.client_id, user: me, answer: said, error: "" });
  await keepSettled({ ...item, answer: said });
  await draw();
  await send();
}

// What the area asks beside the usual, and the drive a visit is made for: built anew for each visit, named "q" and the
// question's number.
const asks = document.querySelector("#field-questions");
const madeFor = document.querySelector("#field-drive");
const isAnswer = (name) => /^q[0-9]+$/.test(name);
const answersIn = (item) => Object.fromEntries(Object.entries(item).filter(([name]) => isAnswer(name)));
const answersNow = () => Object.fromEntries([...asks.querySelectorAll("[name]")].map((input) => [input.name, input.value.trim()]));

const drivesOf = (row) => kept.drives.filter((drive) => drive.areas.includes(Number(row.area_id)));
const option = (given, text) => Object.assign(document.createElement("option"), { value: given, textContent: text });

function drawDrives(row, visit) {
  const chosen = String(visit?.drive_id || "");
  const rows = drivesOf(row).map((one) => [String(one.id), one.title]);
  if (chosen && !rows.some(([id]) => id === chosen)) rows.push([chosen, visit.drive || chosen]); // over since; it stays what it was made for
  const select = madeFor.querySelector("select");
  select.replaceChildren(...[["", words.tNoDrive], ...rows].map(([id, title]) => option(id, title)));
  select.value = chosen;
  return rows.length > 0;
}

function drawQuestions(row, visit, drive) {
  const asked = [...(kept.questions[row.area_id] || []), ...(kept.drives.find((one) => String(one.id) === drive)?.questions || [])];
  asks.replaceChildren(...asked.map((one) => {
    const label = Object.assign(document.createElement("label"), { className: "field-label", textContent: one.label });
    if (one.is_needed) label.append(" ", Object.assign(document.createElement("span"), { className: "soft", textContent: words.tNeeded }));
    const picks = { yes_no: [["yes", words.tYes], ["no", words.tNo]], choice: one.choices.map((text) => [text, text]) }[one.kind];
    const input = Object.assign(document.createElement(picks ? "select" : "input"), { name: `q${one.id}`, className: picks ? "form-select" : "form-control" });
    if (picks) input.append(...[["", words.tNotAsked], ...picks].map(([given, text]) => option(given, text)));
    else Object.assign(input, { maxLength: 300, autocomplete: "off", inputMode: one.kind === "number" ? "decimal" : "text" });
    input.value = visit?.[input.name] || "";
    label.append(input);
    return label;
  }));
}

const SAID_BY = { visit: ["note", "contact_name", "staff_seen", "promise", "promise_due_on"], talk: ["note", "channel", "due_on"] };
function open(row, visit) {
  const editing = Boolean(visit && visit === row);
  const isTalk = Boolean(row.driver_id);
  current = { row, editing, visit, isTalk };
  form.reset();
  errorLine.hidden = true;
  document.querySelector("#field-dialog-title").textContent = row.name;
  if (visit) {
    for (const name of SAID_BY[isTalk ? "talk" : "visit"]) form.elements[name].value = visit[name] || form.elements[name].value;
    for (const name of ["result", "outcome"]) if (!editing && visit[name] && form.querySelector(`[name=${name}][value=${visit[name]}]`)) form.elements[name].value = visit[name];
  }
  if (isTalk) asks.replaceChildren();
  const offersDrives = !isTalk && drawDrives(row, visit);
  if (!isTalk) drawQuestions(row, visit, value("drive_id"));
  const shown = isTalk ? ["outcome", "talk"] : ["people", "questions", ...(offersDrives && !editing ? ["drive"] : []), ...(row.union_id || editing ? [] : ["result"]), ...(editing ? [] : ["promise", "photo"])];
  for (const part of form.querySelectorAll("[data-part]")) part.hidden = !shown.includes(part.dataset.part);
  form.elements.note.maxLength = isTalk ? 300 : 1000;
  showMore();
  dialog.showModal();
}

function showMore() {
  const chosen = current?.isTalk ? form.elements.outcome.value : form.elements.result.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== chosen || current?.editing;
  if (!current?.isTalk) asks.hidden = (current?.editing ? current.row.result : chosen) === "nobody";
  const ends = form.querySelector("[name=outcome]:checked")?.hasAttribute("data-ends");
  form.querySelector("[data-again]").hidden = Boolean(ends);
}

function complain(text) {
  errorLine.textContent = text;
  errorLine.hidden = false;
  errorLine.scrollIntoView({ block: "nearest" });
}

const value = (name) => form.elements[name].value.trim();
// Another drive asks other things; what the area asks stays as it was filled in.
madeFor.addEventListener("change", () => drawQuestions(current.row, { ...current.visit, ...answersNow() }, value("drive_id")));

// Noted again on the same day it is the same visit put better; on another day it is another one, and the first stays.
const dayOf = (at) => new Date(at).toDateString();
const sameDay = (waiting, fits) => waiting.find((item) => fits(item) && dayOf(item.noted_at) === dayOf(Date.now()));

function visitOf(row, before) {
  return {
    kind: "visit", user: me, name: row.name, client_id: before ? before.client_id : newId(), finding_id: row.finding_id || "",
    union_id: row.union_id || "", employer_id: row.employer_id || "", area_id: row.area_id || "", base_version: row.version || "", noted_at: new Date().toISOString(), was_offline: !navigator.onLine, error: "",
  };
}

async function keep() {
  if (current.editing) return keepEdit();
  if (current.isTalk) return keepTalk();
  const { row } = current;
  const chosen = row.union_id ? null : form.querySelector("[name=result]:checked");
  if (!row.union_id && !chosen) return complain(errorLine.dataset.tChoose);
  const union = kept.unions.find((one) => one.name === value("related_union"));
  const firm = kept.firms.find((one) => one.name === value("related_employer"));
  if (chosen?.value === "covered" && !union) return complain(errorLine.dataset.tUnion);
  if (chosen?.value === "duplicate" && !firm) return complain(errorLine.dataset.tFirm);
  if (value("promise") && !value("promise_due_on")) return complain(errorLine.dataset.tPromise);
  const again = current.visit?.error ? current.visit : null;
  const waiting = row.finding_id ? sameDay(await outbox(), (item) => item.finding_id === row.finding_id && item.kind === "visit") : null;
  return finish({
    ...visitOf(row, again || waiting),
    result: chosen ? chosen.value : "service",
    label: chosen ? chosen.nextElementSibling.textContent : words.tService,
    drive_id: value("drive_id"),
    drive: value("drive_id") && madeFor.querySelector("select").selectedOptions[0].textContent,
    ...(chosen?.value === "nobody" ? {} : answersNow()),
    note: form.elements.note.value,
    contact_name: form.elements.contact_name.value,
    staff_seen: value("staff_seen"),
    promise: value("promise"),
    promise_due_on: value("promise") ? value("promise_due_on") : "",
    related_union_id: union ? union.id : "",
    related_employer_id: firm ? firm.id : "",
    photo: form.elements.photo.files[0] || null,
  });
}

async function keepTalk() {
  const { row, visit } = current;
  const chosen = form.querySelector("[name=outcome]:checked");
  if (!chosen) return complain(errorLine.dataset.tOutcome);
  const before = visit || sameDay(await outbox(), (item) => item.kind === "talk" && item.driver_id === row.driver_id);
  return finish({
    kind: "talk", user: me, name: row.name, client_id: before ? before.client_id : newId(), driver_id: row.driver_id, noted_at: new Date().toISOString(), error: "",
    outcome: chosen.value, label: chosen.nextElementSibling.textContent, channel: value("channel"), note: value("note"),
    due_on: chosen.hasAttribute("data-ends") ? "" : value("due_on"),
  });
}

async function keepEdit() {
  const { visit } = current;
  const said = { note: form.elements.note.value, contact_name: form.elements.contact_name.value, staff_seen: value("staff_seen"), ...answersIn(visit), ...answersNow() };
  if (!visit.visit_id) return finish({ ...visit, ...said }); // not sent yet: the visit itself is worded anew
  await keepSettled({ ...visit, ...said });
  return finish({ kind: "edit", client_id: newId(), of: visit.client_id, user: me, name: visit.name, label: visit.label, ...said, asked: true, edited_at: new Date().toISOString(), error: "" });
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

const NOT_SENT = ["label", "error", "kind", "name", "user", "of", "employer_id", "area_id", "drive"];
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
  const to = { edit: list.dataset.edit, answer: list.dataset.answer, talk: list.dataset.talk }[item.kind] || list.dataset.send;
  return fetch(to, { method: "POST", body: body(item), headers: { Accept: "application/json", "X-CSRFToken": token() } });
}

const ORDER = { visit: 0, talk: 0, edit: 1, answer: 2 };
const inOrder = (a, b) => (ORDER[a.kind] ?? 0) - (ORDER[b.kind] ?? 0) || (a.noted_at || "").localeCompare(b.noted_at || "");
async function send() {
  if (sending) return;
  sending = true;
  more = false;
  try {
    const waiting = (await outbox()).sort(inOrder);
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
const SAID = ["result", "drive_id", "note", "contact_name", "staff_seen", "promise", "promise_due_on", "photo"];
async function saidSince(item, said) {
  const now = (await outbox()).find((one) => one.client_id === item.client_id);
  const names = [...SAID, ...Object.keys({ ...answersIn(item), ...answersIn(now || {}) })];
  if (item.kind === "talk") return now && now.noted_at !== item.noted_at ? { ...now, client_id: newId(), error: "" } : null;
  if (item.kind !== "visit" || !now || names.every((name) => name === "photo" ? !now.photo || now.noted_at === item.noted_at : (now[name] || "") === (item[name] || ""))) return null;
  if (now.result !== item.result || (now.drive_id || "") !== (item.drive_id || "") || now.promise !== item.promise || now.photo) return { ...now, client_id: newId(), base_version: said.version || "", error: "" };
  const { note, contact_name, staff_seen, name, label } = now;
  return { kind: "edit", client_id: newId(), of: item.client_id, user: me, name, label, note, contact_name, staff_seen, ...answersIn(now), asked: true, edited_at: new Date().toISOString(), error: "" };
}

async function settle(item, said) {
  const later = await saidSince(item, said);
  if (later) {
    await keepVisit(later);
    more = true;
  }
  await dropVisit(item.client_id).catch(() => {});
  if (item.kind === "edit" || item.kind === "answer") return;
  if (item.kind === "talk") return settleTalk(item, said);
  const stop = kept.stops.find((row) => row.finding_id === item.finding_id);
  if (stop) stop.noted = said.conflict || `${item.label} · ${words.tSent}`;
  kept.findings = kept.findings.map((row) => (row.finding_id === item.finding_id ? { ...row, version: said.version, state: said.state, last_visit: joined(item.label, item.note) } : row));
  kept.owed = kept.owed.filter((row) => row.union_id !== item.union_id);
  delete kept.parcels.owed; // a union owed a second visit comes back with the next list
  await keepDay(kept);
  await keepSettled({
    client_id: item.client_id, user: me, visit_id: said.id, name: item.name, label: item.label, note: item.note, contact_name: item.contact_name,
    staff_seen: item.staff_seen, result: item.result, finding_id: item.finding_id, employer_id: item.employer_id, area_id: item.area_id, drive_id: item.drive_id, drive: item.drive, ...answersIn(item), conflict: said.conflict, stands: said.stands || null, answer: said.answer || "", at: item.noted_at,
  });
}

async function settleTalk(item, said) {
  if (!said.conflict) kept.drivers = kept.drivers.map((row) => (row.driver_id === item.driver_id ? { ...row, last: joined(item.label, item.note), due_on: item.due_on, step: "" } : row));
  await keepDay(kept);
  await keepSettled({
    client_id: item.client_id, user: me, visit_id: said.id, driver_id: item.driver_id, name: item.name, label: item.label, note: item.note, outcome: item.outcome,
    conflict: said.conflict, stands: null, answer: "", at: item.noted_at,
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
document.querySelector("#field-find").addEventListener("input", () => drawAll());
document.querySelector("#field-find-driver").addEventListener("input", () => drawDrivers());
bulk.addEventListener("toggle", () => {
  if (!bulk.open) picked.clear();
  drawAll();
});
document.querySelector("#field-nobody").addEventListener("click", keepNobody);
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
