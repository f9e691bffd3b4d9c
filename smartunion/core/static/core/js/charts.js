// Draws every <figure data-chart>; ECharts is fetched only on pages that have one. Colours and sizes come from the
// tokens, so that the same chart fits paper-white pages and dark boards.
const drawn = new Map();
let library;

function load() {
  library ??= new Promise((done, failed) => {
    if (window.echarts) { done(window.echarts); return; }
    const script = document.createElement("script");
    script.src = document.body.dataset.echarts;
    script.onload = () => done(window.echarts);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

const room = (canvas) => ({ width: canvas?.clientWidth || 1, height: canvas?.clientHeight || 1 });

function look(node) {
  const style = getComputedStyle(node);
  const token = (name) => style.getPropertyValue(`--su-${name}`).trim();
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    ink: token("ink"), soft: token("ink-2"), faint: token("ink-3"), line: token("line"), surface: token("surface"),
    low: token("map-low"), high: token("map-high"), goal: token("chart-4"),
    colours: [1, 2, 3, 4, 5, 6].map((number) => token(`chart-${number}`)),
    font: style.fontFamily, size: Math.round(rem * 0.8125), rem, room: room(node.querySelector(".chart-canvas")),
  };
}

const lang = document.documentElement.lang;
const short = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 });
const full = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const shown = (value, unit) => (value === null || value === undefined ? "–" : `${full.format(value)}${unit ? ` ${unit}` : ""}`);
const escaped = (text) => { const node = document.createElement("i"); node.textContent = text; return node.innerHTML; };

function base(look) {
  return {
    color: look.colours,
    textStyle: { fontFamily: look.font, fontSize: look.size, color: look.soft },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500,
    aria: { enabled: true, decal: { show: false } },
  };
}

function bubble(look, formatter, trigger) {
  return {
    trigger, formatter, confine: true, backgroundColor: look.surface, borderColor: look.line,
    textStyle: { color: look.ink, fontSize: look.size, fontFamily: look.font },
    axisPointer: { type: "shadow", shadowStyle: { color: "rgba(120,140,170,.12)" } },
  };
}

function axisTip(data) {
  return (points) => [escaped(points[0].axisValueLabel ?? points[0].name)]
    .concat(points.map((point) => `${point.marker}${escaped(point.seriesName)} <b>${shown(point.value, data.unit)}</b>`)).join("<br>");
}

// Names of a few lying bars wrap: cut off they read alike. A board has no room for it.
function wraps(data) {
  return data.kind === "hbar" && data.categories.length <= 12 && !document.body.classList.contains("board");
}

function axes(data, look) {
  const flat = data.kind === "hbar";
  const words = { color: look.soft, fontSize: look.size, fontFamily: look.font };
  const names = {
    type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
    axisLabel: wraps(data) ? { ...words, width: look.rem * 9, overflow: "break", lineHeight: look.size * 1.15, interval: 0 } : { ...words, hideOverlap: true, width: look.rem * 7, overflow: "truncate" },
  };
  const amounts = {
    type: "value", splitLine: { lineStyle: { color: look.line, type: "dashed" } },
    axisLabel: { ...words, formatter: (value) => short.format(value) }, minInterval: 1,
  };
  const written = flat && data.series.length === 1; // each bar says its number, so the axis need not
  return flat ? { xAxis: { ...amounts, show: !written }, yAxis: { ...names, inverse: true } } : { xAxis: names, yAxis: amounts };
}

// Lines the names of the series take at this width, as they are laid out: the drawing begins below them.
function legendLines(data, look) {
  let lines = 1, used = 0;
  for (const one of data.series) {
    const letters = [...String(one.name)].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 1 : 0.6), 0);
    const width = 12 + 5 + letters * look.size + 10;
    if (used && used + width > look.room.width) { lines += 1; used = 0; }
    used += width;
  }
  return lines;
}

function cartesian(data, look) {
  const course = data.kind === "line" || data.kind === "area";
  const flat = data.kind === "hbar";
  const many = data.series.length > 1;
  const series = data.series.map((one, index) => ({
    name: one.name, type: course ? "line" : "bar", data: one.values, stack: data.stacked ? "all" : undefined,
    barMaxWidth: look.rem * (flat ? 1.1 : 2), cursor: data.links.length ? "pointer" : "default",
    itemStyle: course ? undefined : { borderRadius: data.stacked ? 0 : flat ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    showSymbol: data.categories.length < 15, symbolSize: 6, lineStyle: { width: 2.5 }, smooth: false, connectNulls: false,
    areaStyle: data.kind === "area" ? { opacity: 0.14 } : undefined,
    label: flat && !many ? { show: true, position: "right", formatter: (point) => full.format(point.value ?? 0), color: look.soft, fontSize: look.size } : undefined,
    markLine: data.goal !== null && index === 0
      ? { symbol: "none", silent: true, lineStyle: { color: look.goal, type: "dashed" }, data: [flat ? { xAxis: data.goal } : { yAxis: data.goal }], label: { color: look.soft, fontSize: look.size, position: flat ? "end" : "insideEndTop", formatter: () => shown(data.goal, data.unit) } }
      : undefined,
  }));
  return {
    ...base(look), ...axes(data, look), series,
    grid: { left: 4, right: flat ? look.rem * 3 : 10, top: many ? look.rem * 2.2 + (legendLines(data, look) - 1) * (look.size + 10) : look.rem, bottom: 4, containLabel: true },
    legend: many ? { top: 0, left: 0, itemWidth: 12, itemHeight: 10, icon: "roundRect", textStyle: { color: look.soft, fontSize: look.size } } : undefined,
    tooltip: bubble(look, axisTip(data), "axis"),
  };
}

function pieces(data) {
  return data.categories.map((name, index) => ({ name, value: data.series[0].values[index] }));
}

function donut(data, look) {
  return {
    ...base(look),
    tooltip: bubble(look, (point) => `${escaped(point.name)} <b>${shown(point.value, data.unit)}</b>（${point.percent}%）`, "item"),
    series: [{
      type: "pie", radius: ["40%", "62%"], data: pieces(data), itemStyle: { borderColor: look.surface, borderWidth: 2 },
      label: { color: look.soft, fontSize: look.size, lineHeight: look.size * 1.3, formatter: (point) => `${point.name}\n${full.format(point.value)}` },
      labelLine: { lineStyle: { color: look.line } },
    }],
  };
}

// Steps as bars of shrinking length: each says its number and what share of the step before came through.
function funnel(data, look) {
  const values = data.series[0].values;
  const share = (at) => (at && values[at - 1] ? `  ${Math.round((values[at] / values[at - 1]) * 100)}%` : "");
  const words = { color: look.ink, fontSize: look.size, fontFamily: look.font };
  return {
    ...base(look),
    tooltip: bubble(look, axisTip(data), "axis"),
    grid: { left: 4, right: look.rem * 6.5, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, max: Math.max(1, ...values) },
    yAxis: { type: "category", data: data.categories, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: words },
    series: [{
      name: data.series[0].name, type: "bar", data: values, barCategoryGap: "28%", barMaxWidth: look.rem * 2.2,
      showBackground: true, backgroundStyle: { color: look.line, opacity: 0.45, borderRadius: 4 },
      itemStyle: { borderRadius: 4 }, cursor: data.links.length ? "pointer" : "default",
      label: { ...words, show: true, position: "right", formatter: (point) => `${full.format(point.value ?? 0)}${share(point.dataIndex)}` },
    }],
  };
}

// Tiles fill the canvas they have, so that a phone shows their names too; real borders keep their shape.
function grid(shapes, look) {
  const corners = shapes.features.map((one) => one.geometry.coordinates[0][0]);
  const many = (at) => Math.round(Math.max(...corners.map((point) => point[at])) - Math.min(...corners.map((point) => point[at]))) + 1;
  const [width, height] = [(look.room.width - 8) / many(0), (look.room.height - 8) / many(1)];
  return { aspect: Math.min(1.8, Math.max(0.5, width / height)), width: Math.min(width, height * 1.8) * 0.88 };
}

function places(data, look, echarts, key) {
  echarts.registerMap(key, data.shapes);
  const tile = data.shapes.schematic && data.shapes.features.length ? grid(data.shapes, look) : null;
  const size = tile && tile.width < look.size * 5 ? look.size : Math.round(look.size * 1.08);
  const values = data.series[0].values.filter((value) => value !== null);
  return {
    ...base(look),
    tooltip: bubble(look, (point) => `${escaped(point.name)} <b>${shown(Number.isNaN(point.value) ? null : point.value, data.unit)}</b>`, "item"),
    visualMap: {
      min: 0, max: data.full ?? Math.max(1, ...values), show: false, inRange: { color: [look.low, look.high] },
    },
    series: [{
      type: "map", map: key, data: pieces(data), roam: false, aspectScale: tile ? tile.aspect : 0.85,
      left: 4, right: 4, top: 4, bottom: 4, preserveAspect: true, cursor: data.links.length ? "pointer" : "default", selectedMode: false,
      itemStyle: { borderColor: look.surface, borderWidth: 1, areaColor: look.low },
      emphasis: { itemStyle: { areaColor: look.goal }, label: { color: look.ink } },
      label: {
        show: true, color: look.ink, fontSize: size, lineHeight: size * (tile ? 1.25 : 1.4), ...(tile ? { width: tile.width, overflow: "break" } : {}),
        formatter: (point) => `${point.name}\n${Number.isNaN(point.value) ? "–" : short.format(point.value) + (data.unit === "%" ? "%" : "")}`,
      },
    }],
  };
}

// Places as points, one colour for each group; no base map, since public maps need an approval number.
function points(data, look) {
  const all = data.groups.flatMap((group) => group.points);
  const wide = (at) => [Math.min(...all.map((point) => point[at])), Math.max(...all.map((point) => point[at]))];
  const axis = (at) => { const [low, high] = all.length ? wide(at) : [0, 1]; const room = (high - low || 0.01) * 0.08; return { type: "value", min: low - room, max: high + room, show: false }; };
  const marks = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];
  return {
    ...base(look), xAxis: axis(0), yAxis: axis(1), grid: { left: 8, right: 8, top: look.rem * 2.4, bottom: 8 },
    legend: { type: "scroll", top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: look.soft, fontSize: look.size } },
    tooltip: bubble(look, (point) => `${escaped(point.seriesName)} <b>${shown(point.value[2], data.unit)}</b>`, "item"),
    series: data.groups.map((group, index) => ({
      name: group.name, type: "scatter", data: group.points, symbol: marks[Math.floor(index / look.colours.length) % marks.length],
      symbolSize: (value) => 9 + Math.min(18, Math.sqrt(value[2]) * 3), itemStyle: { borderColor: look.surface, borderWidth: 1 },
    })),
  };
}

function options(data, look, echarts, key) {
  if (data.kind === "points") return points(data, look);
  if (data.kind === "donut") return donut(data, look);
  if (data.kind === "funnel") return funnel(data, look);
  if (data.kind === "map") return places(data, look, echarts, key);
  return cartesian(data, look);
}

function fillTable(figure, data) {
  const rows = figure.querySelectorAll("tbody tr");
  if (rows.length !== data.categories.length) return;
  rows.forEach((row, at) => row.querySelectorAll("td").forEach((cell, column) => {
    const value = data.series[column]?.values[at];
    cell.textContent = value === null || value === undefined ? "–" : full.format(value);
  }));
}

// New numbers into a chart that is already there: no flicker, nothing is built anew.
export function update(figure, data) {
  const held = drawn.get(figure);
  if (!held) return;
  held.data = data;
  held.chart.setOption(options(data, look(figure), window.echarts, figure.dataset.chart), { notMerge: false, replaceMerge: ["series"] });
  fillTable(figure, data);
}

async function refresh(figure) {
  if (document.hidden) return; // a board nobody sees asks for nothing
  const answer = await fetch(figure.dataset.chartSrc, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) update(figure, await answer.json());
}

async function draw(figure) {
  const canvas = figure.querySelector(".chart-canvas");
  const source = figure.querySelector("script[type='application/json']");
  if (!canvas || !source || drawn.has(figure)) return;
  const echarts = await load();
  const data = JSON.parse(source.textContent);
  if (wraps(data)) canvas.style.minHeight = `${data.categories.length * 2.25 + 2}rem`;
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  const held = { chart, data };
  drawn.set(figure, held);
  chart.setOption(options(data, look(figure), echarts, figure.dataset.chart));
  chart.on("click", (point) => {
    const at = held.data.categories.indexOf(point.name);
    if (held.data.links[at]) location.href = held.data.links[at];
  });
  new ResizeObserver(() => {
    chart.resize();
    if (data.kind === "map" || held.data.series.length > 1) chart.setOption(options(held.data, look(figure), echarts, figure.dataset.chart));
  }).observe(canvas);
  if (figure.dataset.chartSrc) {
    held.timer = setInterval(() => refresh(figure), Number(figure.dataset.chartEvery) * 1000);
  }
}

function scan() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
  for (const [figure, held] of drawn) {
    if (figure.isConnected) continue;
    clearInterval(held.timer);
    held.chart.dispose();
    drawn.delete(figure);
  }
}

scan();
document.addEventListener("htmx:afterSettle", scan);
document.addEventListener("su:chart", (event) => update(event.target, event.detail));
window.addEventListener("beforeprint", () => { for (const { chart } of drawn.values()) chart.resize(); });
