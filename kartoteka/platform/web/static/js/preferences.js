// The theme changes at once and is kept behind the scenes; the language needs a new page and is simply posted.
export function watchPreferences(page) {
  page.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-preference='theme']");
    if (!form || !event.submitter) return;
    event.preventDefault();
    page.documentElement.dataset.theme = event.submitter.value;
    for (const button of page.querySelectorAll("[data-preference='theme'] button")) {
      button.setAttribute("aria-pressed", String(button.value === event.submitter.value));
    }
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
  });
}
