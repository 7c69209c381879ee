// The sheet: what is typed, pasted, undone; what the server answers; what others do.

import { fromTsv, toTsv } from "./clipboard.js";
import { ask } from "./conflict.js";
import { Grid } from "./grid.js";
import { History } from "./history.js";
import { Failure, fragment, identifier, part, post } from "./net.js";
import { decimalsOf, format, plain, read } from "./numbers.js";
import { draw as drawPeers } from "./peers.js";
import { Queue } from "./queue.js";
import { isNew, Rows } from "./rows.js";
import { list, Status } from "./status.js";
import { compute } from "./sums.js";

export class Sheet {
  constructor(root, page) {
    this.page = page;
    this.root = root;
    this.cursor = page.curseur;
    this.others = 0;
    this.grid = new Grid(root, page);
    this.queue = new Queue(page, (entries, lot) => this.send(entries, lot), (what) => this.heard(what));
    this.history = new History((changes) => this.apply(changes));
    this.rows = new Rows(this.grid, page, this.queue, (body) => post(page, "rangs", { ...body, ...this.where() }), (renamed) => this.history.rename(renamed));
    this.queue.first = { count: () => this.rows.acts.length, list: () => this.rows.list(), send: () => this.sendRows() };
    this.status = new Status(page, this.queue, { list: () => this.list() });
    this.redrawn = () => {};
    this.busy = () => false;
    this.late = false;
    this.heardAt = 0;
    this.grid.setAlerts(page.alertes);
    this.remark(page.commentaires);
    this.overlay();
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Send what waits as the page goes away. */
  leave() {
    const waiting = this.queue.waiting().filter((entry) => !isNew(entry.key)).slice(0, 200);
    if (!waiting.length || !navigator.onLine) return;
    for (const { key, ...entry } of waiting) this.queue.set(key, { ...entry, tries: entry.tries + 1 });
    const sent = waiting.map((entry) => ({ cle: entry.key, texte: entry.text, version: entry.version }));
    part(this.page, "saisies", { saisies: sent, ...this.where() });
  }

  where() {
    return { curseur: this.cursor, cle: this.grid.at?.dataset.k ?? "" };
  }

  // ── What is typed ────────────────────────────────────────────────────────────────────────────

  /** Put texts in cells: shown, kept, sent.  Returns how many cells take no value. */
  type(changes, { remember = true, lot } = {}) {
    const kept = [];
    for (const { key, text, version } of changes) {
      const cell = this.grid.cells.get(key);
      if (cell && this.grid.canType(cell.td)) kept.push({ key, td: cell.td, text: this.worked(cell.td, text), before: this.grid.held(cell.td), version: version ?? Number(cell.td.dataset.v ?? 0) });
    }
    if (!kept.length) return changes.length;
    if (remember) this.history.keep({ changes: kept.map(({ key, before, text }) => ({ key, before, after: text })) });
    for (const { key, td, text, version } of kept) {
      this.queue.put(key, text, version, lot);
      this.grid.show(td, text);
      td.classList.remove("fight");
      td.classList.add("wait");
    }
    this.redrawn();
    this.queue.flush();
    return changes.length - kept.length;
  }

  /** A sum typed in a cell of numbers becomes its result; anything else stays as it is. */
  worked(td, text) {
    if (!text.trim().startsWith("=") || !td.classList.contains("n")) return text;
    const unit = this.grid.unit(td);
    const value = compute(text.trim(), decimalsOf(unit));
    return value === null ? text : plain(format(value, decimalsOf(unit)), unit);
  }

  apply(changes) {
    this.type(changes, { remember: false });
    this.grid.focus(this.grid.cells.get(changes[0]?.key)?.td);
  }

  clear() {
    const cells = this.grid.selection().flat().filter((td) => td && this.grid.canType(td) && td.dataset.h);
    if (cells.length) this.type(cells.map((td) => ({ key: td.dataset.k, text: "" })), { lot: identifier() });
  }

  /** Give every selected cell what stands in the first of its column. */
  fillDown() {
    const [first, ...others] = this.grid.selection();
    const changes = others.flatMap((row) => row.flatMap((td, c) => (td && first[c] ? [{ key: td.dataset.k, text: plain(this.grid.text(first[c]), this.grid.unit(first[c])) }] : [])));
    if (changes.length) this.type(changes, { lot: identifier() });
  }

  copy(event, cut = false) {
    const block = this.grid.selection();
    if (!block.length) return;
    event.clipboardData.setData("text/plain", toTsv(block.map((row) => row.map((td) => (td ? plain(this.grid.text(td), this.grid.unit(td)) : "")))));
    event.preventDefault();
    if (cut) this.clear();
  }

  paste(event) {
    const block = fromTsv(event.clipboardData.getData("text/plain"));
    event.preventDefault();
    const at = this.grid.cells.get(this.grid.selection()[0]?.find(Boolean)?.dataset.k);
    if (!at || !this.grid.modifiable) return;
    const selected = this.grid.selection().flat().filter(Boolean);
    const lot = identifier();
    if (block.length === 1 && block[0].length === 1) {
      this.type(selected.map((td) => ({ key: td.dataset.k, text: block[0][0] })), { lot });
      return;
    }
    this.makeRoom(at, block.length);
    const changes = [];
    let left = 0;
    const origin = this.grid.cells.get(at.td.dataset.k);
    block.forEach((texts, dr) => {
      const row = this.grid.rows[origin.r + dr];
      texts.forEach((text, dc) => {
        const td = row?.table.dataset.section === at.row.table.dataset.section ? row?.cells[origin.c + dc] : null;
        if (td && this.grid.canType(td)) changes.push({ key: td.dataset.k, text });
        else if (text) left += 1;
      });
    });
    this.type(changes, { lot });
    const last = this.grid.cells.get(changes.at(-1)?.key);
    if (last) {
      this.grid.anchor = origin.td;
      this.grid.focus(last.td, true);
    }
    const cells = `${changes.length}\u00a0cellule${changes.length > 1 ? "s" : ""} collée${changes.length > 1 ? "s" : ""}`;
    if (left) this.status.notice(`${cells} ; ${left} valeur${left > 1 ? "s" : ""} sur des cellules calculées, fermées ou hors de la table ${left > 1 ? "ont été laissées" : "a été laissée"}.`);
  }

  /** Add the rows that a block lacks, where rows can be added. */
  makeRoom(at, wanted) {
    const section = at.row.table.dataset.section;
    if (!section) return;
    const rows = this.grid.rows.filter((row) => row.table === at.row.table && row.tr.dataset.row);
    const missing = wanted - (rows.length - rows.indexOf(at.row));
    if (missing > 0) this.addRows(section, "", missing);
  }

  // ── Rows and « néant » ───────────────────────────────────────────────────────────────────────

  /** Add rows at once; returns the name of the first. */
  addRows(section, after = "", count = 1) {
    const acts = this.rows.add(section, after, count);
    this.history.keep({ undo: () => this.undoRows(acts.map((act) => act.lot)) });
    this.status.draw();
    this.queue.flush();
    return acts[0].rows[0];
  }

  insert(td) {
    const section = td.closest("table").dataset.section;
    if (!section || !this.grid.modifiable) return;
    const column = td.dataset.k.split(".").at(-1);
    const name = this.addRows(section, td.closest("tr").dataset.row);
    this.grid.focus(this.grid.cells.get(`${section}#${name}.${column}`)?.td);
  }

  remove(tr) {
    if (!tr.closest("table").dataset.section || !this.grid.modifiable) return;
    const inside = this.grid.at && tr.contains(this.grid.at);
    const near = inside && (this.grid.step(-1, 0) === this.grid.at ? this.grid.step(1, 0) : this.grid.step(-1, 0));
    const act = this.rows.remove(tr);
    if (inside) this.grid.focus(near.isConnected ? near : this.grid.home);
    this.history.keep({ undo: () => this.undoRows([act.lot]) });
    this.status.draw();
    this.queue.flush();
  }

  async undoRows(lots) {
    for (const lot of lots.reverse()) if (!this.rows.cancel(lot)) await this.undoLot(lot);
    this.overlay();
    this.status.draw();
  }

  /** Send the rows that wait, then draw the table as the server has it. */
  async sendRows() {
    const answer = await this.rows.send();
    if (answer) await this.take({ ...answer, structure: true });
  }

  async undoLot(lot) {
    const answer = await this.ask("annulation", { lot }, true);
    if (answer?.conflits?.length) this.status.notice("Une partie de l'opération n'a pas été annulée : quelqu'un a changé ces cellules depuis.");
  }

  async neant(wanted) {
    if (await this.ask("neant", { neant: wanted }, true)) window.location.reload();
  }

  /** Ask for something that cannot wait; say why when it is refused. */
  async ask(name, body, structure = true) {
    for (let turn = 0; turn < 9 && this.queue.count() && !(turn && this.queue.trouble); turn += 1) await this.queue.flush(true);
    this.status.heard({ sending: 1 });
    try {
      const answer = await post(this.page, name, { ...body, ...this.where() });
      await this.take({ ...answer, structure: answer.structure || structure });
      this.status.heard({ answer });
      return answer;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.status.draw();
      this.status.notice(error.status === 0 ? "Hors ligne : cela se fera au retour du réseau." : error.message);
      return null;
    }
  }

  // ── What the server says ─────────────────────────────────────────────────────────────────────

  send(entries, lot) {
    return post(this.page, "saisies", { saisies: entries, lot, ...this.where() });
  }

  heard(what) {
    if (what.answer) {
      for (const [key, version, text] of what.answer.ecrites) {
        const td = this.grid.cells.get(key)?.td;
        if (!td) continue;
        td.dataset.v = String(version);
        delete td.dataset.o;
        this.grid.compare(td, text);
        if (this.queue.get(key)) continue;
        td.classList.remove("wait", "bad", "fight");
        this.grid.setText(td, text);
      }
      this.take(what.answer);
      this.overlay();
    }
    this.status?.heard(what);
    if (what.answer) this.tellTrouble(what.answer);
  }

  /** Say why an entry was refused, or whose value it meets. */
  tellTrouble({ refus, conflits }) {
    const cell = (key) => this.grid.cells.get(key)?.td;
    const named = (key) => (cell(key) ? `${this.grid.lineOf(cell(key))}\u00a0: ` : "");
    const fight = conflits.find((one) => this.queue.get(one.cle)?.conflit);
    if (refus.length) this.status.notice(named(refus[0][0]) + refus[0][1], { about: "saisie" });
    else if (fight) this.status.notice(`${named(fight.cle)}${fight.par} a mis ${fight.texte || "vide"} entre-temps. Votre valeur est gardée\u00a0: choisissez avec « Voir ».`, { about: "saisie" });
    else if (document.getElementById("avis").dataset.about && !this.queue.all().length) this.status.notice("");
  }

  /** Bring the page up to what was answered: values, versions, gaps, people. */
  async take(answer) {
    this.status.offline = false;
    this.heardAt = Date.now();
    const drawn = answer.structure && (await this.redraw());
    for (const [key, version, origin, name, who, held] of drawn ? [] : answer.autres) {
      const td = this.grid.cells.get(key)?.td;
      if (!td || this.queue.get(key)) continue;
      if (Number(td.dataset.v ?? 0) >= version) continue;
      td.dataset.v = String(version);
      if (origin === "saisie") delete td.dataset.o;
      else td.dataset.o = origin;
      if (held) td.dataset.h = "1";
      else delete td.dataset.h;
      if (who !== this.page.moi) td.title = `Changé par ${name}`;
      this.grid.mark(td.closest("tr"));
    }
    for (const [key, text] of Object.entries(drawn ? {} : answer.cellules)) {
      const td = this.grid.cells.get(key)?.td;
      if (td && !this.queue.get(key)) this.grid.setText(td, text, true);
    }
    this.cursor = Math.max(this.cursor, answer.curseur);
    if (answer.alertes) this.grid.setAlerts(answer.alertes);
    this.others = answer.presents.length;
    drawPeers(this.grid, this.page, answer.presents);
    this.redrawn();
  }

  /** Draw the body anew, when rows moved; the focus stays on its cell. */
  async redraw() {
    this.late = this.busy();
    if (this.late) return false;
    const html = await fragment(this.page.adresses.corps).catch(() => null);
    if (html === null) return false;
    const focused = this.root.contains(document.activeElement);
    const key = this.grid.at?.dataset.k;
    this.root.querySelector("#corps").innerHTML = html;
    this.grid.refresh();
    this.cursor = Number(this.grid.body.dataset.curseur);
    this.grid.setAlerts(this.grid.alerts);
    this.overlay();
    const td = this.grid.cells.get(key)?.td ?? this.grid.home;
    if (td && focused) this.grid.focus(td);
    return true;
  }

  /** Show, over what the server drew, what this browser still keeps. */
  overlay() {
    this.rows.overlay();
    for (const entry of this.queue.all()) {
      const td = this.grid.cells.get(entry.key)?.td;
      if (!td) continue;
      this.grid.show(td, entry.text);
      td.classList.toggle("wait", !entry.refus && !entry.conflit);
      td.classList.toggle("bad", Boolean(entry.refus));
      td.classList.toggle("fight", Boolean(entry.conflit));
      td.title = entry.refus ?? (entry.conflit ? `${entry.conflit.par} a mis ${entry.conflit.texte || "vide"} ici. Entrée pour choisir.` : "");
    }
  }

  remark(keys) {
    for (const key of keys) this.grid.cells.get(key)?.td.setAttribute("data-said", "1");
  }

  async listen() {
    try {
      await this.take(await post(this.page, "evenements", this.where()));
      if (this.late) await this.redraw();
      if (this.queue.trouble && this.queue.count()) this.queue.flush(true);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.status.offline = error.status === 0;
      if (error.etat === "session") this.status.trouble(error);
    }
    this.status.draw();
  }

  // ── Choices ──────────────────────────────────────────────────────────────────────────────────

  /** Open the choice between two values, when the cell waits for one; tell whether it does. */
  settle(td) {
    const entry = this.queue.get(td.dataset.k);
    if (!entry?.conflit) return false;
    const shown = read(entry.text, this.grid.unit(td), this.grid.choices(td)).text;
    ask({ ...entry, shown }, `${this.grid.lineOf(td)} · ${this.grid.columnOf(td)}`, (mine) => {
      this.queue.settle(td.dataset.k, mine);
      td.classList.remove("fight");
      td.title = "";
      if (mine) td.classList.add("wait");
      else {
        td.dataset.v = String(entry.conflit.version);
        this.grid.show(td, plain(entry.conflit.texte, this.grid.unit(td)));
      }
      this.status.draw();
      this.queue.flush(true);
      this.grid.focus(td);
    });
    return true;
  }

  list() {
    const fights = this.queue.all().filter((one) => one.conflit && this.grid.cells.has(one.key));
    if (fights.length) {
      this.grid.focus(this.grid.cells.get(fights[0].key).td);
      this.settle(this.grid.at);
      return;
    }
    list(this.queue, { go: (key) => this.go(key), drop: (key) => this.drop(key), cancel: (lot) => this.undoRows([lot]) });
  }

  drop(key) {
    this.queue.drop(key);
    this.redraw().then(() => this.status.draw());
  }

  /** Go to a cell, of this table or of another. */
  go(key) {
    const here = this.grid.cells.get(key)?.td;
    if (here) this.grid.focus(here);
    else window.location.href = `${this.page.adresses.page.replace("CODE", key.split(".")[0])}?cellule=${encodeURIComponent(key)}`;
  }
}
