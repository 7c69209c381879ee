// Two people changed one cell: both values, and a choice.  Never opened by itself while one types.

const find = (id) => document.getElementById(id);

export function ask(entry, name, choose) {
  const box = find("conflit");
  const when = new Date(entry.conflit.le).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");
  const line = document.createElement("p");
  line.textContent = name;
  const versus = document.createElement("div");
  versus.className = "versus";
  versus.append(
    side("Votre valeur", entry.shown || "vide", "Garder la mienne", () => choose(true)),
    side(`${entry.conflit.par || "Une autre personne"}, à ${when}`, entry.conflit.texte || "vide", "Prendre celle-ci", () => choose(false)),
  );
  find("conflit-corps").replaceChildren(line, versus);
  box.showModal();

  function side(title, value, label, take) {
    const made = document.createElement("div");
    const strong = document.createElement("strong");
    strong.textContent = value;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => {
      box.close();
      take();
    });
    made.append(title, strong, button);
    return made;
  }
}
