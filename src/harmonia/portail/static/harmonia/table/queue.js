// What is typed and not yet known to be kept.  Each entry stands in the browser's storage under its own key,
// so that a reload, a crash or a second tab loses nothing; it leaves only once the server has answered for it.

import { isNew } from "./rows.js";

const PAUSES = [1, 2, 4, 8, 15, 30];

export class Queue {
  /** `send(entries, lot)` posts and returns the answer, or throws `{ status, message }` (status 0: no network). */
  constructor(page, send, heard) {
    this.first = { count: () => 0, list: () => [], send: async () => {} }; // what goes before the cells
    this.prefix = `harmonia.saisie.${page.moi}.${page.dossier}.`;
    this.send = send;
    this.heard = heard;
    this.flight = null;
    this.failures = 0;
    this.trouble = null;
    this.timer = 0;
    window.addEventListener("online", () => this.flush(true));
    window.addEventListener("focus", () => this.flush(true));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.flush(true));
  }

  all() {
    const found = [];
    for (let at = 0; at < localStorage.length; at += 1) {
      const name = localStorage.key(at);
      if (name.startsWith(this.prefix)) {
        const key = name.slice(this.prefix.length);
        const entry = this.get(key);
        if (entry) found.push({ key, ...entry });
      }
    }
    return found.sort((one, other) => one.at - other.at);
  }

  get(key) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + key));
    } catch {
      return null;
    }
  }

  set(key, entry) {
    localStorage.setItem(this.prefix + key, JSON.stringify(entry));
  }

  drop(key) {
    localStorage.removeItem(this.prefix + key);
  }

  waiting() {
    return this.all().filter((entry) => !entry.refus && !entry.conflit);
  }

  /** Keep a text for a cell, over the version that its author saw. */
  put(key, text, version, lot) {
    const known = this.get(key);
    const base = known && !known.conflit ? known.version : version;
    this.set(key, { text, version: base, lot, at: Date.now() + Math.random(), tries: known?.tries ?? 0 });
  }

  /** Choose between two values of a cell: mine goes again over theirs, or is given up. */
  settle(key, mine) {
    const entry = this.get(key);
    if (!entry?.conflit) return;
    if (mine) this.set(key, { ...entry, version: entry.conflit.version, conflit: undefined, tries: 0 });
    else this.drop(key);
  }

  get flying() {
    return Boolean(this.flight);
  }

  /** Send what waits, rows first; while it flies, the flight is returned. */
  flush(now = false) {
    this.flight ??= this.fly(now).then((again) => {
      this.flight = null;
      if (again) this.flush();
    });
    return this.flight;
  }

  /** One act there and back; tells whether there is more to send. */
  async fly(now) {
    clearTimeout(this.timer);
    if (now) this.failures = 0;
    if (!this.count()) {
      this.heard({});
      return false;
    }
    this.heard({ sending: this.count() });
    try {
      await this.first.send();
      const sent = this.next();
      const answer = sent.length ? await this.send(sent.map(({ key, text, version }) => ({ cle: key, texte: text, version })), sent[0].lot) : null;
      this.failures = 0;
      this.trouble = null;
      if (answer) this.take(sent, answer);
      this.heard(answer ? { answer } : { done: true });
      return this.count() > 0;
    } catch (error) {
      this.trouble = error;
      this.heard({ error });
      this.timer = setTimeout(() => this.flush(), 1000 * PAUSES[Math.min(this.failures, PAUSES.length - 1)]);
      this.failures += 1;
      return false;
    }
  }

  /** How many acts wait to be sent. */
  count() {
    return this.first.count() + this.waiting().length;
  }

  /** The entries of the oldest act, marked as tried; not those of rows that have no number yet. */
  next() {
    const waiting = this.waiting().filter((entry) => !isNew(entry.key));
    const sent = waiting.filter((entry) => entry.lot === waiting[0].lot).slice(0, 2000);
    for (const { key, ...entry } of sent) this.set(key, { ...entry, tries: entry.tries + 1 });
    return sent;
  }

  take(sent, answer) {
    const asked = new Map(sent.map((entry) => [entry.key, entry]));
    for (const [key, version] of answer.ecrites) {
      const now = this.get(key);
      if (!now) continue;
      if (now.text === asked.get(key)?.text) this.drop(key);
      else this.set(key, { ...now, version, tries: 0 });
    }
    for (const conflit of answer.conflits) {
      const now = this.get(conflit.cle);
      if (!now) continue;
      // Mine already, from an answer lost on the way: what I typed since goes over it.
      const lost = conflit.a_moi && (asked.get(conflit.cle)?.tries ?? 0) > 0;
      if (lost) this.set(conflit.cle, { ...now, version: conflit.version, tries: 0 });
      else this.set(conflit.cle, { ...now, conflit, tries: 0 });
    }
    for (const [key, motif] of answer.refus) {
      const now = this.get(key);
      if (now && now.text === asked.get(key)?.text) this.set(key, { ...now, refus: motif, tries: 0 });
    }
  }
}
