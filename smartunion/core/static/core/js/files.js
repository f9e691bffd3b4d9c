// File inputs speak the browser's language, not the page's: where scripts run, the page's own words lie over them.
function dress(input) {
  if (input.parentElement.classList.contains("file-wrap")) return;
  const { tFileChoose, tFileNone } = document.body.dataset;
  const wrap = document.createElement("div");
  wrap.className = "file-wrap form-control";
  const button = document.createElement("span");
  button.className = "btn btn-secondary btn-sm";
  button.textContent = tFileChoose;
  const name = document.createElement("span");
  name.className = "file-name";
  input.before(wrap);
  wrap.append(button, name, input);
  const say = () => { name.textContent = [...input.files].map((one) => one.name).join("、") || tFileNone; };
  input.addEventListener("change", say);
  input.form?.addEventListener("reset", () => setTimeout(say));
  say();
}

const all = () => document.querySelectorAll('input[type="file"].form-control').forEach(dress);
all();
document.addEventListener("htmx:afterSettle", all);
