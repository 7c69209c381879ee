// Asks whether the accord given to the ministry's portal still holds; the page says what was known without it.

const PATIENCE = 15_000;

async function check(place) {
  const address = place.dataset.accord;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!asked.ok || !(await asked.json()).attend) return;
  const known = place.textContent;
  place.textContent = "Le ministère est interrogé…";
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    await new Promise((done) => setTimeout(done, 500));
    const answer = await fetch(address);
    if (!answer.ok) break;
    const { vivant, attend, dit } = await answer.json();
    if (!vivant) {
      location.reload();
      return;
    }
    if (!attend) {
      place.textContent = dit;
      return;
    }
  }
  place.textContent = `${known} La vérification d'aujourd'hui n'est pas finie.`;
}

for (const place of document.querySelectorAll("[data-accord]")) check(place).catch(() => {});
