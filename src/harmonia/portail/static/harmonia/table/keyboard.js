// What the keys do on the grid, as in a spreadsheet.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** `acts` names what a key asks for beyond moving: `undo`, `redo`, `clear`, `find`, `drawer`, `help`, rows. */
export function listen(grid, editor, acts) {
  grid.root.addEventListener("keydown", (event) => {
    const td = event.target.closest?.("td[data-k]");
    if (!td || editor.open || event.isComposing) return;
    if (commands(event, td, grid, acts) || moves(event, grid) || typing(event, td, grid, editor)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && event.key.toLowerCase() === "f" && !event.shiftKey) acts.find();
    else if (event.key === "F4" && !event.altKey) acts.drawer();
    else if (event.altKey && event.key === "PageDown") acts.turn("next");
    else if (event.altKey && event.key === "PageUp") acts.turn("prev");
    else return;
    event.preventDefault();
  });
}

function commands(event, td, grid, acts) {
  const ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (ctrl && key === "z") return acts[event.shiftKey ? "redo" : "undo"](), true;
  if (ctrl && key === "y") return acts.redo(), true;
  if (ctrl && key === "d") return acts.fillDown(), true;
  if (ctrl && key === "a") return grid.selectAll(), true;
  if (event.altKey && event.key === "Insert") return acts.insert(td), true;
  if (event.altKey && event.key === "Delete") return acts.remove(td), true;
  if (event.key === "Delete" || event.key === "Backspace") return acts.clear(), true;
  if (event.key === "?" && !["texte"].includes(grid.unit(td))) return acts.help(), true;
  if (event.key === "Escape") return acts.leave(), true;
  if (event.key === "F6") return acts.drawerFocus(), true;
  return false;
}

function moves(event, grid) {
  const ctrl = event.ctrlKey || event.metaKey;
  const { key, shiftKey } = event;
  if (ARROWS[key]) return grid.focus(grid.step(...ARROWS[key], ctrl), shiftKey), true;
  if (key === "Enter") return grid.focus(grid.step(shiftKey ? -1 : 1, 0)), true;
  if (key === "Home" || key === "End") return grid.focus(grid.edge(key === "End", ctrl), shiftKey), true;
  if (key === "PageDown" || key === "PageUp") {
    let td = grid.at;
    for (let times = 0; times < 15; times += 1) {
      grid.at = td;
      td = grid.step(key === "PageDown" ? 1 : -1, 0);
    }
    return grid.focus(td, shiftKey), true;
  }
  if (key === "Tab") {
    const next = grid.modifiable ? grid.nextToFill(shiftKey) : null;
    if (next) return grid.focus(next), true;
  }
  return false;
}

function typing(event, td, grid, editor) {
  if (event.key === "F2") return editor.start(td), true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Dead") return editor.start(td, ""), false;
  if (event.key.length === 1 && event.key !== " ") return editor.start(td, event.key);
  if (event.key === " ") return editor.start(td);
  return false;
}
