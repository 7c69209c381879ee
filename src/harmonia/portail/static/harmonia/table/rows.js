// Rows added and removed: drawn at once, kept in the browser's storage, sent before the cells that they hold.
// A row that the server has not numbered yet has a name of its own, `x` and random digits.

import { identifier } from "./net.js";

const MOST = 500;
const NEW = /#x\w+/;

/** Whether a key is that of a row that the server does not know yet. */
export const isNew = (key) => NEW.test(key);

export class Rows {
  /** `send(body)` posts an act and returns the answer; `renamed(map)` hears which names became numbers. */
  constructor(grid, page, queue, send, renamed) {
    this.grid = grid;
    this.queue = queue;
    this.post = send;
    this.renamed = renamed;
    this.name = `harmonia.lignes.${page.moi}.${page.dossier}`;
    this.gone = new Map();
    this.sending = null;
  }

  get acts() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? [];
    } catch {
      return [];
    }
  }

  set acts(acts) {
    if (acts.length) localStorage.setItem(this.name, JSON.stringify(acts));
    else localStorage.removeItem(this.name);
  }

  /** Add rows after one (none: at the end); returns the acts, the names of the rows in them. */
  add(section, after, count) {
    const made = [];
    for (let left = count, last = after; left > 0; left -= MOST) {
      const rows = Array.from({ length: Math.min(left, MOST) }, () => `x${identifier().slice(0, 12).replace("-", "")}`);
      made.push({ action: "ajouter", lot: identifier(), section, apres: last, rows });
      last = rows.at(-1);
    }
    this.acts = [...this.acts, ...made];
    for (const act of made) this.draw(act);
    this.settle();
    return made;
  }

  /** Remove a row; what was typed in it and not sent goes with it, and comes back if this is undone in time. */
  remove(tr) {
    const table = tr.closest("table");
    const act = { action: "retirer", lot: identifier(), section: table.dataset.section, numero: tr.dataset.row };
    const keys = [...tr.querySelectorAll("td[data-k]")].map((td) => td.dataset.k);
    const entries = keys.map((key) => [key, this.queue.get(key)]).filter(([, entry]) => entry);
    this.gone.set(act.lot, { entries, tr, body: tr.parentElement, next: tr.nextElementSibling });
    this.acts = [...this.acts, act];
    for (const [key] of entries) this.queue.drop(key);
    this.draw(act);
    this.settle();
    return act;
  }

  /** Take back an act that was not sent; tell whether it was still here. */
  cancel(lot) {
    const act = this.acts.find((one) => one.lot === lot);
    if (!act || this.sending === lot) return false;
    this.acts = this.acts.filter((one) => one.lot !== lot);
    if (act.action === "ajouter") this.forget(act);
    else {
      const { entries, tr, body, next } = this.gone.get(lot) ?? { entries: [] };
      for (const [key, entry] of entries) this.queue.set(key, entry);
      if (body?.isConnected) body.insertBefore(tr, next?.parentElement === body ? next : null);
    }
    this.settle();
    return true;
  }

  /** What waits, in words. */
  list() {
    const said = ({ action, rows }) => (action === "retirer" ? "ligne retirée" : rows.length > 1 ? `${rows.length} lignes ajoutées` : "ligne ajoutée");
    return this.acts.map((act) => ({ lot: act.lot, key: act.section, text: said(act) }));
  }

  forget(act) {
    for (const row of act.rows) {
      for (const { key } of this.queue.all()) if (key.startsWith(`${act.section}#${row}.`)) this.queue.drop(key);
      this.tr(act.section, row)?.remove();
    }
  }

  /** Send what waits, in order; each act leaves the storage once it is answered. */
  async send() {
    let last = null;
    for (let act = this.acts[0]; act; act = this.acts[0]) {
      this.sending = act.lot;
      try {
        const { action, lot, section } = act;
        const more = action === "ajouter" ? { apres: Number(act.apres) || 0, nombre: act.rows.length } : { numero: Number(act.numero) };
        last = await this.post({ action, lot, section, ...more });
      } finally {
        this.sending = null;
      }
      const left = this.acts.filter((one) => one.lot !== act.lot);
      if (act.action === "ajouter") this.rename(act, last.numero, left);
      this.acts = left;
    }
    return last;
  }

  /** Give the rows of an act their numbers, wherever their names are kept. */
  rename(act, first, left) {
    const map = new Map(act.rows.map((row, at) => [row, String(first + at)]));
    for (const one of left) {
      if (map.has(one.apres)) one.apres = map.get(one.apres);
      if (map.has(one.numero)) one.numero = map.get(one.numero);
    }
    const renamed = (key) => key.replace(NEW, (mark) => (map.has(mark.slice(1)) ? `#${map.get(mark.slice(1))}` : mark));
    for (const { key, ...entry } of this.queue.all()) {
      if (!isNew(key) || renamed(key) === key) continue;
      this.queue.set(renamed(key), entry);
      this.queue.drop(key);
    }
    for (const [row, number] of map) {
      const tr = this.tr(act.section, row);
      if (!tr) continue;
      tr.dataset.row = number;
      for (const td of tr.querySelectorAll("td[data-k]")) td.dataset.k = renamed(td.dataset.k);
    }
    this.renamed(renamed);
    this.grid.refresh();
  }

  // ── What is seen ─────────────────────────────────────────────────────────────────────────────

  /** Draw again, over what the server drew, every act that it has not heard of. */
  overlay() {
    const acts = this.acts;
    for (const act of acts) this.draw(act);
    if (acts.length) this.settle();
  }

  draw(act) {
    if (act.action === "retirer") this.tr(act.section, act.numero)?.remove();
    else {
      let after = act.apres && this.tr(act.section, act.apres);
      for (const row of act.rows) after = this.tr(act.section, row) ?? this.blank(act.section, row, after);
    }
  }

  blank(section, row, after) {
    const model = this.grid.root.querySelector(`template.blank[data-section="${section}"]`);
    const body = this.table(section)?.tBodies[0];
    if (!model || !body) return null;
    const tr = model.content.firstElementChild.cloneNode(true);
    tr.dataset.row = row;
    for (const td of tr.querySelectorAll("td[data-k]")) td.dataset.k = td.dataset.k.replace("#0.", `#${row}.`);
    body.querySelector("tr.none")?.remove();
    body.insertBefore(tr, after ? after.nextElementSibling : null);
    return tr;
  }

  /** Number the rows as they stand, and let the grid read them; the focus stays on its cell. */
  settle() {
    for (const table of this.grid.root.querySelectorAll("table.grid")) {
      [...table.tBodies[0].querySelectorAll("tr[data-row]")].forEach((tr, at) => {
        tr.querySelector(".rank").textContent = String(at + 1);
        const cut = tr.querySelector(".row-cut");
        if (!cut) return;
        cut.title = `Retirer la ligne ${at + 1} (Alt + Suppr)`;
        cut.querySelector(".visually-hidden").textContent = `Retirer la ligne ${at + 1}`;
      });
    }
    this.grid.refresh();
  }

  table(section) {
    return this.grid.root.querySelector(`table[data-section="${section}"]`);
  }

  tr(section, row) {
    return this.table(section)?.querySelector(`tr[data-row="${row}"]`);
  }
}
