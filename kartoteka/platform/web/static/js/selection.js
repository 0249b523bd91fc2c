// Choosing rows: all at once, a range with Shift, and how many. The bar itself appears by CSS.
let last = null;

export function watchSelection(page) {
  page.addEventListener("click", (event) => {
    const box = event.target.closest?.(".ledger tbody input[name='id']");
    if (box) {
      if (event.shiftKey && last?.isConnected) range(box);
      last = box;
    }
    const all = event.target.closest?.("[data-all]");
    if (all) for (const other of boxes(all.form)) other.checked = all.checked;
    const form = (box ?? all)?.form;
    if (form) count(form);
  });
  page.addEventListener("reset", (event) => setTimeout(() => count(event.target)));
  page.addEventListener("click", open);
}

const boxes = (form) => [...form.querySelectorAll("tbody input[name='id']")];

function range(box) {
  const row = boxes(box.form);
  const [from, to] = [row.indexOf(last), row.indexOf(box)].sort((a, b) => a - b);
  for (const other of row.slice(from, to + 1)) other.checked = box.checked;
}

function count(form) {
  const label = form.querySelector("[data-count]");
  if (!label) return;
  const chosen = boxes(form).filter((box) => box.checked).length;
  label.textContent = `${label.dataset.count}: ${chosen}`;
  const all = form.querySelector("[data-all]");
  all.checked = chosen > 0 && chosen === boxes(form).length;
  all.indeterminate = chosen > 0 && !all.checked;
}

function open(event) {
  const row = event.target.closest("tr[data-url]");
  if (!row || event.target.closest("a, input, label, button") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.url);
  else location.assign(row.dataset.url);
}
