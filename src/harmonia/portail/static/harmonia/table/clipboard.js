// Blocks of cells as spreadsheets exchange them: tabs, line ends, quotes around what holds either.

/** Take a block apart; a cell in quotes may hold tabs and line ends. */
export function fromTsv(text) {
  const body = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  const quoted = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y;
  const bare = /[^\t\n]*/y;
  for (let at = 0; ; at += 1) {
    quoted.lastIndex = at;
    bare.lastIndex = at;
    const found = quoted.exec(body);
    const cell = found ? found[1].replaceAll('""', '"') : bare.exec(body)[0];
    rows.at(-1).push(cell.trim());
    at += found ? found[0].length : cell.length;
    if (at >= body.length) return rows;
    if (body[at] === "\n") rows.push([]);
  }
}

export function toTsv(rows) {
  const quote = (cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(quote).join("\t")).join("\n");
}
