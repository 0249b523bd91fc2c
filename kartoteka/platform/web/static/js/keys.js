// Keys: / and Ctrl-K search, Ctrl-S saves, Esc leaves, arrows walk the hits under the search box.
const typing = "input, textarea, select, [contenteditable]";

export function watchKeys(page) {
  page.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.code === "KeyK") return act(event, () => page.querySelector("#find")?.focus());
    if (command && event.code === "KeyS") return save(page, event);
    if (command || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") return leave(page, event);
    if (event.key === "/" && !event.target.closest(typing)) return act(event, () => page.querySelector("#find")?.focus());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
  });
}

function act(event, what) {
  event.preventDefault();
  what();
}

function save(page, event) {
  const near = event.target.closest("form")?.querySelector("[data-action='save'], .btn.b-primary");
  const button = near ?? page.querySelector("[data-action='save']");
  if (button) act(event, () => button.click());
}

function leave(page, event) {
  if (event.target.closest(".find")) return event.target.blur();
  const near = event.target.closest("form")?.querySelector("[data-escape]");
  (near ?? page.querySelector(".save-bar [data-escape]"))?.click();
}

function walk(event) {
  const box = event.target.closest(".find");
  if (!box) return;
  const stops = [box.querySelector("input"), ...box.querySelectorAll(".quick a")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) act(event, () => next.focus());
}
