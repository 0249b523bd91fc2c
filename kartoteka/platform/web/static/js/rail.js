// Folding the sidebar; the server draws it as the cookie says, so that nothing jumps.
const year = 31_536_000;

export function watchRail(page) {
  const root = page.documentElement;
  page.querySelector("[data-fold]")?.addEventListener("click", (event) => {
    const folded = root.dataset.rail !== "folded";
    root.dataset.rail = folded ? "folded" : "open";
    event.currentTarget.setAttribute("aria-expanded", String(!folded));
    page.cookie = `rail=${root.dataset.rail}; path=/; max-age=${year}; samesite=lax`;
  });
}
