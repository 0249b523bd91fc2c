// Writing an expression: words to choose from at the cursor (a combobox over a text area). The server knows them.
// Without it the text area is plain, and what is wrong is told when the form is sent.
const pause = 120;

export function watchExpressions(page) {
  page.addEventListener("focusin", (event) => {
    const area = event.target;
    if (area.matches("textarea[data-words]") && !area.words) area.words = new Words(area);
  });
}

class Words {
  constructor(area) {
    Object.assign(this, { area, current: -1, timer: 0, asked: null });
    this.list = document.createElement("ul");
    this.list.className = "options";
    this.list.id = `${area.id}-words`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    area.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false", autocomplete: "off" })) {
      area.setAttribute(name, value);
    }
    area.addEventListener("input", () => this.later());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("click", () => this.toggle(false));
    area.addEventListener("blur", () => this.toggle(false));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role='option']")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  later() {
    clearTimeout(this.timer);
    const before = this.area.value.slice(0, this.area.selectionStart);
    if (!/[\w.("]$|[^\x00-\x7f]$/.test(before)) return this.toggle(false);
    this.timer = setTimeout(() => this.fetch(before), pause);
  }

  async fetch(before) {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(this.area.dataset.words, location.href);
    address.searchParams.set("text", before);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (answer.ok && document.activeElement === this.area) this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.options.forEach((option, n) => (option.id = `${this.list.id}-${n}`));
    this.toggle(this.options.length > 0);
    this.move(0);
  }

  toggle(open) {
    if (!open) clearTimeout(this.timer);
    this.list.hidden = !open;
    this.area.setAttribute("aria-expanded", String(open));
    if (!open) this.area.removeAttribute("aria-activedescendant");
  }

  move(to) {
    const options = this.options;
    this.current = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.current)));
    const chosen = options[this.current];
    if (!chosen) return;
    this.area.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return this.fetch(this.area.value.slice(0, this.area.selectionStart));
    }
    if (this.list.hidden) return;
    const choose = () => this.choose(this.options[this.current]);
    const act = { ArrowDown: () => this.move(this.current + 1), ArrowUp: () => this.move(this.current - 1), Enter: choose, Tab: choose, Escape: () => this.toggle(false) }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  choose(option) {
    if (!option) return;
    const end = this.area.selectionStart;
    this.area.setRangeText(option.dataset.insert, end - Number(option.dataset.typed), end, "end");
    this.toggle(false);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    if (!option.dataset.insert.endsWith("(")) clearTimeout(this.timer);
  }
}
