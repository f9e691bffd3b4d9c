// Joining: what is written stays on the phone until it is acknowledged; no signal means sent later, never twice.
const form = document.querySelector("[data-join]");
const PREFIX = "su-join:";
const KEEP_MS = 24 * 3600 * 1000;
const KEPT = ["name", "id_type", "id_number", "birth_date", "sex", "mobile", "employer_name", "employer_id", "client_id"];

if (document.querySelector("[data-forget]")) forget();
if (form) {
  restore();
  form.addEventListener("input", keep);
  form.addEventListener("change", otherId);
  form.addEventListener("submit", submit);
  window.addEventListener("online", backOnline);
  lookups();
  otherId();
  if (waiting().pending) send();
}

function key() { return PREFIX + form.dataset.key; }
function waiting() { try { return JSON.parse(localStorage.getItem(key()) ?? "{}"); } catch { return {}; } }
function store(extra = {}) {
  const kept = { ...waiting(), at: Date.now(), ...extra };
  for (const name of KEPT) if (form.elements[name]) kept[name] = form.elements[name].value;
  try { localStorage.setItem(key(), JSON.stringify(kept)); } catch { /* private mode: the page alone remembers */ }
}
function keep() { store(); }
function forget() { for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name); }

function restore() {
  const kept = waiting();
  if (!kept.at || Date.now() - kept.at > KEEP_MS) { localStorage.removeItem(key()); return; }
  for (const name of KEPT) {
    const input = form.elements[name];
    if (input && kept[name] && (name === "client_id" || !input.value || name === "id_type")) input.value = kept[name];
  }
}

function otherId() {
  const type = form.elements.id_type.value;
  const number = form.elements.id_number.value.replace(/\s/g, "");
  const tells = type === "resident" || (type === "permit" && (!number || number.length === 18));
  for (const box of form.querySelectorAll("[data-for-other-id]")) box.hidden = tells && box.querySelector("[data-error]").hidden;
  form.elements.id_number.inputMode = "text";
}

function submit(event) {
  event.preventDefault();
  delete form.dataset.sent;
  if (event.submitter?.value === "code") return getCode(event.submitter);
  return send();
}

async function post(action) {
  const body = new FormData(form);
  body.set("do", action);
  return fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
}

async function getCode(button) {
  clear();
  button.disabled = true;
  try {
    const answer = await post("code");
    const said = await answer.json();
    if (!answer.ok) { show(said); button.disabled = false; return; }
    const hint = form.querySelector("[data-code-hint]");
    hint.textContent = form.dataset.tCodeSent.replace("#", said.minutes) + (said.shown ? ` ${form.dataset.tDemo.replace("#", said.shown)}` : "");
    form.querySelector("[data-code-box]").hidden = false;
    form.elements.code.focus();
    count(button, said.wait_s);
  } catch { button.disabled = false; unreached(true); }
}

function count(button, seconds) {
  if (seconds <= 0) { button.disabled = false; button.textContent = form.dataset.tGet; return; }
  button.textContent = form.dataset.tAgain.replace("#", seconds);
  setTimeout(() => count(button, seconds - 1), 1000);
}

let tries = 0;
let retry = 0;
function sendAgain() { clearTimeout(retry); retry = 0; ready(); send(); }
// What waits for its turn goes at once; what is on its way is left alone.
function backOnline() {
  unreached(false);
  if (form.dataset.pending && retry) sendAgain();
}
async function send() {
  const button = form.querySelector("[data-submit]");
  if (button.disabled) return;
  clear();
  store({ pending: true, agreed: [...form.querySelectorAll("[name^=agree_]:checked")].map((one) => one.name), code: form.elements.code.value, token: form.elements.phone_token.value });
  form.dataset.pending = "1";
  again();
  button.disabled = true;
  button.textContent = form.dataset.tSending;
  try {
    const answer = await post("join");
    const said = await answer.json();
    done();
    if (answer.ok) { location.assign(said.url); return; }
    show(said);
  } catch {
    offline(true);
    tries += 1;
    retry = setTimeout(sendAgain, Math.min(30, 2 ** tries) * 1000);
    return;
  }
  ready();
}

// A page opened again while something waits: ticks and code come back with it.
function again() {
  const kept = waiting();
  for (const name of kept.agreed ?? []) if (form.elements[name]) form.elements[name].checked = true;
  if (!form.elements.code.value && kept.code) form.elements.code.value = kept.code;
  if (!form.elements.phone_token.value && kept.token) form.elements.phone_token.value = kept.token;
}
function ready() { const button = form.querySelector("[data-submit]"); button.disabled = false; button.textContent = form.dataset.tSend; }
function done() { delete form.dataset.pending; tries = 0; offline(false); store({ pending: false, code: "", token: "" }); }
function unreached(is) { document.querySelector("[data-unreached]").hidden = !is; }
function offline(is) { document.querySelector("[data-waiting]").hidden = !is; }

function clear() {
  for (const line of form.querySelectorAll("[data-error]")) { line.hidden = true; line.closest(".has-error")?.classList.remove("has-error"); }
  document.querySelector("[data-errors]").hidden = true;
  unreached(false);
}

function show(said) {
  if (said.phone_token) {
    form.elements.phone_token.value = said.phone_token;
    form.querySelector("[data-code-box]").hidden = true;
    form.querySelector("[data-proven]").hidden = false;
  }
  if (said.offers_phone) form.querySelector("[data-take]").hidden = false;
  form.querySelector("[data-changed]").hidden = !said.offers_change;
  const line = said.field && form.querySelector(`[data-error="${CSS.escape(said.field)}"]`);
  const words = said.message ?? [said.title, said.detail].filter(Boolean).join(" ");
  if (line) {
    line.textContent = words;
    line.hidden = false;
    line.parentElement.closest(".field, .consent")?.removeAttribute("hidden");
    line.closest(".field, .consent")?.classList.add("has-error");
    (form.elements[said.field] ?? line).scrollIntoView({ block: "center" });
    form.elements[said.field]?.focus?.();
  } else {
    const box = document.querySelector("[data-errors]");
    box.querySelector("ul").replaceChildren(Object.assign(document.createElement("li"), { textContent: words }));
    box.hidden = false;
    box.focus();
  }
}

function lookups() {
  const input = form.elements.employer_name;
  const list = document.getElementById("employers");
  if (!list) return;
  let timer = 0;
  input.addEventListener("input", () => {
    const chosen = [...list.options].find((option) => option.value === input.value);
    form.elements.employer_id.value = chosen?.dataset.id ?? "";
    clearTimeout(timer);
    if (chosen || input.value.trim().length < 2) return;
    timer = setTimeout(async () => {
      try {
        const answer = await fetch(`${form.dataset.lookup}?q=${encodeURIComponent(input.value.trim())}`);
        if (!answer.ok) return;
        const { rows } = await answer.json();
        list.replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.name, label: row.note ? `${row.name}（${row.note}）` : row.name })));
        [...list.options].forEach((option, at) => { option.dataset.id = rows[at].id; });
      } catch { /* the name alone is enough */ }
    }, 250);
  });
}
