/* Without a line: look every five seconds whether the service answers, and then load the page that was asked for. */

const EVERY_MS = 5_000;

async function look() {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

document.querySelector("[data-again]").addEventListener("click", () => location.reload());
addEventListener("online", look);
setInterval(look, EVERY_MS);
