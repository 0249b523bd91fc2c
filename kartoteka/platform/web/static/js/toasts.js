// Toasts leave after ten seconds, not while they are pointed at or hold the focus; errors never by themselves.
const stay = 10_000;

export function watchToasts(page) {
  const region = page.querySelector("#toasts");
  if (!region) return;
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("[data-toast]").remove();
  });
  for (const toast of region.children) schedule(toast);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(schedule);
  }).observe(region, { childList: true });
}

function schedule(toast) {
  if (toast.dataset?.toast !== "done") return;
  setTimeout(() => (toast.matches(":hover, :focus-within") ? schedule(toast) : toast.remove()), stay);
}
