// A field with a list to choose from (a combobox, ARIA 1.2). The server draws the options.
export class Combobox {
  constructor(field, name) {
    Object.assign(this, { field, current: -1, timer: 0, asked: null });
    this.list = document.createElement("ul");
    this.list.className = "options";
    this.list.id = `${field.id}-${name}`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" })) {
      field.setAttribute(key, value);
    }
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role='option']")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  async ask(url, name, text) {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(url, location.href);
    address.searchParams.set(name, text);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (answer.ok) this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  draw(html) {
    this.list.innerHTML = html;
    this.options.forEach((option, n) => (option.id = `${this.list.id}-${n}`));
  }

  toggle(open) {
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    if (!open) this.field.removeAttribute("aria-activedescendant");
  }

  move(to) {
    const options = this.options;
    this.current = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.current)));
    const chosen = options[this.current];
    if (!chosen) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  // Do what a key means while the list is open; `choosing` are the keys that take the current option.
  act(event, ...choosing) {
    const acts = { ArrowDown: () => this.move(this.current + 1), ArrowUp: () => this.move(this.current - 1), Escape: () => this.toggle(false) };
    const act = choosing.includes(event.key) ? () => this.choose(this.options[this.current]) : acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
