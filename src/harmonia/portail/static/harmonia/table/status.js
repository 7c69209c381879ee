// One place says whether what was typed is kept: « Enregistré à 14 h 32 », « Hors ligne : 3 saisies en attente ».

const find = (id) => document.getElementById(id);
const clock = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");
const many = (count, one, more) => `${count}\u00a0${count > 1 ? more : one}`;

export class Status {
  constructor(page, queue, acts) {
    this.page = page;
    this.queue = queue;
    this.acts = acts;
    this.box = find("etat");
    this.words = this.box.querySelector(".saved__words");
    this.slow = 0;
    this.lastSaved = "";
    this.offline = false;
  }

  /** Hear what the queue does. */
  heard({ sending, answer, done, error }) {
    clearTimeout(this.slow);
    if (sending) {
      this.slow = setTimeout(() => this.say("envoi", "Enregistrement…"), this.queue.trouble ? 4000 : 350);
      return;
    }
    if (answer || done) {
      this.lastSaved = clock();
      if (find("avis").dataset.trouble) this.notice("");
    }
    if (error) this.trouble(error);
    this.draw();
  }

  draw() {
    const all = this.queue.all();
    const refused = all.filter((one) => one.refus).length;
    const fights = all.filter((one) => one.conflit).length;
    const waiting = all.length - refused - fights + this.queue.first.count();
    const trouble = this.queue.trouble;
    if (waiting && trouble) {
      const why = { 0: "Hors ligne", 401: "Session expirée", 409: "Dossier fermé à la saisie", 403: "Saisie refusée", 404: "Dossier introuvable" }[trouble.status] ?? "Serveur injoignable";
      this.say("attente", `${why}\u00a0: ${many(waiting, "saisie", "saisies")} en attente`, true);
    } else if (fights) this.say("attente", many(fights, "conflit à trancher", "conflits à trancher"), true);
    else if (refused) this.say("refus", many(refused, "saisie refusée", "saisies refusées"), true);
    else if (waiting) this.slow = setTimeout(() => this.say("envoi", "Enregistrement…"), 350);
    else if (this.offline) this.say("attente", "Hors ligne\u00a0: ce que vous tapez est gardé ici");
    else if (this.lastSaved) this.say("ok", `Enregistré à ${this.lastSaved}`);
  }

  say(state, text, list = false) {
    this.box.dataset.etat = state;
    if (this.words.textContent !== text) this.words.textContent = text;
    let button = this.box.querySelector("button");
    if (list && !button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--small";
      button.textContent = "Voir";
      button.addEventListener("click", () => this.acts.list());
      this.box.append(button);
    } else if (!list) button?.remove();
  }

  trouble(error) {
    const kept = "Ce que vous tapez est gardé dans ce navigateur et partira ensuite.";
    if (error.etat === "session") this.notice(`Votre session a expiré. ${kept}`, { link: ["Se reconnecter (nouvel onglet)", this.page.connexion], trouble: true });
    else if (error.etat === "verrouille" || error.etat === "personne" || error.etat === "refus" || error.etat === "introuvable") this.notice(`${error.message} ${kept.replace(" et partira ensuite", "")}`, { trouble: true });
  }

  /**
   * Say something at the foot of the window, over nothing that is typed; an empty text takes it away.
   * A trouble goes when the server answers again; anything else when it is closed, or replaced.
   */
  notice(text, { link, trouble = false, about = "" } = {}) {
    const box = find("avis");
    if (box.dataset.text === text) return;
    box.dataset.text = text;
    box.dataset.about = text ? about : "";
    box.dataset.trouble = trouble ? "1" : "";
    box.hidden = !text;
    box.replaceChildren(text);
    if (link) {
      const made = document.createElement("a");
      [made.textContent, made.href] = link;
      made.target = "_blank";
      box.append(made);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn--small";
    close.textContent = "Fermer";
    close.addEventListener("click", () => this.notice(""));
    box.append(close);
  }
}

/** List what this browser keeps, with what became of each entry. */
export function list(queue, acts) {
  const rows = [...queue.first.list(), ...queue.all()].map((one) => {
    const line = document.createElement("tr");
    const state = one.refus ?? (one.conflit ? `${one.conflit.par} y a mis ${one.conflit.texte || "vide"}` : "en attente d'envoi");
    for (const text of [one.key, one.text || "vide", state]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      line.append(cell);
    }
    const act = document.createElement("td");
    const ways = one.lot && !one.at ? [["Abandonner", () => acts.cancel(one.lot)]] : [["Voir", () => acts.go(one.key)], ...(one.refus ? [["Abandonner", () => acts.drop(one.key)]] : [])];
    for (const [label, take] of ways) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      button.addEventListener("click", () => {
        find("attente").close();
        take();
      });
      act.append(button, " ");
    }
    line.append(act);
    return line;
  });
  const table = document.createElement("table");
  table.className = "list";
  table.innerHTML = "<thead><tr><th>Cellule</th><th>Votre saisie</th><th>État</th><th></th></tr></thead><tbody></tbody>";
  table.tBodies[0].append(...rows);
  find("attente-liste").replaceChildren(rows.length ? table : "Plus rien n'attend.");
  find("attente").showModal();
}
