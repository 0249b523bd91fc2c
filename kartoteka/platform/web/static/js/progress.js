// The line at the top appears when an answer takes longer than 150 ms, and says so when none came.
const patience = 150;

export function watchProgress(page) {
  const line = page.querySelector("#progressline");
  if (!line) return;
  let running = 0;
  let timer = 0;
  page.addEventListener("htmx:before:request", () => {
    running += 1;
    if (running === 1) timer = setTimeout(() => line.toggleAttribute("data-on", true), patience);
  });
  page.addEventListener("htmx:finally:request", () => {
    running = Math.max(0, running - 1);
    if (running > 0) return;
    clearTimeout(timer);
    line.removeAttribute("data-on");
  });
}
