// The strip above the grid: the focused cell, or what the selection adds up to.

import { decimalsOf, format, parse } from "./numbers.js";

const ORIGINS = { import: "importé", reprise: "repris de l'exercice précédent", rapatriement: "copié du ministère", correction: "corrigé" };
const SYMBOLS = { euro: "€", pourcent: "%", m2: "m²", etp: "ETP", logement: "logements", jour: "jours", annee: "ans", mois: "mois" };

const find = (id) => document.getElementById(id);

export function draw(grid, openChecks) {
  const td = grid.at;
  if (!td) return;
  const block = grid.selection().flat().filter(Boolean);
  const alert = grid.alertsOf(td).find((one) => !one.justifiee) ?? grid.alertsOf(td)[0];
  find("bande-ligne").replaceChildren(...named(grid, td));
  const [value, more] = block.length > 1 ? totals(grid, block) : single(grid, td);
  find("bande-valeur").textContent = value;
  find("bande-suite").textContent = more;
  const place = find("bande-alerte");
  place.replaceChildren();
  if (alert) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = alert.message;
    button.title = alert.message;
    button.addEventListener("click", openChecks);
    place.append(button);
  }
}

function named(grid, td) {
  const code = grid.codeOf(td);
  const line = document.createElement("b");
  line.textContent = grid.lineOf(td);
  return [code ? `${code} ` : "", line, ` · ${grid.columnOf(td)}`].filter(Boolean);
}

function single(grid, td) {
  const text = grid.text(td);
  const unit = grid.unit(td);
  const parts = [];
  if (td.dataset.d && td.dataset.m !== undefined) parts.push(`≠ ministère\u00a0: ${td.dataset.m || "vide"}`);
  else if (td.dataset.d) parts.push("≠ diffère de la source");
  else if (td.dataset.o && (td.dataset.h || td.dataset.m !== undefined)) parts.push(ORIGINS[td.dataset.o] ?? "");
  else if (td.classList.contains("r")) parts.push(grid.formulaOf(td) ? `= ${grid.formulaOf(td)}` : "calculé");
  else if (!td.dataset.h && text) parts.push("d'après la balance ou l'exercice précédent");
  if (grid.accountsOf(td)) parts.push(`comptes ${grid.accountsOf(td)}`);
  if (td.dataset.p) parts.push(`N-1 ${td.dataset.p}${variation(text, td.dataset.p, unit)}`);
  const symbol = text && SYMBOLS[unit] ? `\u00a0${SYMBOLS[unit]}` : "";
  return [text ? text + symbol : "vide", parts.filter(Boolean).join(" · ")];
}

function variation(now, then, unit) {
  const decimals = decimalsOf(unit);
  const [a, b] = [parse(now || "", decimals), parse(then, decimals)];
  if (a === null || b === null || b === 0n || !SYMBOLS[unit] || unit === "pourcent") return "";
  const tenths = ((a - b) * 1000n) / (b < 0n ? -b : b);
  return ` (${tenths > 0n ? "+" : ""}${format(tenths, 1)}\u00a0%)`;
}

function totals(grid, block) {
  const unit = grid.unit(block[0]);
  const decimals = decimalsOf(unit);
  const values = block.filter((td) => td.classList.contains("n") && grid.unit(td) === unit).map((td) => parse(grid.text(td), decimals)).filter((one) => one !== null);
  if (!values.length) return ["", `${block.length} cellules`];
  const sum = values.reduce((total, one) => total + one, 0n);
  const mean = sum / BigInt(values.length);
  return [`Somme ${format(sum, decimals)}`, `moyenne ${format(mean, decimals)} · ${values.length} nombre${values.length > 1 ? "s" : ""} · ${block.length} cellules`];
}
