// The one dialog opens when something was fetched into it and closes when an answer leaves it empty.
export function watchDialog(page) {
  const sheet = page.querySelector("#sheet");
  if (!sheet) return;
  page.addEventListener("htmx:after:swap", () => {
    if (sheet.childElementCount && !sheet.open) sheet.showModal();
    if (!sheet.childElementCount && sheet.open) sheet.close();
  });
  sheet.addEventListener("close", () => sheet.replaceChildren());
  sheet.addEventListener("click", (event) => {
    const link = event.target.closest("[data-escape]");
    if (event.target !== sheet && !link) return;
    event.preventDefault();
    sheet.close();
  });
}
