// Find a line by words or by account number: those of this table first, then the others.

export function listen(page, go, back) {
  const field = document.getElementById("q");
  const list = document.getElementById("trouve");
  let found = [];
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    chosen = (at + found.length) % found.length;
    [...list.children].forEach((one, rank) => one.setAttribute("aria-selected", String(rank === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `trouve-${chosen}`);
  };
  const take = (at) => {
    const one = found[at];
    close();
    if (one) go(one);
  };
  const draw = () => {
    list.replaceChildren(...found.map((one, rank) => option(one, rank, () => take(rank))));
    if (!found.length) {
      const none = document.createElement("p");
      none.className = "find__none";
      none.textContent = "Aucune ligne. Essayez un autre mot, ou un numéro de compte.";
      list.append(none);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    if (found.length) choose(0);
  };
  const ask = async () => {
    const turn = (asked += 1);
    const words = field.value.trim();
    if (words.length < 2) return close();
    const query = new URLSearchParams({ q: words, table: page.table });
    const answer = await fetch(`${page.adresses.lignes}?${query}`).then((one) => (one.ok ? one.json() : null)).catch(() => null);
    if (turn !== asked || !answer) return;
    found = answer.lignes;
    draw();
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  field.addEventListener("focus", () => field.select());
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && found.length) choose(chosen + 1);
    else if (event.key === "ArrowUp" && found.length) choose(chosen - 1);
    else if (event.key === "Escape") {
      close();
      back();
    } else return;
    event.preventDefault();
  });
  document.getElementById("recherche").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!list.hidden && chosen >= 0) take(chosen);
    else ask();
  });
  return () => field.focus();
}

function option(one, rank, take) {
  const line = document.createElement("div");
  line.className = "find__one";
  line.id = `trouve-${rank}`;
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", "false");
  const [table, words, accounts] = [document.createElement("small"), document.createElement("span"), document.createElement("small")];
  table.textContent = one.table;
  words.textContent = one.ligne ? `${one.ligne} ${one.libelle}` : one.libelle;
  accounts.textContent = one.comptes.length > 26 ? `${one.comptes.slice(0, 25)}…` : one.comptes;
  line.append(table, words, accounts);
  line.addEventListener("mousedown", (event) => event.preventDefault());
  line.addEventListener("click", take);
  return line;
}
