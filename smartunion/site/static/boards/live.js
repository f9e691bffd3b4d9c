// The board follows the ledger: new numbers move into place, nothing is rebuilt, a lost connection is shown.
const source = document.querySelector("[data-live]").dataset.live;
const state = document.querySelector("#live-state");
const asOf = document.querySelector("#as-of");
const format = new Intl.NumberFormat(document.documentElement.lang);
const ticker = document.querySelector("#ticker");

function show(now) {
  for (const [key, value] of Object.entries(now.values)) {
    const node = document.querySelector(`[data-value="${key}"]`);
    const text = format.format(value);
    if (node && node.textContent !== text) {
      node.textContent = text;
      node.classList.remove("fresh");
      requestAnimationFrame(() => node.classList.add("fresh"));
    }
  }
  for (const [key, data] of Object.entries(now.charts)) {
    document.querySelector(`figure[data-chart="${key}"]`)?.dispatchEvent(new CustomEvent("su:chart", { detail: data, bubbles: true }));
  }
  for (const target of now.targets) {
    const node = document.querySelector(`[data-target="${target.key}"] > :last-child`);
    if (node) node.textContent = `${format.format(target.done)} / ${format.format(target.goal)} ${node.parentElement.dataset.unit}`;
  }
  const known = new Set([...ticker.querySelectorAll("[data-id]")].map((line) => line.dataset.id));
  if (now.ticker.length) {
    ticker.replaceChildren(...now.ticker.map((line) => {
      const item = document.createElement("li");
      item.dataset.id = line.id;
      if (!known.has(line.id)) item.className = "fresh";
      item.append(Object.assign(document.createElement("span"), { textContent: line.text }), Object.assign(document.createElement("span"), { textContent: line.at }));
      return item;
    }));
  }
  asOf.textContent = now.as_of;
}

function mark(kind) {
  state.dataset.state = kind;
  state.firstChild.textContent = `${kind === "live" ? state.dataset.tLive : state.dataset.tLost} `;
}

const stream = new EventSource(source);
stream.addEventListener("state", (event) => { show(JSON.parse(event.data)); mark("live"); });
stream.addEventListener("error", () => {
  mark("lost");
  // A refused ticket ends the stream for good; a fresh page brings a fresh one.
  if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 30000);
});
