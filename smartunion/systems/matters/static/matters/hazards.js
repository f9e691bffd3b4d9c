// The picture says where it was taken: read here, before it is made smaller and its notes are gone. Works without any of it.
import { shrink } from "../core/js/photos.js";
import "./towns.js";

const form = document.querySelector("[data-snap]");
document.documentElement.classList.add("scripted");
const [lon, lat, region, near, spotLine] = ["lon", "lat", "snap-region", "snap-near", "snap-spot"].map((name) => form.querySelector(`[data-${name}]`));
const town = form.querySelector("[data-snap-town]");
const kept = new DataTransfer();
let chosen = Boolean(region.value);

// EXIF, the few bytes we need: the place, degrees as three fractions each.
export function spotIn(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength;) {
    const marker = view.getUint16(at);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null;
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return fromTiff(view, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function fromTiff(view, base) {
  const little = view.getUint16(base) === 0x4949;
  const short = (at) => view.getUint16(at, little);
  const long = (at) => view.getUint32(at, little);
  const entries = (start) => new Map(Array.from({ length: short(start) }, (_, n) => [short(start + 2 + n * 12), start + 2 + n * 12 + 8]));
  const pointer = entries(base + long(base + 4)).get(0x8825);
  if (pointer === undefined) return null;
  const gps = entries(base + long(pointer));
  const degrees = (tag) => {
    if (!gps.has(tag)) return NaN;
    const from = base + long(gps.get(tag));
    const part = (n) => long(from + n * 8) / long(from + n * 8 + 4);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const sign = (tag, negative) => (gps.has(tag) && String.fromCharCode(view.getUint8(gps.get(tag))) === negative ? -1 : 1);
  const found = { lat: degrees(2) * sign(1, "S"), lon: degrees(4) * sign(3, "W") };
  return Number.isFinite(found.lat) && Number.isFinite(found.lon) && (found.lat || found.lon) ? found : null;
}

function say(words, tone) {
  spotLine.textContent = words;
  spotLine.dataset.tone = tone;
  spotLine.hidden = false;
}

function put(found, words) {
  lon.value = found.lon.toFixed(6);
  lat.value = found.lat.toFixed(6);
  say(words, "on");
  look();
}

async function look() {
  const kind = form.querySelector("[name=kind]:checked")?.value ?? "";
  if (!lon.value && !(region.value && kind)) return;
  const asked = new URLSearchParams({ kind, region: region.value });
  if (lon.value) { asked.set("lon", Number(lon.value).toFixed(4)); asked.set("lat", Number(lat.value).toFixed(4)); }
  const answer = await fetch(`${form.dataset.near}?${asked}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.status === 204) return;
  near.innerHTML = await answer.text();
  const found = near.querySelector("[data-snap-found]");
  if (found && !chosen) region.value = found.dataset.snapFound;
}

// In the capturing phase: photos made smaller further down lose what we read here.
form.addEventListener("change", async (event) => {
  const input = event.target;
  if (input.type !== "file") {
    if (input.name === "kind") look();
    if (input === region) { chosen = true; look(); }
    if (input.matches("[data-snap-where]")) where();
    return;
  }
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    const found = spotIn(await file.slice(0, 262144).arrayBuffer());
    if (found) put(found, form.dataset.tRead);
    else if (!lon.value) say(form.dataset.tUnread, "off");
    if (kept.items.length < 4) kept.items.add(await shrink(file));
  }
  const camera = form.querySelector("[data-snap-camera]");
  camera.files = kept.files;
  const shots = form.querySelector("[data-snap-shots]");
  shots.hidden = !kept.files.length;
  shots.replaceChildren(...[...kept.files].map((file) => Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" })));
}, true);

function where() {
  const picked = form.querySelector("[data-snap-where]:checked");
  town.hidden = picked?.value === "work";
}
where();

const here = form.querySelector("[data-snap-here]");
if (navigator.geolocation && window.isSecureContext) {
  here.hidden = false;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => put({ lon: coords.longitude, lat: coords.latitude }, form.dataset.tHere),
    () => say(form.dataset.tDenied, "off"),
    { timeout: 10000, maximumAge: 60000, enableHighAccuracy: true },
  ));
}

// The county as tiles, each town where it lies: one touch says where.
const map = form.querySelector("[data-town-map]");
if (map) {
  map.hidden = false;
  const tiles = [...map.querySelectorAll("[data-town]")];
  const mark = () => { for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.town === region.value)); };
  for (const tile of tiles) {
    tile.style.gridColumn = Number(tile.dataset.column) + 1;
    tile.style.gridRow = Number(tile.dataset.row) + 1;
    tile.addEventListener("click", () => { region.value = tile.dataset.town; chosen = true; mark(); look(); });
  }
  region.addEventListener("change", mark);
  mark();
}
