// Writing an expression: words to choose from at the cursor (a combobox over a text area). The server knows them.
// Without it the text area is plain, and what is wrong is told when the form is sent.
import { Combobox } from "./combobox.js";

const pause = 120;

export function watchExpressions(page) {
  page.addEventListener("focusin", (event) => {
    const area = event.target;
    if (area.matches("textarea[data-words]") && !area.words) area.words = new Words(area);
  });
}

class Words extends Combobox {
  constructor(area) {
    super(area, "words");
    area.after(this.list);
    area.setAttribute("autocomplete", "off");
    area.addEventListener("click", () => this.toggle(false));
    area.addEventListener("blur", () => this.toggle(false));
  }

  later() {
    clearTimeout(this.timer);
    const before = this.field.value.slice(0, this.field.selectionStart);
    if (!/[\w.("]$|[^\x00-\x7f]$/.test(before)) return this.toggle(false);
    this.timer = setTimeout(() => this.fetch(before), pause);
  }

  fetch(before) {
    return this.ask(this.field.dataset.words, "text", before);
  }

  show(html) {
    if (document.activeElement !== this.field) return;
    this.draw(html);
    this.toggle(this.options.length > 0);
    this.move(0);
  }

  toggle(open) {
    if (!open) clearTimeout(this.timer);
    super.toggle(open);
  }

  key(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return this.fetch(this.field.value.slice(0, this.field.selectionStart));
    }
    if (!this.list.hidden) this.act(event, "Enter", "Tab");
  }

  choose(option) {
    if (!option) return;
    const end = this.field.selectionStart;
    this.field.setRangeText(option.dataset.insert, end - Number(option.dataset.typed), end, "end");
    this.toggle(false);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    if (!option.dataset.insert.endsWith("(")) clearTimeout(this.timer);
  }
}
