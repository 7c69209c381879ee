// Import: sending a file with its progress, following its reading, choosing differences.
// Everything works without this module; it saves clicks and shows what a choice does.

const MILLIERS = new Intl.NumberFormat("fr-FR");

function deposit(form) {
  const zone = form.querySelector("[data-zone]");
  const input = form.querySelector('input[type="file"]');
  const bar = form.querySelector("[data-envoi]");
  const button = form.querySelector("button");
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-dessus");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("is-dessus"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    if (!file || file.size < 4_000_000) return;
    event.preventDefault();
    button.disabled = true;
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = Math.round((100 * sent.loaded) / sent.total);
    });
    request.addEventListener("load", () => window.location.assign(request.responseURL || form.action));
    request.addEventListener("error", () => {
      button.disabled = false;
      bar.hidden = true;
      form.submit();
    });
    request.send(new FormData(form));
  });
}

async function follow(place) {
  const bar = place.querySelector("progress");
  const percent = place.querySelector("[data-pourcent]");
  const said = place.querySelector("[data-dit]");
  let wait = 250;
  for (;;) {
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(1500, wait * 1.25);
    try {
      const answer = await fetch(place.dataset.suivi, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { etat, progression } = await answer.json();
      bar.value = progression;
      percent.textContent = `${progression}\u00a0%`;
      if (etat !== "depose") {
        window.location.reload();
        return;
      }
    } catch {
      said.textContent = "Le serveur ne répond pas\u00a0: la lecture continue, cette page réessaie.";
      wait = 3000;
    }
  }
}

function choose(form) {
  const boxes = [...form.querySelectorAll('input[name="choix"]')];
  const effect = form.querySelector("[data-effet]");
  const count = form.querySelector("[data-prises]");
  const plural = form.querySelector("[data-pluriel]");
  const follows = Number(form.dataset.suivies);
  const groups = [...form.querySelectorAll("[data-table]")].map((table) => ({
    all: table.querySelector("[data-toute]"),
    boxes: [...table.querySelectorAll('input[name="choix"]')],
  }));
  let timer = 0;
  let latest = 0;

  function tell(taken) {
    if (count) count.textContent = MILLIERS.format(taken);
    if (plural) plural.textContent = taken > 1 ? "s" : "";
  }

  function mark() {
    for (const { all, boxes: own } of groups) {
      const ticked = own.filter((box) => box.checked).length;
      all.checked = own.length === 0 || ticked === own.length;
      all.indeterminate = ticked > 0 && ticked < own.length;
    }
  }

  async function measure() {
    if (!effect) return;
    latest += 1;
    const mine = latest;
    effect.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.choix, { method: "POST", body: new FormData(form) });
      if (answer.ok && mine === latest) {
        effect.innerHTML = await answer.text();
        tell(Number(effect.querySelector("[data-nombre]").dataset.nombre)); // what comes with the balance included
      }
    } finally {
      if (mine === latest) effect.removeAttribute("aria-busy");
    }
  }

  for (const { all, boxes: own } of groups) {
    all.addEventListener("change", () => {
      for (const box of own) box.checked = all.checked;
      form.dispatchEvent(new Event("change"));
    });
  }
  form.addEventListener("change", () => {
    mark();
    tell(boxes.filter((box) => box.checked).length + follows);
    clearTimeout(timer);
    timer = setTimeout(measure, 350);
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.parti) event.preventDefault();
    form.dataset.parti = "1";
  });
  mark();
}

document.querySelectorAll("[data-depot]").forEach(deposit);
document.querySelectorAll("[data-suivi]").forEach(follow);
document.querySelectorAll("[data-choix]").forEach(choose);
