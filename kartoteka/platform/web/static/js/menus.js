// Menus are <details>: only one is open, and a click elsewhere or Esc closes it and gives the focus back.
const open = "details[data-drop][open]";

export function watchMenus(page) {
  page.addEventListener("click", (event) => {
    for (const menu of page.querySelectorAll(open)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  page.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && page.querySelector(open);
    if (!menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
