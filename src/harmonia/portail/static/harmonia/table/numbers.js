// French numbers, in and out, on exact decimals: what a person types or pastes, and what the page shows.
// The server reads the same text again with the same rules; a test compares the two.

const DECIMALS = {
  euro: 2, pourcent: 2, nombre: 0, ratio: 2, taux: 4, logement: 0, equivalent: 2, m2: 2, etp: 2, jour: 2,
  annee: 1, mois: 1,
};
const WORDS = new Set(["texte", "date", "oui_non", "choix"]);
const EMPTY = new Set(["", "-", "–", "−"]);
const SPACES = /[\s\u00a0\u202f\u2009']/g;
const MINUS = "\u2212";

export function decimalsOf(unit) {
  return DECIMALS[unit.split("/")[0]] ?? 2;
}

/** Read a number scaled by ten to the power `decimals`; null when the text is not exactly one number. */
export function parse(text, decimals) {
  let body = text.replace(SPACES, "").replaceAll(MINUS, "-");
  let negative = false;
  if (body.startsWith("(") && body.endsWith(")")) [negative, body] = [true, body.slice(1, -1)];
  if (/^[+-]/.test(body)) [negative, body] = [negative !== (body[0] === "-"), body.slice(1)];
  else if (/[+-]$/.test(body)) [negative, body] = [negative !== body.endsWith("-"), body.slice(0, -1)];
  if (body.includes(",") && body.includes(".")) body = dropThousands(body);
  if (!/^(\d+([.,]\d*)?|[.,]\d+)$/.test(body)) return null;
  const [whole, rest = ""] = body.replace(",", ".").split(".");
  const fraction = rest.replace(/0+$/, "");
  if (fraction.length > decimals) return null;
  const value = BigInt((whole || "0") + fraction.padEnd(decimals, "0"));
  return negative ? -value : value;
}

function dropThousands(body) {
  const last = body.lastIndexOf(",") > body.lastIndexOf(".") ? "," : ".";
  const mark = last === "," ? "." : ",";
  const at = body.lastIndexOf(last);
  const groups = body.slice(0, at).split(mark);
  const grouped = groups[0].length <= 3 && groups.slice(1).every((group) => group.length === 3);
  return grouped ? groups.join("") + body.slice(at) : body;
}

/** Write a scaled number: narrow spaces between thousands, comma, real minus sign. */
export function format(value, decimals) {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = decimals ? digits.slice(0, -decimals) : digits;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return (negative ? MINUS : "") + grouped + (decimals ? `,${digits.slice(-decimals)}` : "");
}

/** What a cell of a unit shows for a text that was typed: `{ text }`, or `{ text, wrong: true }`. */
export function read(text, unit, choices) {
  const body = text.trim();
  if (EMPTY.has(body)) return { text: "" };
  if (unit === "choix") {
    const found = choices.find((one) => one.toLocaleLowerCase("fr") === body.toLocaleLowerCase("fr"));
    return found ? { text: found } : { text: body };
  }
  if (unit === "date") {
    const found = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(body);
    if (found) return { text: `${found[1].padStart(2, "0")}/${found[2].padStart(2, "0")}/${found[3]}` };
    const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(body);
    return iso ? { text: `${iso[3]}/${iso[2]}/${iso[1]}` } : { text: body, wrong: true };
  }
  if (WORDS.has(unit)) return { text: body };
  const decimals = decimalsOf(unit);
  const value = parse(body.replace(/[%€]$/, ""), decimals);
  return value === null ? { text: body, wrong: true } : { text: format(value, decimals), value };
}

/** The text of a cell as one edits it, or as a spreadsheet reads it: no thousands, a plain minus. */
export function plain(text, unit) {
  return WORDS.has(unit) ? text : text.replace(SPACES, "").replaceAll(MINUS, "-");
}
