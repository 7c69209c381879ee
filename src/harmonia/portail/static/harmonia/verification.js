// Opens anomalies and figures in place; without this script each one is a page of its own.

const fetched = new WeakSet();

async function fragment(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.text();
}

async function open(details) {
  if (!details.open || fetched.has(details)) return;
  fetched.add(details);
  const body = details.querySelector(".anomaly__body");
  body.querySelector("[data-attente]")?.removeAttribute("hidden");
  try {
    body.innerHTML = await fragment(details.dataset.src);
  } catch {
    fetched.delete(details);
  }
}

for (const details of document.querySelectorAll("details.anomaly[data-src]")) {
  details.addEventListener("toggle", () => open(details));
}

if (location.hash) {
  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted instanceof HTMLDetailsElement) {
    wanted.open = true;
    wanted.querySelector("summary").focus();
  }
}

// Last year's words, taken over into the box.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reprendre]");
  if (!link) return;
  const box = document.getElementById(link.dataset.reprendre);
  if (!box) return;
  event.preventDefault();
  box.value = link.dataset.texte;
  box.focus();
});

// A filter answers as soon as a choice is made.
for (const form of document.querySelectorAll("form[data-auto]")) {
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit());
  }
}

// The components of a figure, under its line.
for (const table of document.querySelectorAll("table[data-explication]")) {
  table.addEventListener("click", async (event) => {
    const link = event.target.closest("a.book__open");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const row = link.closest("tr");
    const next = row.nextElementSibling;
    if (next?.classList.contains("book__detail")) {
      next.hidden = !next.hidden;
      link.setAttribute("aria-expanded", String(!next.hidden));
      return;
    }
    try {
      const content = await fragment(`${link.href}&fragment=1`);
      const detail = document.createElement("tr");
      detail.className = "book__detail";
      const cell = document.createElement("td");
      cell.colSpan = row.children.length;
      cell.innerHTML = content;
      detail.append(cell);
      row.after(detail);
      link.setAttribute("aria-expanded", "true");
    } catch {
      location.href = link.href;
    }
  });
}
