// Towns by part of their name, for every field that asks with data-town-lookup.
export function lookup(input) {
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (input.value.length < 2) return;
      const answer = await fetch(`${input.dataset.townLookup}?q=${encodeURIComponent(input.value)}`).catch(() => null);
      if (!answer?.ok) return;
      const { rows } = await answer.json();
      input.list.replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.name })));
    }, 250);
  });
}
for (const input of document.querySelectorAll("[data-town-lookup]")) lookup(input);
