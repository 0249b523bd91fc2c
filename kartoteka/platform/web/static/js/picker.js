// Picking a record by typing: a combobox with a list (ARIA 1.2). The server draws the options.
// Without it the field is a text input with suggestions, and the server looks the text up.
const pause = 150;

export function watchPickers(page) {
  page.addEventListener("focusin", (event) => {
    const box = event.target.closest(".picker");
    if (box && event.target.matches("input[type='text']") && !box.picker) box.picker = new Picker(box, event.target);
  });
  page.addEventListener("picked", (event) => {
    const box = page.getElementById(`f-${event.detail.field}`)?.closest(".picker");
    box?.picker?.take(event.detail.value, event.detail.title);
  });
}

class Picker {
  constructor(box, input) {
    Object.assign(this, { box, input, current: -1, timer: 0, asked: null });
    this.list = document.createElement("ul");
    this.list.className = "options";
    this.list.id = `${input.id}-options`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    box.append(this.list);
    input.removeAttribute("list");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.later());
    input.addEventListener("click", () => this.fetch(""));
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role='option']")));
    box.addEventListener("click", (event) => event.target.closest("[data-unpick]")?.closest(".picked").remove());
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(this.input.value), pause);
  }

  async fetch(text) {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(this.box.dataset.picker, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (answer.ok) this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.options.forEach((option, n) => (option.id = `${this.list.id}-${n}`));
    this.toggle(true);
    this.move(this.options.length ? 0 : -1);
  }

  toggle(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  move(to) {
    const options = this.options;
    this.current = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.current)));
    const chosen = options[this.current];
    if (!chosen) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.fetch(this.input.value);
      return;
    }
    const act = { ArrowDown: () => this.move(this.current + 1), ArrowUp: () => this.move(this.current - 1), Enter: () => this.choose(this.options[this.current]), Escape: () => this.toggle(false) }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  choose(option) {
    if (!option) return;
    if (option.dataset.create) return window.htmx.ajax("GET", option.dataset.create, "#sheet");
    this.take(option.dataset.value, option.dataset.title);
  }

  take(value, title) {
    if ("multiple" in this.box.dataset) this.add(value, title);
    else {
      this.set("[data-value]", value);
      this.set("[data-title]", title);
      this.input.value = title;
    }
    this.toggle(false);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.timer);
  }

  set(part, value) {
    const field = this.box.querySelector(part);
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  add(value, title) {
    const chip = document.createElement("span");
    chip.className = "picked";
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: this.box.closest("[data-field]").dataset.field, value });
    chip.append(field, title);
    this.box.querySelector("[data-picks]").append(chip);
    this.input.value = "";
  }

  leave() {
    this.toggle(false);
    if ("multiple" in this.box.dataset || this.input.value.trim()) return;
    this.set("[data-value]", "");
    this.set("[data-title]", "");
  }
}
