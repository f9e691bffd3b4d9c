// Fetches the next code shortly before the present one is replaced; a lost signal tries again.
const box = document.querySelector("[data-card]");
if (box) later(Number(box.dataset.left));

function later(seconds) { setTimeout(next, Math.max(2, seconds) * 1000); }

async function next() {
  try {
    const answer = await fetch(box.dataset.card, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const code = await answer.json();
    box.querySelector("[data-card-svg]").innerHTML = code.svg;
    box.querySelector("[data-card-number]").textContent = code.number;
    later(code.seconds_left);
  } catch { later(3); }
}
document.addEventListener("visibilitychange", () => { if (!document.hidden && box) next(); });
