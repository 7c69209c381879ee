// The others: who is there, on which cell.

export function draw(grid, page, present) {
  const box = document.getElementById("presents");
  const text = JSON.stringify(present);
  if (box.dataset.text === text && box.dataset.drawn === String(grid.drawn)) return;
  box.dataset.text = text;
  box.dataset.drawn = String(grid.drawn);
  box.replaceChildren(...present.map(([, name, table]) => chip(name, table === page.table ? "" : table)));
  for (const td of grid.root.querySelectorAll("td.peer")) {
    td.classList.remove("peer");
    td.querySelector(".flag")?.remove();
  }
  for (const [, name, table, key] of present) {
    const td = table === page.table ? grid.cells.get(key)?.td : null;
    if (!td || td.classList.contains("peer")) continue;
    td.classList.add("peer");
    const flag = document.createElement("span");
    flag.className = "flag";
    flag.textContent = name;
    td.append(flag);
  }
}

function chip(name, table) {
  const made = document.createElement("span");
  made.className = "people__one";
  made.textContent = table ? `${name} · ${table}` : name;
  made.title = table ? `${name} est dans la table ${table}` : `${name} est dans cette table`;
  return made;
}
