// The drawer: everything known of the focused cell, or the controls of the table, fetched as fragments.

import { fragment } from "./net.js";

const find = (id) => document.getElementById(id);
const WIDTH = "harmonia.tiroir.largeur";

export class Drawer {
  /** `acts`: `go(key)`, `restore(key, text)`, `undo(lot)`, `say(key, text)`. */
  constructor(grid, page, acts) {
    this.grid = grid;
    this.page = page;
    this.acts = acts;
    this.tab = "cellule";
    this.box = find("tiroir");
    this.pane = find("volet");
    this.handle = find("poignee");
    this.timer = 0;
    this.resize(Number(localStorage.getItem(WIDTH)) || 400);
    find("tiroir-bouton").addEventListener("click", () => this.toggle());
    find("tiroir-fermer").addEventListener("click", () => this.toggle(false));
    find("controles-bouton").addEventListener("click", () => this.show("controles"));
    for (const name of ["cellule", "controles"]) find(`onglet-${name}`).addEventListener("click", () => this.show(name));
    this.box.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        this.show(this.tab === "cellule" ? "controles" : "cellule");
        find(`onglet-${this.tab}`).focus();
      }
    });
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.grid.focus(this.grid.at ?? this.grid.home));
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("submit", (event) => this.submit(event));
    this.drag();
  }

  get open() {
    return !this.box.hidden;
  }

  toggle(wanted = !this.open) {
    this.box.hidden = this.handle.hidden = !wanted;
    find("tiroir-bouton").setAttribute("aria-expanded", String(wanted));
    if (wanted) this.load(0);
    const td = this.grid.at ?? this.grid.home;
    if (td) this.grid.focus(td);
  }

  show(tab) {
    this.tab = tab;
    for (const name of ["cellule", "controles"]) {
      find(`onglet-${name}`).setAttribute("aria-selected", String(name === tab));
      find(`onglet-${name}`).tabIndex = name === tab ? 0 : -1;
    }
    this.pane.setAttribute("aria-labelledby", `onglet-${tab}`);
    this.pane.replaceChildren();
    if (this.open) this.load(0);
    else this.toggle(true);
  }

  moved() {
    if (this.open && this.tab === "cellule") this.load(220);
  }

  changed() {
    if (this.open) this.load(this.tab === "controles" ? 1200 : 350);
  }

  load(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  async fetch() {
    const td = this.grid.at ?? this.grid.home;
    const { cellule, controles } = this.page.adresses;
    if (this.tab === "cellule" && !td) return;
    this.stop?.abort();
    this.stop = new AbortController();
    const address = this.tab === "cellule" ? `${cellule}?cle=${encodeURIComponent(td.dataset.k)}` : controles;
    try {
      const html = await fragment(address, this.stop.signal);
      const typing = this.pane.querySelector("textarea");
      if (typing?.value && document.activeElement === typing) return;
      const same = this.shown === address;
      const top = same ? this.pane.scrollTop : 0;
      this.pane.innerHTML = html;
      this.pane.scrollTop = top;
      this.shown = address;
    } catch (error) {
      if (error.name === "AbortError") return;
      const line = document.createElement("p");
      line.textContent = "Le détail ne peut pas être lu pour le moment. La saisie continue.";
      this.pane.replaceChildren(line);
    }
  }

  click(event) {
    const link = event.target.closest("[data-go]");
    const restore = event.target.closest("[data-restore]");
    const undo = event.target.closest("[data-undo]");
    const more = event.target.closest(".tree__open");
    if (more) {
      const open = more.getAttribute("aria-expanded") !== "true";
      more.setAttribute("aria-expanded", String(open));
      more.closest("li").querySelector(".tree__more").hidden = !open;
    } else if (link) {
      event.preventDefault();
      this.acts.go(link.dataset.go);
    } else if (restore) this.acts.restore(restore.dataset.restore, restore.dataset.text);
    else if (undo) this.acts.undo(undo.dataset.undo);
  }

  async submit(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.querySelector("textarea");
    if (field.value.trim() && (await this.acts.say(form.dataset.key, field.value))) {
      field.value = "";
      field.blur();
      this.load(0);
    }
  }

  // ── Width ────────────────────────────────────────────────────────────────────────────────────

  resize(width) {
    const kept = Math.round(Math.min(760, Math.max(280, width)));
    this.box.style.flexBasis = this.box.style.width = `${kept}px`;
    this.handle.setAttribute("aria-valuenow", String(kept));
    localStorage.setItem(WIDTH, String(kept));
  }

  drag() {
    this.handle.addEventListener("pointerdown", (event) => {
      this.handle.setPointerCapture(event.pointerId);
      const move = (one) => this.resize(this.box.parentElement.getBoundingClientRect().right - one.clientX);
      this.handle.addEventListener("pointermove", move);
      this.handle.addEventListener("pointerup", () => this.handle.removeEventListener("pointermove", move), { once: true });
    });
    this.handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
      if (by) {
        event.preventDefault();
        this.resize(this.box.getBoundingClientRect().width + by);
      }
    });
  }
}
