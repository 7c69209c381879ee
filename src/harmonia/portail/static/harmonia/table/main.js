// The page of a table: the sheet, its keys, its strip, its drawer, and the beat by which it hears of others.

import { Drawer } from "./drawer.js";
import { Editor } from "./editor.js";
import { listen as listenFind } from "./find.js";
import { listen as listenKeys } from "./keyboard.js";
import { post } from "./net.js";
import { Sheet } from "./sheet.js";
import { draw as drawStrip } from "./strip.js";

const find = (id) => document.getElementById(id);
const page = JSON.parse(find("page").textContent);
const root = find("grille");
const sheet = new Sheet(root, page);
const { grid } = sheet;
const editor = new Editor(grid, (td, text, version) => sheet.type([{ key: td.dataset.k, text, version }]));

sheet.busy = () => editor.open;

const drawer = new Drawer(grid, page, {
  go: (key) => sheet.go(key),
  restore: (key, text) => {
    if (grid.cells.has(key)) sheet.type([{ key, text }]);
  },
  undo: (lot) => sheet.undoLot(lot),
  say: async (key, text) => {
    const done = await post(page, "commentaires", { cle: key, texte: text }).catch((error) => sheet.status.notice(error.message));
    if (done) sheet.remark([key]);
    return Boolean(done);
  },
});

const tell = () => {
  drawStrip(grid, () => drawer.show("controles"));
  const left = grid.alerts.filter((one) => !one.justifiee && one.gravite !== "information");
  const worst = left.some((one) => one.gravite === "bloquant") ? "tag--bad" : left.length ? "tag--warn" : "tag--ok";
  find("controles-compte").className = `tag ${worst}`;
  find("controles-compte").textContent = left.length ? `Contrôles : ${left.length}` : "Contrôles";
};
sheet.redrawn = () => {
  tell();
  drawer.changed();
};
grid.addEventListener("move", () => {
  tell();
  drawer.moved();
});

// ── Keys, mouse, clipboard ─────────────────────────────────────────────────────────────────────

const searching = listenFind(page, (one) => (one.cle ? sheet.go(one.cle) : window.location.assign(one.adresse)), () => grid.focus(grid.at ?? grid.home));
listenKeys(grid, editor, {
  undo: () => sheet.history.undo(),
  redo: () => sheet.history.redo(),
  clear: () => sheet.clear(),
  fillDown: () => sheet.fillDown(),
  insert: (td) => sheet.insert(td),
  remove: (td) => sheet.remove(td.closest("tr")),
  find: searching,
  drawer: () => drawer.toggle(),
  leave: () => find("tiroir-bouton").focus(),
  drawerFocus: () => (drawer.open ? drawer.pane.focus() : drawer.toggle(true)),
  help: () => find("aide").showModal(),
  turn: (rel) => document.querySelector(`.sheet__turn a[rel="${rel}"]`)?.click(),
});
find("aide-bouton").addEventListener("click", () => find("aide").showModal());

root.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || editor.open || !event.target.closest("td.fight")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  sheet.settle(event.target.closest("td.fight"));
}, true);
root.addEventListener("mousedown", (event) => {
  const td = event.target.closest("td[data-k]");
  if (!td || event.button || event.target.closest(".editor")) return;
  event.preventDefault();
  if (editor.open) editor.commit();
  grid.focus(td, event.shiftKey);
  const over = (one) => {
    const other = one.target.closest?.("td[data-k]");
    if (other && other !== grid.at && other.closest("table") === td.closest("table")) grid.focus(other, true);
  };
  root.addEventListener("mouseover", over);
  document.addEventListener("mouseup", () => root.removeEventListener("mouseover", over), { once: true });
});
root.addEventListener("dblclick", (event) => {
  const td = event.target.closest("td[data-k]");
  if (td && !event.target.closest(".editor") && !sheet.settle(td)) editor.start(td);
});
root.addEventListener("focusin", (event) => {
  const td = event.target.closest("td[data-k]");
  if (td && td !== grid.at) {
    grid.at = td;
    grid.anchor = td;
    tell();
  }
});
root.addEventListener("click", (event) => {
  const add = event.target.closest(".row-add");
  const cut = event.target.closest(".row-cut");
  const neant = event.target.closest("#neant");
  if (add) addRow(add.dataset.section);
  else if (cut) sheet.remove(cut.closest("tr"));
  else if (neant) sheet.neant(neant.dataset.neant === "oui");
});

function addRow(section) {
  const name = sheet.addRows(section);
  const first = root.querySelector(`table[data-section="${section}"] tr[data-row="${name}"] td.e`);
  if (first) grid.focus(first);
}

for (const name of ["copy", "cut", "paste"]) {
  document.addEventListener(name, (event) => {
    if (editor.open || !document.activeElement?.closest?.("td[data-k]")) return;
    if (name === "paste") sheet.paste(event);
    else sheet.copy(event, name === "cut");
  });
}

// ── The rest of the page ───────────────────────────────────────────────────────────────────────

const tables = find("tables");
const toggle = find("tables-bascule");
const wide = window.matchMedia("(min-width: 1500px)");
const shown = (open) => {
  tables.hidden = !open;
  toggle.setAttribute("aria-expanded", String(open));
  const current = tables.querySelector("[aria-current]");
  if (open && current) tables.scrollTop = current.offsetTop - tables.offsetTop - tables.clientHeight / 2;
};
shown(wide.matches && localStorage.getItem("harmonia.tables") !== "non");
toggle.addEventListener("click", () => {
  shown(tables.hidden);
  localStorage.setItem("harmonia.tables", tables.hidden ? "non" : "oui");
});

const before = find("avant");
const showBefore = (on) => {
  root.classList.toggle("show-before", on);
  before?.setAttribute("aria-pressed", String(on));
};
showBefore(Boolean(before) && localStorage.getItem("harmonia.avant") === "oui");
before?.addEventListener("click", () => {
  const on = !root.classList.contains("show-before");
  localStorage.setItem("harmonia.avant", on ? "oui" : "non");
  showBefore(on);
});

// Nothing has the focus yet: an arrow enters the grid.
document.addEventListener("keydown", (event) => {
  if (document.activeElement !== document.body || !/^Arrow|^Enter$/.test(event.key) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  grid.focus(grid.at ?? grid.home);
});

const wanted = new URLSearchParams(window.location.search).get("cellule");
const start = grid.cells.get(wanted)?.td;
if (start) grid.focus(start);
tell();
sheet.queue.flush(true);
root.dataset.pret = "1";

let beat = 0;
const listen = async () => {
  clearTimeout(beat);
  const pause = sheet.others ? 2500 : 8000;
  const due = sheet.heardAt + pause - Date.now(); // what was saved meanwhile was answered with the same news
  if (document.visibilityState === "visible" && due < 100 && !sheet.queue.flying) {
    await sheet.listen();
    beat = setTimeout(listen, pause);
  } else beat = setTimeout(listen, Math.max(500, Math.min(due, pause)));
};
beat = setTimeout(listen, 800);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && listen());
