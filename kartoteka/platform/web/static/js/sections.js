// The index of sections follows what is read.
export function watchSections(page) {
  const index = page.querySelector("[data-spy]");
  if (!index) return;
  const links = new Map([...index.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    const first = [...links.keys()].find((id) => seen.has(id));
    for (const [id, link] of links) {
      if (id === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-8% 0px -50% 0px" });
  for (const id of links.keys()) {
    const section = page.getElementById(id);
    if (section) observer.observe(section);
  }
}
