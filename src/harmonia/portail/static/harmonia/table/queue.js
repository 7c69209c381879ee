// What is typed and not yet known to be kept.  Each entry stands in the browser's storage under its own key,
// so that a reload, a crash or a second tab loses nothing; it leaves only once the server has answered for it.

const PAUSES = [1, 2, 4, 8, 15, 30];

export class Queue {
  /** `send(entries, lot)` posts and returns the answer, or throws `{ status, message }` (status 0: no network). */
  constructor(page, send, heard) {
    this.prefix = `harmonia.saisie.${page.moi}.${page.dossier}.`;
    this.send = send;
    this.heard = heard;
    this.flying = false;
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

  async flush(now = false) {
    if (this.flying) return;
    clearTimeout(this.timer);
    if (now) this.failures = 0;
    const waiting = this.waiting();
    if (!waiting.length) {
      this.heard({});
      return;
    }
    const lot = waiting[0].lot;
    const sent = waiting.filter((entry) => entry.lot === lot).slice(0, 2000);
    for (const { key, ...entry } of sent) this.set(key, { ...entry, tries: entry.tries + 1 });
    this.flying = true;
    this.heard({ sending: sent.length });
    try {
      const answer = await this.send(
        sent.map((entry) => ({ cle: entry.key, texte: entry.text, version: entry.version })),
        lot,
      );
      this.flying = false;
      this.failures = 0;
      this.trouble = null;
      this.take(sent, answer);
      this.heard({ answer });
      if (this.waiting().length) this.flush();
    } catch (error) {
      this.flying = false;
      this.trouble = error;
      this.heard({ error });
      this.timer = setTimeout(() => this.flush(), 1000 * PAUSES[Math.min(this.failures, PAUSES.length - 1)]);
      this.failures += 1;
    }
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
