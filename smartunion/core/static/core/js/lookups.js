// Inputs that suggest while one types: data-lookup names the address, the input's list is filled, data-lookup-id beside it keeps the id.
// Whole numbers of people are never asked for: they would stand in an address.
const PERSONAL = /\d{7}/;
let timer = 0;

document.addEventListener("input", (event) => {
  const input = event.target.closest?.("input[data-lookup]");
  if (!input) return;
  const list = listOf(input);
  const hidden = input.parentElement.querySelector("[data-lookup-id]");
  const chosen = [...list.options].find((option) => option.value === input.value);
  if (hidden) hidden.value = chosen?.dataset.id ?? "";
  const text = input.value.trim();
  clearTimeout(timer);
  if (!chosen && text.length >= 2 && !PERSONAL.test(text)) timer = setTimeout(() => fill(input, list, text), 250);
});

// The list of suggestions; a form that has none gets one.
function listOf(input) {
  const found = document.getElementById(input.getAttribute("list"));
  if (found) return found;
  const made = Object.assign(document.createElement("datalist"), { id: `${input.id || input.name}-list` });
  input.after(made);
  input.setAttribute("list", made.id);
  input.autocomplete = "off";
  return made;
}

async function fill(input, list, text) {
  try {
    const address = new URL(input.dataset.lookup, location.origin);
    address.searchParams.set("q", text);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { rows } = await answer.json();
    list.replaceChildren(...rows.map((row) => {
      const option = document.createElement("option");
      option.value = row.name;
      option.label = row.note ? `${row.name}（${row.note}）` : row.name;
      option.dataset.id = row.id;
      return option;
    }));
  } catch { /* no connection: the name alone is enough */ }
}
