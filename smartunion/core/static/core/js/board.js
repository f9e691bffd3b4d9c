// The clock of a board, in the federation's time.
const clocks = document.querySelectorAll("[data-clock]");
const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", weekday: "short",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});
function tick() {
  for (const clock of clocks) clock.textContent = format.format(new Date());
}
tick();
setInterval(tick, 1000);
