// Typing in a cell: one field, put in the cell that is being changed.

import { plain } from "./numbers.js";

export class Editor {
  /** `done(td, text, version)` is told what was typed, over which version; nothing when it was given up. */
  constructor(grid, done) {
    this.grid = grid;
    this.done = done;
    this.field = null;
  }

  get open() {
    return this.field !== null;
  }

  /** Edit a cell; with `text`, what was typed replaces what stands there and arrows leave the cell. */
  start(td, text = null) {
    if (this.open) this.commit();
    if (!this.grid.canType(td)) return false;
    const unit = this.grid.unit(td);
    const choices = unit === "oui_non" ? ["oui", "non"] : this.grid.choices(td);
    this.before = this.grid.text(td);
    this.version = Number(td.dataset.v ?? 0);
    this.quick = text !== null;
    this.td = td;
    this.field = choices.length ? list(choices, this.before, text) : input(unit, text ?? plain(this.before, unit));
    this.field.className = "editor";
    this.field.setAttribute("aria-label", `${this.grid.lineOf(td)}, ${this.grid.columnOf(td)}`);
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.commit());
    td.classList.add("editing");
    if (unit === "texte") td.classList.add("wide");
    td.removeAttribute("tabindex");
    td.append(this.field);
    this.field.focus({ preventScroll: true });
    if (this.field.select && text === null) this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    return true;
  }

  key(event) {
    event.stopPropagation();
    const { key, shiftKey } = event;
    if (event.isComposing) return;
    if (key === "Escape") return this.leave(event, null, false);
    if (key === "Enter" && !event.altKey) return this.leave(event, [shiftKey ? -1 : 1, 0]);
    if (key === "Tab") return this.leave(event, shiftKey ? "before" : "after");
    if (key === "F2") {
      event.preventDefault();
      this.quick = !this.quick;
    }
    const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (this.quick && arrows[key] && this.field.tagName === "INPUT") this.leave(event, arrows[key]);
  }

  leave(event, where, keep = true) {
    const td = this.td;
    if (where === "before" || where === "after") {
      const next = this.grid.nextToFill(where === "before");
      this.commit();
      if (next) {
        event.preventDefault();
        this.grid.focus(next);
      } else this.grid.focus(td);
      return;
    }
    event.preventDefault();
    if (keep) this.commit();
    else this.close();
    this.grid.focus(td);
    if (where) this.grid.focus(this.grid.step(...where));
  }

  commit() {
    if (!this.open) return;
    const { td, field, before, version } = this;
    const text = field.value;
    this.close();
    const unit = this.grid.unit(td);
    if (text.trim() !== plain(before, unit).trim()) this.done(td, text, version);
  }

  close() {
    if (!this.open) return;
    const { td, field } = this;
    this.field = null;
    td.classList.remove("editing", "wide");
    td.tabIndex = 0;
    field.remove();
  }
}

function input(unit, text) {
  const field = document.createElement("input");
  field.type = "text";
  field.value = text;
  field.autocomplete = "off";
  field.spellcheck = unit === "texte";
  if (unit === "date") field.placeholder = "jj/mm/aaaa";
  return field;
}

function list(choices, before, text) {
  const field = document.createElement("select");
  field.append(new Option("", ""), ...choices.map((one) => new Option(one, one)));
  const typed = text?.toLocaleLowerCase("fr");
  field.value = (typed && choices.find((one) => one.toLocaleLowerCase("fr").startsWith(typed))) ?? before;
  return field;
}
