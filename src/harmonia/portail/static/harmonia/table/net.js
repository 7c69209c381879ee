// Talking to the server: JSON both ways, the token read afresh from its cookie, one shape of failure.

export class Failure extends Error {
  constructor(status, etat, message) {
    super(message);
    this.status = status;
    this.etat = etat;
  }
}

/** A random identifier, also where the page is not served over HTTPS. */
export function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

function token(page) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${page.jeton}=`));
  return found ? decodeURIComponent(found.slice(page.jeton.length + 1)) : "";
}

/** Send once more while the page goes away; nobody hears the answer, what is kept is sent again later. */
export function part(page, name, body) {
  fetch(page.adresses[name], {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token(page) },
    body: JSON.stringify({ moi: page.moi, table: page.table, ...body }),
  }).catch(() => {});
}

export async function post(page, name, body) {
  let answer;
  try {
    answer = await fetch(page.adresses[name], {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(page), Accept: "application/json" },
      body: JSON.stringify({ moi: page.moi, table: page.table, ...body }),
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Failure(0, "reseau", "Le réseau ne répond pas.");
  }
  const read = await answer.json().catch(() => ({}));
  if (answer.ok && read.etat === "ok") return read;
  const expired = answer.status === 403 && !read.etat;
  throw new Failure(answer.status, expired ? "session" : read.etat || "serveur", read.message || "Le serveur ne répond pas.");
}

export async function fragment(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Failure(answer.status, "fragment", "");
  return answer.text();
}
