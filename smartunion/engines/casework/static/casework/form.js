// The form on the phone: shows what is asked, saves as one goes, takes photos at once. Works without any of it.
import { shrink } from "../core/js/photos.js";
import { toast } from "../core/js/toasts.js";

const form = document.querySelector("[data-casework-form]");
if (form) {
  document.documentElement.classList.add("scripted");
  conditions(form);
  rows(form);
  photos(form);
  screens(form);
  if (!form.hasAttribute("data-no-autosave")) autosave(form);
}

function answers(form) {
  // What was answered before and is not asked again still decides what is shown.
  const found = JSON.parse(form.dataset.known || "{}");
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File) continue;
    const box = form.querySelector(`[type="checkbox"][name="${CSS.escape(name)}"]`);
    if (box) (found[name] ??= []).push(value); else found[name] = value;
  }
  for (const box of form.querySelectorAll("[data-calculated]")) found[box.dataset.calculated] = box.dataset.value ?? "";
  return found;
}

function holds(condition, given) {
  if (condition.all) return condition.all.every((part) => holds(part, given));
  if (condition.any) return condition.any.some((part) => holds(part, given));
  const value = given[condition.field];
  const empty = value === undefined || value === "" || (Array.isArray(value) && !value.length);
  const wanted = typeof condition.value === "boolean" ? (condition.value ? "yes" : "no") : String(condition.value);
  switch (condition.op ?? "is") {
    case "filled": return !empty;
    case "empty": return empty;
    case "is_not": return empty || String(value) !== wanted;
    case "has": return Array.isArray(value) && value.includes(wanted);
    case "at_least": return !empty && Number(value) >= Number(condition.value);
    case "at_most": return !empty && Number(value) <= Number(condition.value);
    default: return !empty && String(value) === wanted;
  }
}

function conditions(form) {
  const pieces = [...form.querySelectorAll("[data-visible-if]")];
  const settle = () => {
    // A hidden question counts as unanswered, so the pass is repeated until nothing changes.
    for (let round = 0; round < pieces.length + 1; round += 1) {
      const given = answers(form);
      for (const hidden of form.querySelectorAll("[data-question][hidden], .screen[hidden-by-rule] [data-question]")) delete given[hidden.dataset.question];
      let changed = false;
      for (const piece of pieces) {
        const hide = !holds(JSON.parse(piece.dataset.visibleIf), given);
        if (piece.matches(".screen")) { if (piece.hasAttribute("hidden-by-rule") !== hide) { piece.toggleAttribute("hidden-by-rule", hide); changed = true; } } else if (piece.hidden !== hide) { piece.hidden = hide; changed = true; }
      }
      if (!changed) break;
    }
    form.dispatchEvent(new CustomEvent("su:asked"));
  };
  form.addEventListener("input", settle);
  form.addEventListener("su:worked", settle);
  settle();
}

function screens(form) {
  const all = [...form.querySelectorAll("[data-screen]")];
  const [back, next, save, send] = ["step-back", "step-next", "save", "send"].map((name) => form.querySelector(`[data-${name}]`));
  if (!next) return;
  const narrow = matchMedia("(max-width: 47.99rem)");
  let at = Math.max(0, all.findIndex((one) => one.hasAttribute("data-has-error")));
  const draw = () => {
    const open = all.filter((one) => !one.hasAttribute("hidden-by-rule"));
    const paged = narrow.matches && open.length > 1;
    at = Math.min(at, open.length - 1);
    for (const one of all) one.hidden = one.hasAttribute("hidden-by-rule") || (paged && one !== open[at]);
    for (const mark of form.querySelectorAll("[data-screen-count]")) mark.textContent = paged ? `${at + 1} / ${open.length}` : "";
    back.hidden = !paged || at === 0;
    next.hidden = !paged || at === open.length - 1;
    send.hidden = paged && at < open.length - 1;
    save.hidden = paged && at > 0;
  };
  const go = (step) => { at += step; draw(); window.scrollTo({ top: 0 }); };
  next.addEventListener("click", () => {
    const screen = all.find((one) => !one.hidden);
    const missing = unanswered(form, screen);
    for (const question of screen.querySelectorAll("[data-needed]")) question.remove();
    for (const question of missing) {
      const said = Object.assign(document.createElement("p"), { className: "field-error", textContent: form.dataset.tNeeded });
      said.dataset.needed = "";
      question.append(said);
    }
    if (missing.length) missing[0].querySelector("input:not([type=hidden]), select, textarea")?.focus();
    else go(1);
  });
  back.addEventListener("click", () => go(-1));
  form.addEventListener("input", (event) => event.target.closest("[data-question]")?.querySelector("[data-needed]")?.remove());
  form.addEventListener("su:asked", draw);
  narrow.addEventListener("change", draw);
  document.querySelector(".form-errors")?.addEventListener("click", (event) => {
    const target = event.target.closest("a") && document.getElementById(event.target.closest("a").hash.slice(1));
    const screen = target?.closest("[data-screen]");
    const open = all.filter((one) => !one.hasAttribute("hidden-by-rule"));
    if (screen && open.includes(screen)) { at = open.indexOf(screen); draw(); }
  });
  draw();
}

// Questions of a screen that must be answered and are not; those of several parts and photos are left to the server.
function unanswered(form, screen) {
  const given = new FormData(form);
  return [...screen.querySelectorAll("[data-question][data-required]")].filter((one) => {
    const name = one.dataset.question;
    const simple = [...one.querySelectorAll("input, select, textarea")].some((input) => input.name === name && input.type !== "file");
    return simple && !one.hidden && !given.getAll(name).some((value) => String(value).trim());
  });
}

function autosave(form) {
  const mark = document.querySelector("[data-saved]");
  let timer = 0;
  let sending = false;
  const say = (word, tone) => { if (!mark) return; mark.hidden = false; mark.lastChild.textContent = form.dataset[word]; mark.dataset.tone = tone ?? ""; };
  const save = async () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.set("do", "save");
    say("tSaving");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      say(answer.ok ? "tSaved" : "tUnsaved", answer.ok ? "" : "bad");
      if (answer.ok) worked(form, (await answer.json()).calculated);
    } catch { say("tUnsaved", "bad"); }
  };
  form.addEventListener("input", () => { if (sending) return; clearTimeout(timer); timer = setTimeout(save, 1500); });
  form.addEventListener("submit", () => { sending = true; clearTimeout(timer); });
}

function worked(form, found) {
  // Calculated answers come from the server: one place knows how to reckon, and it reckons in decimals.
  for (const [key, one] of Object.entries(found ?? {})) {
    const box = form.querySelector(`[data-calculated="${key}"]`);
    if (!box) continue;
    box.querySelector("[data-calc-value]").textContent = one.shown || "–";
    box.querySelector("[data-calc-words]").textContent = one.words;
    box.dataset.value = one.value;
  }
  form.dispatchEvent(new Event("su:worked"));
}

function rows(form) {
  for (const table of form.querySelectorAll("[data-rows]")) {
    const button = table.querySelector("[data-add-row]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const all = table.querySelectorAll("[data-row]");
      if (all.length >= Number(table.dataset.most)) return;
      const copy = all[all.length - 1].cloneNode(true);
      copy.querySelector(".rows-number").textContent = all.length + 1;
      for (const input of copy.querySelectorAll("input, select")) {
        input.name = input.name.replace(/\.\d+\./, `.${all.length}.`);
        input.id = `id_${input.name}`;
        input.value = "";
      }
      for (const label of copy.querySelectorAll("label")) label.htmlFor = label.htmlFor.replace(/\.\d+\./, `.${all.length}.`);
      copy.querySelectorAll(".field-error").forEach((one) => one.remove());
      button.before(copy);
      copy.querySelector("input, select")?.focus();
    });
  }
}

function photos(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const post = async (box, url, body) => {
    const label = box.querySelector(".photo-add");
    label.classList.add("is-busy");
    box.querySelector("[data-photo-state]").textContent = form.dataset.tUploading ?? "";
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "text/html" } });
      if (answer.ok) box.querySelector("[data-photo-list]").innerHTML = await answer.text();
      else await refused(answer);
      return answer.ok;
    } catch {
      toast(form.dataset.tUploadFailed ?? "", "error");
      return false;
    } finally {
      label.classList.remove("is-busy");
      box.querySelector("[data-photo-state]").textContent = "";
    }
  };
  form.addEventListener("change", async (event) => {
    const input = event.target.closest("[data-photo-input]");
    const box = input?.closest("[data-photos]");
    if (!box?.dataset.upload || !input.files.length) return;
    const body = new FormData();
    body.set("photo", await shrink(input.files[0]));
    if (await post(box, box.dataset.upload, body)) input.value = "";
  });
  form.addEventListener("click", (event) => {
    const off = event.target.closest("[data-photo-remove]");
    if (!off) return;
    event.preventDefault();
    post(off.closest("[data-photos]"), off.dataset.photoRemove, new FormData());
  });
}

async function refused(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  toast(page.querySelector("h1")?.textContent?.trim() || page.title, "error");
}
