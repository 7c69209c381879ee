// Follows a file that is being prepared; without this script the page looks again by itself.

const bar = document.querySelector("progress[data-suivi]");
const percent = document.querySelector("[data-pourcent]");

async function look() {
  const answer = await fetch(bar.dataset.suivi, { credentials: "same-origin" });
  if (!answer.ok) return;
  const state = await answer.json();
  if (state.etat !== "demandee") {
    location.reload();
    return;
  }
  bar.value = state.avancement;
  percent.textContent = String(state.avancement);
}

if (bar) setInterval(look, 1000);
