// The cells: where they stand, which is focused, which are selected, what they show.

import { plain, read } from "./numbers.js";

const ORIGINS = { rapatriement: "copie", import: "import", reprise: "reprise", correction: "correction" };
const WORTH = ["information", "justifie", "a_justifier", "bloquant"];
const SAID = {
  bloquant: "anomalie bloquante", a_justifier: "anomalie à justifier", information: "pour information",
  justifie: "anomalie justifiée", copie: "copié du ministère", diverge: "diffère de la source",
  import: "importé", reprise: "repris", correction: "corrigé",
};

export class Grid extends EventTarget {
  constructor(root, page) {
    super();
    this.root = root;
    this.page = page;
    this.at = null;
    this.anchor = null;
    this.alerts = [];
    this.refresh();
  }

  /** Read the rows again, after the body was drawn anew. */
  refresh() {
    this.drawn = (this.drawn ?? 0) + 1;
    this.body = this.root.querySelector(".body");
    this.rows = [];
    this.cells = new Map();
    for (const table of this.root.querySelectorAll("table.grid")) {
      for (const tr of [...table.tBodies[0].rows, ...(table.tFoot?.rows ?? [])]) {
        const cells = [...tr.cells].filter((one) => one.tagName === "TD" && !one.classList.contains("accounts"));
        if (!cells.some((one) => one.dataset.k)) continue;
        const row = { tr, table, cells: cells.map((one) => (one.dataset.k ? one : null)) };
        for (const td of row.cells) if (td) this.cells.set(td.dataset.k, { td, row, r: this.rows.length, c: row.cells.indexOf(td) });
        this.rows.push(row);
      }
    }
    const key = this.at?.dataset.k;
    const [from, at] = [this.anchor, this.at].map((td) => (td?.isConnected ? td : null));
    this.at = at;
    this.anchor = at && (from ?? at);
    const first = this.cells.get(key)?.td ?? this.firstEditable() ?? this.cells.values().next().value?.td;
    for (const one of this.root.querySelectorAll('td[tabindex="0"]')) one.tabIndex = -1;
    if (first) first.tabIndex = 0;
    this.home = first ?? null;
    for (const row of this.rows) this.mark(row.tr);
  }

  get modifiable() {
    return Boolean(this.body?.dataset.modifiable);
  }

  firstEditable() {
    for (const { td } of this.cells.values()) if (td.classList.contains("e")) return td;
    return null;
  }

  unit(td) {
    return td.dataset.u ?? this.page.unite;
  }

  choices(td) {
    return td.dataset.c?.split("|") ?? [];
  }

  text(td) {
    return td.firstChild?.nodeType === Node.TEXT_NODE ? td.firstChild.data : "";
  }

  setText(td, text, flash = false) {
    if (this.text(td) === text) return false;
    if (td.firstChild?.nodeType === Node.TEXT_NODE) td.firstChild.data = text;
    else td.prepend(text);
    this.compare(td, text);
    if (flash) {
      td.classList.remove("fresh");
      void td.offsetWidth;
      td.classList.add("fresh");
      td.addEventListener("animationend", () => td.classList.remove("fresh"), { once: true });
    }
    return true;
  }

  /** Beside what the ministry's portal said of the same cell: equal, it is a copy; otherwise it differs. */
  compare(td, text) {
    if (td.dataset.m === undefined) return;
    if (text === td.dataset.m) {
      delete td.dataset.d;
      td.dataset.o = "rapatriement";
    } else {
      td.dataset.d = "1";
      delete td.dataset.o;
    }
  }

  /** What a person would type to get what stands here now: nothing when nothing was typed. */
  held(td) {
    return td.dataset.h ? plain(this.text(td), this.unit(td)) : "";
  }

  canType(td) {
    return this.modifiable && td.classList.contains("e");
  }

  /** Show what was typed, before the server has said anything. */
  show(td, text) {
    const made = read(text, this.unit(td), this.choices(td));
    this.setText(td, made.text);
    td.classList.toggle("bad", Boolean(made.wrong));
    if (made.text) td.dataset.h = "1";
    else delete td.dataset.h;
    return made;
  }

  // ── Focus and selection ──────────────────────────────────────────────────────────────────────

  focus(td, extend = false) {
    if (!td) return;
    if (!extend) this.anchor = td;
    for (const one of this.root.querySelectorAll('td[tabindex="0"]')) one.tabIndex = -1;
    td.tabIndex = 0;
    this.at = td;
    td.focus({ preventScroll: true });
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.drawSelection();
    this.dispatchEvent(new Event("move"));
  }

  drawSelection() {
    for (const one of this.root.querySelectorAll("td.sel")) one.classList.remove("sel");
    const block = this.selection();
    if (block.flat().filter(Boolean).length > 1) for (const td of block.flat()) td?.classList.add("sel");
  }

  /** The selected rectangle, row by row; null where no cell is. */
  selection() {
    const from = this.cells.get(this.anchor?.dataset.k);
    const to = this.cells.get(this.at?.dataset.k);
    if (!from || !to) return [];
    const [top, bottom] = [Math.min(from.r, to.r), Math.max(from.r, to.r)];
    const [left, right] = [Math.min(from.c, to.c), Math.max(from.c, to.c)];
    return this.rows.slice(top, bottom + 1).filter((row) => row.table === from.row.table).map((row) => row.cells.slice(left, right + 1));
  }

  selectAll() {
    const here = this.cells.get(this.at?.dataset.k);
    if (!here) return;
    const rows = this.rows.filter((row) => row.table === here.row.table);
    this.anchor = rows[0].cells.find(Boolean);
    this.at = rows.at(-1).cells.findLast(Boolean);
    this.drawSelection();
    this.dispatchEvent(new Event("move"));
  }

  /** The next cell in a direction; `far` goes to the edge. */
  step(dr, dc, far = false) {
    const here = this.cells.get(this.at?.dataset.k);
    if (!here) return this.home;
    let found = null;
    let { r, c } = here;
    for (;;) {
      [r, c] = [r + dr, c + dc];
      const row = this.rows[r];
      if (!row || c < 0 || c >= Math.max(row.cells.length, here.row.cells.length)) break;
      if (far && row.table !== here.row.table) break;
      const next = row.cells[c] ?? (row.table !== here.row.table ? row.cells.slice(0, c).findLast(Boolean) ?? row.cells.find(Boolean) : null);
      if (!next) continue;
      found = next;
      if (!far) break;
    }
    return found ?? this.at;
  }

  edge(end, whole = false) {
    const here = this.cells.get(this.at?.dataset.k);
    if (!here) return this.home;
    const rows = this.rows.filter((row) => row.table === here.row.table);
    const row = whole ? rows.at(end ? -1 : 0) : here.row;
    return end ? row.cells.findLast(Boolean) : row.cells.find(Boolean);
  }

  /** The next cell to fill, in reading order; null past the last. */
  nextToFill(back = false) {
    const order = [...this.cells.values()].map((one) => one.td);
    const start = order.indexOf(this.at);
    for (let at = start + (back ? -1 : 1); order[at]; at += back ? -1 : 1) if (this.canType(order[at])) return order[at];
    return null;
  }

  // ── Names ────────────────────────────────────────────────────────────────────────────────────

  lineOf(td) {
    const th = td.closest("tr").querySelector("th");
    const words = th.querySelector(".words")?.textContent.trim();
    if (words) return words;
    const key = td.closest("table").querySelector("thead th.key");
    const named = key && this.text(td.closest("tr").cells[key.cellIndex]);
    return named || `Ligne ${th.querySelector(".rank")?.textContent ?? ""}`;
  }

  codeOf(td) {
    return td.closest("tr").querySelector(".num")?.textContent ?? "";
  }

  accountsOf(td) {
    const cell = td.closest("tr").querySelector("td.accounts");
    return cell?.title || cell?.textContent.trim() || "";
  }

  headOf(td) {
    return td.closest("table").tHead.rows[0].cells[td.cellIndex];
  }

  columnOf(td) {
    return this.headOf(td).firstChild?.textContent.trim() ?? "";
  }

  formulaOf(td) {
    return td.dataset.f ?? this.headOf(td).dataset.f ?? "";
  }

  // ── Marks ────────────────────────────────────────────────────────────────────────────────────

  setAlerts(alerts) {
    this.alerts = alerts;
    const worst = new Map();
    for (const one of alerts) {
      const rank = WORTH.indexOf(one.justifiee ? "justifie" : one.gravite);
      for (const key of one.cellules) worst.set(key, Math.max(rank, worst.get(key) ?? 0));
    }
    const touched = new Set();
    for (const [key, { td, row }] of this.cells) {
      const mark = worst.has(key) ? WORTH[worst.get(key)] : undefined;
      if (td.dataset.g === mark) continue;
      if (mark) td.dataset.g = mark;
      else delete td.dataset.g;
      if (mark === "bloquant") td.setAttribute("aria-invalid", "true");
      else td.removeAttribute("aria-invalid");
      touched.add(row.tr);
    }
    for (const tr of touched) this.mark(tr);
  }

  alertsOf(td) {
    return this.alerts.filter((one) => one.cellules.includes(td.dataset.k));
  }

  /** Draw the margin of a row: its worst anomaly, where its values come from. */
  mark(tr) {
    const gutter = tr.querySelector(".gutter");
    if (!gutter) return;
    const cells = [...tr.querySelectorAll("td[data-k]")];
    const gap = WORTH.findLast((name) => cells.some((td) => td.dataset.g === name));
    const origins = cells.filter((td) => td.dataset.h || td.dataset.m !== undefined).map((td) => ORIGINS[td.dataset.o]);
    const source = cells.some((td) => td.dataset.d) ? "diverge" : Object.values(ORIGINS).find((name) => origins.includes(name));
    for (const [name, value] of [["g", gap], ["s", source]]) {
      if (value) gutter.dataset[name] = value;
      else delete gutter.dataset[name];
    }
    const words = [gap, source].filter(Boolean).map((name) => SAID[name]).join(", ");
    if (words) {
      gutter.setAttribute("role", "img");
      gutter.setAttribute("aria-label", words);
      gutter.title = words;
    } else {
      for (const name of ["role", "aria-label", "title"]) gutter.removeAttribute(name);
    }
  }
}
