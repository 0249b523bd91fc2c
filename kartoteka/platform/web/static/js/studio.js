// The studio: lines and fields are dragged to their place, a click on a field of the preview opens its properties.
// Dragging only moves elements and lets the form be sent as any change of it would; buttons do the same without it.
const lists = "[data-sortable]";
const grids = "[data-arrange] .fields";

export async function watchStudio(page) {
  if (!page.querySelector(`${lists}, [data-arrange]`)) return;
  const { default: Sortable } = await import("../vendor/sortable.esm.js");
  const settle = () => {
    for (const list of page.querySelectorAll(lists)) make(Sortable, list, list.dataset.sortable, ".grip", (event) => send(event.to));
    for (const grid of page.querySelectorAll(grids)) make(Sortable, grid, "form", undefined, (event) => place(event.item));
    markChosen(page);
  };
  settle();
  page.addEventListener("htmx:after:swap", settle);
  page.addEventListener("click", open);
}

function make(Sortable, element, group, handle, onEnd) {
  if (Sortable.get(element)) return;
  new Sortable(element, { group, handle, animation: 120, fallbackOnBody: true, onEnd });
}

function send(list) {
  for (const input of list.querySelectorAll(":scope > li > input[type='hidden']")) input.name = list.dataset.name;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

function place(field) {
  const board = field.closest("[data-arrange]");
  const values = {
    field: field.dataset.field,
    before: field.nextElementSibling?.dataset.field ?? "",
    section: field.closest(".section").id.replace(/^s-/, ""),
    csrf: board.dataset.csrf,
  };
  window.htmx.ajax("POST", board.dataset.arrange, { values, target: "#main", select: "#main", swap: "outerMorph" });
}

function markChosen(page) {
  const board = page.querySelector("[data-chosen]");
  if (!board) return;
  for (const field of board.querySelectorAll("[data-field]")) {
    field.classList.toggle("chosen", field.dataset.field === board.dataset.chosen);
  }
  const scroller = board.closest(".preview");
  const chosen = board.querySelector(".chosen");
  if (chosen && scroller.scrollHeight > scroller.clientHeight) chosen.scrollIntoView({ block: "nearest" });
}

function open(event) {
  const field = event.target.closest("[data-arrange] [data-field]");
  if (field) location.assign(field.closest("[data-fields]").dataset.fields + field.dataset.field);
}
