// Forms: nothing entered is lost, questions before loss, errors are shown, conditions fetch the form anew.
const leaving = "form[data-leave]";

export function watchForms(page) {
  page.addEventListener("input", (event) => mark(event.target.closest(leaving)));
  page.addEventListener("change", (event) => refresh(event.target));
  page.addEventListener("submit", (event) => ask(event), true);
  window.addEventListener("beforeunload", (event) => {
    if (page.querySelector(`${leaving}[data-changed]`)) event.preventDefault();
  });
  page.addEventListener("htmx:after:swap", () => showProblems(page));
  showProblems(page);
}

function mark(form) {
  if (!form) return;
  form.toggleAttribute("data-changed", true);
  form.querySelector("[data-dirty]")?.removeAttribute("hidden");
}

function ask(event) {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  event.target.removeAttribute("data-changed");
}

function refresh(field) {
  const form = field.dataset.refresh && field.form;
  if (form) window.htmx.ajax("POST", field.dataset.refresh, { source: form, target: `#${form.id}`, swap: "outerMorph" });
}

function showProblems(page) {
  const problems = page.querySelector("[data-problems]");
  if (!problems) return;
  mark(problems.closest(leaving));
  problems.focus({ preventScroll: true });
  problems.scrollIntoView({ block: "nearest" });
}
