// The terminal: forgets when nobody touches it, reads answers aloud, follows a hand where a camera is allowed.
import { HIGH, WIDE, Waves, grey, motion } from "./gestures.js";

const page = document.querySelector("[data-kiosk]");
const say = (text) => { const line = page.querySelector("[data-status]"); line.textContent = text; line.hidden = false; };
const home = () => { window.speechSynthesis?.cancel(); page.querySelectorAll("form").forEach((form) => form.reset()); location.replace(page.dataset.home); };

let last = Date.now();
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(kind, () => { last = Date.now(); }, { capture: true, passive: true });
setInterval(() => {
  const touched = page.hasAttribute("data-answered") || [...page.querySelectorAll("textarea")].some((field) => field.value);
  if (touched && Date.now() - last > Number(page.dataset.idle) * 1000 && !window.speechSynthesis?.speaking) home();
}, 1000);
window.addEventListener("pageshow", (event) => { if (event.persisted) home(); });  // “back” shows nobody's question
page.querySelector("[data-again]")?.addEventListener("click", (event) => { event.preventDefault(); home(); });

const aloud = page.querySelector("[data-speech]");
if (window.speechSynthesis && page.hasAttribute("data-answered")) {
  const first = page.querySelector(".answer");
  const text = [first?.querySelector("h3"), first?.querySelector("[data-speak], h3 + p")].map((one) => one?.textContent.trim() ?? "").join("。");
  aloud.hidden = false;
  aloud.addEventListener("click", () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); aloud.querySelector("span").textContent = aloud.dataset.tOn; return; }
    const words = new SpeechSynthesisUtterance(text.slice(0, 400));
    words.lang = document.documentElement.lang.startsWith("en") ? "en-US" : "zh-CN";
    words.onend = () => { aloud.querySelector("span").textContent = aloud.dataset.tOn; last = Date.now(); };
    aloud.querySelector("span").textContent = aloud.dataset.tOff;
    speechSynthesis.speak(words);
  });
}

const hand = page.querySelector("[data-gestures]");
let stream = null;

async function follow() {
  const video = page.querySelector("[data-camera]");
  stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240, facingMode: "user" }, audio: false });
  video.srcObject = stream;
  await video.play();
  const sheet = new OffscreenCanvas(WIDE, HIGH).getContext("2d", { willReadFrequently: true });
  const waves = new Waves();
  let before = null;
  const look = () => {
    if (!stream) return;
    sheet.drawImage(video, 0, 0, WIDE, HIGH);
    const now = grey(sheet.getImageData(0, 0, WIDE, HIGH).data);
    if (before) act(waves.step(motion(before, now), performance.now()));
    before = now;
    setTimeout(look, 80);
  };
  look();
}

function act(gesture) {
  if (!gesture) return;
  last = Date.now();
  const rail = page.querySelector("[data-rail]");
  if (gesture === "hold") home();
  else if (rail) {
    const way = gesture === "right" ? 0.8 : -0.8;
    // Side by side on a wide screen; one below the other on an upright one.
    if (rail.scrollWidth > rail.clientWidth + 4) rail.scrollBy({ left: way * rail.clientWidth, behavior: "smooth" });
    else window.scrollBy({ top: way * innerHeight, behavior: "smooth" });
  }
}

if (navigator.mediaDevices?.getUserMedia && window.OffscreenCanvas && window.isSecureContext && hand) {
  hand.hidden = false;
  hand.addEventListener("click", async () => {
    if (stream) { stream.getTracks().forEach((track) => track.stop()); stream = null; hand.setAttribute("aria-pressed", "false"); page.querySelector("[data-status]").hidden = true; return; }
    try { await follow(); hand.setAttribute("aria-pressed", "true"); say(hand.dataset.tOn); } catch { say(hand.dataset.tFailed); }
  });
}
