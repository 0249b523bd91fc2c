// Picking a record by typing: a combobox with a list (ARIA 1.2). The server draws the options.
// Without it the field is a text input with suggestions, and the server looks the text up.
import { Combobox } from "./combobox.js";

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

class Picker extends Combobox {
  constructor(box, input) {
    super(input, "options");
    this.box = box;
    box.append(this.list);
    input.removeAttribute("list");
    input.addEventListener("click", () => this.fetch(""));
    input.addEventListener("blur", () => this.leave());
    box.addEventListener("click", (event) => event.target.closest("[data-unpick]")?.closest(".picked").remove());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(this.field.value), pause);
  }

  fetch(text) {
    return this.ask(this.box.dataset.picker, "q", text);
  }

  show(html) {
    this.draw(html);
    this.toggle(true);
    this.move(0);
  }

  key(event) {
    if (!this.list.hidden) this.act(event, "Enter");
    else if (event.key === "ArrowDown") this.fetch(this.field.value);
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
      this.field.value = title;
    }
    this.toggle(false);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
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
    this.field.value = "";
  }

  leave() {
    this.toggle(false);
    if ("multiple" in this.box.dataset || this.field.value.trim()) return;
    this.set("[data-value]", "");
    this.set("[data-title]", "");
  }
}
