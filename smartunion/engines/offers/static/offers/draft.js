// What was typed into a sign-up form stays on the phone until it is sent.
const form = document.querySelector("form[data-draft]");
if (form) {
  const key = form.dataset.draft;
  const named = () => [...form.elements].filter((one) => one.name && !["csrfmiddlewaretoken", "client_id"].includes(one.name));
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    if (kept) {
      named().forEach((one, at) => {
        if (one.type === "checkbox" || one.type === "radio") one.checked = !one.disabled && kept[at] === true;
        else if (typeof kept[at] === "string" && !one.value) one.value = kept[at];
      });
    }
  } catch { /* a draft that cannot be read is none */ }
  form.addEventListener("input", () => {
    const typed = named().map((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.value));
    try { sessionStorage.setItem(key, JSON.stringify(typed)); } catch { /* a full or private browser keeps nothing */ }
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
}
