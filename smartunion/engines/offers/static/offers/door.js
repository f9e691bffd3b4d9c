// The door on a phone. The list of the occasion (digests of codes, no names) and everything read live in IndexedDB;
// the outbox is sent when there is signal, and sending twice does no harm: every act carries its own id.
const root = document.querySelector("[data-door]");
const words = root.dataset;
const part = (name) => root.querySelector(`[data-door-${name}]`);
const form = part("form");
const questions = part("questions");
const GOOD = ["admitted", "returned", "left"];
const input = form.elements.code;
const user = words.user;
const store = `${words.user}:${words.occasion}`;
let list = null;
let gate = null;
let sending = false;
let signedOut = false;
let cameraOn = false;

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("offers-door", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("outbox", { keyPath: "client_id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function on(name, mode, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(name, mode);
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => { db.close(); resolve(request.result); };
    transaction.onerror = transaction.onabort = () => { db.close(); reject(transaction.error); };
  });
}

const keep = (what, value) => on("kept", "readwrite", (rows) => rows.put(value, `${store}:${what}`));
const kept = (what) => on("kept", "readonly", (rows) => rows.get(`${store}:${what}`));
const put = (item) => on("outbox", "readwrite", (rows) => rows.put(item));
const all = async () => (await on("outbox", "readonly", (rows) => rows.getAll())).filter((one) => one.store === store);
const waiting = async () => (await all()).filter((one) => !one.answer);

function token() {
  return document.cookie.split("; ").find((one) => one.startsWith("su_csrf="))?.slice(8) || form.elements.csrfmiddlewaretoken.value;
}

async function digest(code) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${list.salt}:${code}`));
  return [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

const tidy = (code) => code.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 12);

async function refresh() {
  try {
    const answer = await fetch(words.codes, { headers: { Accept: "application/json" } });
    signedOut = answer.status === 401 || answer.redirected;
    if (!answer.ok || signedOut) return;
    list = await answer.json();
    await keep("list", list);
    for (const name of ["inside", "missing"]) {
      const figure = document.querySelector(`[data-now=${name}] .stat-value`);
      if (figure) figure.firstChild.textContent = list[name].toLocaleString("zh-CN");
    }
  } catch { /* no signal: the list kept stays */ }
}

// Inside by the last of what this phone read itself, else by its list.
function inside(known, code, mine) {
  const last = mine.at(-1);
  return last ? !last.is_exit : known[0] === "attended";
}

// Without signal the phone decides by its list and by what it read itself.
async function decide(code, out) {
  if (!list || !crypto.subtle) return { outcome: "", text: words.tNolist };
  const known = list.codes[await digest(code)];
  const through = (one) => (one.answer ? GOOD.includes(one.answer.outcome) : one.was_let_in);
  const mine = (await all()).filter((one) => one.code === code && !one.is_answer && through(one)).sort((a, b) => (a.at < b.at ? -1 : 1));
  if (!known) return { outcome: "unknown" };
  if (out) return inside(known, code, mine) ? { outcome: "left", people: known[1] } : { outcome: "not_inside" };
  if (inside(known, code, mine)) return { outcome: "already_in" };
  if (known[0] === "left" || mine.length) return { outcome: "returned", people: known[1] };
  if (known[0] !== "confirmed" && known[0] !== "no_show") return { outcome: "not_confirmed" };
  const now = Date.now();
  if (now > Date.parse(words.ends)) return { outcome: "too_late" };
  return { outcome: "admitted", people: known[1] };
}

function said(outcome) {
  return document.querySelector(`[data-outcome="${outcome}"]`)?.textContent || outcome;
}

function show(answer) {
  const box = part("answer");
  box.hidden = false;
  box.dataset.good = GOOD.includes(answer.outcome) || answer.good ? "1" : "0";
  box.dataset.outcome = answer.outcome;
  box.textContent = answer.text || said(answer.outcome);
  if (GOOD.includes(answer.outcome) && answer.people > 1) box.textContent += ` · ${words.tPeople.replace("{n}", answer.people)}`;
}

async function post(items, to = words.send, name = "scans") {
  return fetch(to, {
    method: "POST", body: JSON.stringify({ [name]: items.map(({ store: _store, answer: _answer, user: _user, ...item }) => item) }),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    signal: AbortSignal.timeout(8000),
  });
}

function ask(code, outcome) {
  if (!questions) return;
  questions.reset();
  questions.hidden = outcome !== "admitted" || !code;
  questions.elements.code.value = code;
}

async function read(code, walkIn = false) {
  const item = {
    client_id: crypto.randomUUID(), store, code: tidy(code), at: new Date().toISOString(), gate: gate.key, is_walk_in: walkIn,
    is_exit: !walkIn && form.elements.way.value === "out", is_offline: false, was_let_in: false,
  };
  if (!walkIn && !item.code) return;
  try {
    if (!navigator.onLine) throw new Error("offline");
    const answer = await post([item]);
    signedOut = answer.status === 401 || answer.redirected;
    if (!answer.ok || signedOut) throw new Error("not sent");
    const [first] = (await answer.json()).scans;
    show(first);
    ask(item.code, first.outcome);
    await put({ ...item, answer: first }).catch(() => {});
  } catch {
    const decided = walkIn ? await byShare() : await decide(item.code, item.is_exit);
    if (!decided.outcome) return show(decided);
    await put({ ...item, is_offline: true, was_let_in: GOOD.includes(decided.outcome) });
    show(decided);
    ask(item.code, decided.outcome);
  }
  await draw();
}

async function given() {
  return (await all()).filter((one) => one.is_walk_in && (one.was_let_in || one.answer?.outcome === "admitted")).length;
}

async function byShare() {
  return (await given()) < (gate.share || 0) ? { outcome: "admitted", people: 1 } : { outcome: "share_spent" };
}

async function send() {
  if (sending || !navigator.onLine) return;
  sending = true;
  try {
    for (let items = await waiting(); items.length; items = await waiting()) {
      const isAnswers = items[0].is_answer === true;
      const batch = items.filter((one) => (one.is_answer === true) === isAnswers).slice(0, 200);
      const answer = await (isAnswers ? post(batch, words.answers, "answers") : post(batch));
      signedOut = answer.status === 401 || answer.redirected;
      if (!answer.ok || signedOut) return;
      const heard = await answer.json();
      const listed = isAnswers ? heard.answers : heard.scans;
      for (const [at, item] of batch.entries()) await put({ ...item, answer: listed[at] });
    }
  } catch { /* no signal: the outbox stays and is sent later */ } finally {
    sending = false;
    await draw();
  }
}

async function draw() {
  const status = part("status");
  const left = (await waiting()).length;
  status.hidden = false;
  if (signedOut) status.textContent = words.tSignin;
  else if (!navigator.onLine) status.textContent = list ? words.tOffline : words.tNolist;
  else status.textContent = left ? words.tWaiting.replace("{n}", left) : words.tOnline;
  if (left && !navigator.onLine) status.textContent += ` ${words.tWaiting.replace("{n}", left)}`;
  const clashes = (await all()).filter((one) => one.answer?.is_conflict || one.answer?.outcome === "refused");
  const rows = part("conflicts");
  rows.hidden = !clashes.length;
  rows.replaceChildren(...clashes.map((one) => {
    const line = document.createElement("li");
    line.dataset.conflict = one.answer.outcome;
    line.textContent = `${new Date(one.at).toLocaleTimeString("zh-CN")} ${one.answer.text}`;
    return line;
  }));
  part("reserve").hidden = Boolean(gate.share);
  part("give").hidden = !gate.share;
  if (gate.share) part("share").textContent = words.tShare.replace("{n}", await given()).replace("{of}", gate.share);
}

async function enrol(share) {
  const body = new FormData();
  body.set("gate", gate.key);
  body.set("share", share);
  const answer = await fetch(words.gate, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
  const heard = await answer.json().catch(() => ({}));
  if (!answer.ok) return show({ outcome: "", text: [heard.title, heard.detail].filter(Boolean).join(" ") });
  gate = { ...gate, ...heard, enrolled: true };
  await keep("gate", gate);
  return draw();
}

async function scan() {
  const video = part("video");
  if (cameraOn) {
    video.srcObject?.getTracks().forEach((track) => track.stop());
    cameraOn = false;
    video.hidden = true;
    return;
  }
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch { return; }
  cameraOn = true;
  video.hidden = false;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  while (cameraOn) {
    const [found] = await detector.detect(video).catch(() => []);
    if (found && found.rawValue !== last) {
      last = found.rawValue;
      await read(last);
      setTimeout(() => { last = ""; }, 4000);
    }
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = input.value;
  input.value = "";
  input.focus();
  await read(code);
});
questions?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries([...new FormData(questions)].filter(([name]) => name.startsWith("q_")).map(([name, value]) => [name.slice(2), value]));
  await put({ client_id: crypto.randomUUID(), store, code: questions.elements.code.value, at: new Date().toISOString(), answers: given, is_answer: true });
  questions.hidden = true;
  show({ outcome: "", good: true, text: words.tAnswered });
  await send();
  await draw();
  input.focus();
});
part("reserve").addEventListener("submit", (event) => { event.preventDefault(); enrol(event.target.elements.share.value).catch(() => {}); });
part("walkin").addEventListener("click", () => read("", true));
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  part("camera").hidden = false;
  part("camera").addEventListener("click", scan);
}
window.addEventListener("online", async () => { await send(); await refresh(); await draw(); });
window.addEventListener("offline", draw);
setInterval(async () => { await send(); if (navigator.onLine) await refresh(); }, 30000);
// The page that registers the worker was loaded without it: it is fetched once more through it, so that it opens without signal.
async function keepPage() {
  await navigator.serviceWorker.register(words.worker, { scope: "/checkin/" });
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => { navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }); });
  }
  await fetch(words.page);
  root.dataset.kept = user;
}
if ("serviceWorker" in navigator) keepPage().catch(() => {});

list = (await kept("list").catch(() => null)) || null;
gate = (await kept("gate").catch(() => null)) || { key: crypto.randomUUID(), share: 0 };
part("walk").hidden = false;
if (!gate.enrolled && navigator.onLine) await enrol("0").catch(() => {});
await refresh();
await send();
await draw();
root.dataset.ready = user;
