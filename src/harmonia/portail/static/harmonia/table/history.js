// Undo and redo: what each act changed, to be typed again the other way round.

export class History {
  constructor(apply) {
    this.apply = apply;
    this.past = [];
    this.future = [];
  }

  /** Remember an act: `{ changes: [{ key, before, after }] }`, or `{ undo, redo }` functions. */
  keep(act) {
    this.past.push(act);
    if (this.past.length > 200) this.past.shift();
    this.future = [];
  }

  /** Call the cells by their new names: rows were given their numbers. */
  rename(renamed) {
    for (const { changes } of [...this.past, ...this.future]) for (const one of changes ?? []) one.key = renamed(one.key);
  }

  async undo() {
    const act = this.past.pop();
    if (!act) return false;
    if (act.undo) await act.undo();
    else this.apply(act.changes.map(({ key, before }) => ({ key, text: before })));
    if (!act.undo || act.redo) this.future.push(act);
    return true;
  }

  async redo() {
    const act = this.future.pop();
    if (!act) return false;
    if (act.redo) await act.redo();
    else this.apply(act.changes.map(({ key, after }) => ({ key, text: after })));
    this.past.push(act);
    return true;
  }
}
