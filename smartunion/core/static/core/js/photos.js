// Camera input: shows the picture and makes it smaller before it is sent (a weak signal carries 300 kB, not 8 MB).
import { text } from "./texts.js";

const LONG_SIDE = 2000;
const QUALITY = 0.82;
const SMALL_BYTES = 600 * 1024;

export async function shrink(file) {
  if (!file.type.startsWith("image/") || file.size < SMALL_BYTES) return file;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) return file;
  const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  const box = input.closest?.("[data-photo]");
  if (!box || input.type !== "file" || !input.files.length) return;
  const given = input.files[0];
  const kept = await shrink(given);
  const hint = box.querySelector("[data-photo-hint]");
  if (kept !== given) {
    const carrier = new DataTransfer();
    carrier.items.add(kept);
    input.files = carrier.files;
    hint.textContent = text("photoLarge");
  }
  if (!kept.type.startsWith("image/")) return;
  const preview = box.querySelector("[data-photo-preview]");
  if (preview.src.startsWith("blob:")) URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(kept);
  preview.hidden = false;
  box.querySelector("[data-photo-icon]")?.setAttribute("hidden", "");
});
