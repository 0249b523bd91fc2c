// Back restores where one was: the scrolled places of a page are kept with its entry in the history.
const kept = () => [...document.querySelectorAll("[data-restore]")];

export function watchPlaces() {
  const places = history.state?.places ?? [];
  kept().forEach((place, n) => place.scrollTo(places[n]?.[0] ?? 0, places[n]?.[1] ?? 0));
  window.addEventListener("pagehide", () => {
    const now = kept().map((place) => [place.scrollLeft, place.scrollTop]);
    history.replaceState({ ...history.state, places: now }, "");
  });
}
