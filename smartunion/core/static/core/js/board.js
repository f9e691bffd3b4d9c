// The clock of a board, in the federation's time.
const clocks = document.querySelectorAll("[data-clock]");
const part = (options) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Shanghai", ...options });
const parts = [
  part({ year: "numeric", month: "long", day: "numeric" }),
  part({ weekday: "short" }),
  part({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
];
function tick() {
  const now = new Date();
  for (const clock of clocks) clock.textContent = parts.map((one) => one.format(now)).join("  ");
}
tick();
setInterval(tick, 1000);
