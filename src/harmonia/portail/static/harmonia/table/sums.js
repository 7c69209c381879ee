// A small sum typed in a cell: `=1 200+3*(40,5-2)`.  Exact fractions, rounded once, half away from zero.

/** The result scaled by ten to the power `decimals`; null when the text is not a sum that can be done. */
export function compute(text, decimals) {
  const tokens = text.slice(1).replace(/[\s\u00a0\u202f]/g, "").replaceAll("\u2212", "-").replaceAll(",", ".").match(/\d+(?:\.\d*)?|\.\d+|[-+*/()]|./g) ?? [];
  let at = 0;
  try {
    const value = sum();
    return at === tokens.length ? rounded(value, decimals) : null;
  } catch {
    return null;
  }

  function sum() {
    let [top, bottom] = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      const sign = tokens[at] === "+" ? 1n : -1n;
      at += 1;
      const [a, b] = product();
      [top, bottom] = [top * b + sign * a * bottom, bottom * b];
    }
    return [top, bottom];
  }

  function product() {
    let [top, bottom] = factor();
    while (tokens[at] === "*" || tokens[at] === "/") {
      const times = tokens[at] === "*";
      at += 1;
      const [a, b] = factor();
      [top, bottom] = times ? [top * a, bottom * b] : [top * b, bottom * a];
      if (bottom === 0n) throw new RangeError("zero");
    }
    return [top, bottom];
  }

  function factor() {
    const token = tokens[at];
    at += 1;
    if (token === "-" || token === "+") {
      const [top, bottom] = factor();
      return [token === "-" ? -top : top, bottom];
    }
    if (token === "(") {
      const inside = sum();
      if (tokens[at] !== ")") throw new SyntaxError(")");
      at += 1;
      return inside;
    }
    if (!/^[\d.]/.test(token ?? "")) throw new SyntaxError(String(token));
    const [whole, rest = ""] = token.split(".");
    return [BigInt((whole || "0") + rest), 10n ** BigInt(rest.length)];
  }
}

function rounded([top, bottom], decimals) {
  const [over, under] = bottom < 0n ? [-top, -bottom] : [top, bottom];
  const scaled = over * 10n ** BigInt(decimals);
  const size = scaled < 0n ? -scaled : scaled;
  const half = (2n * size + under) / (2n * under);
  return scaled < 0n ? -half : half;
}
