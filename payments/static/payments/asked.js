/* The till waits for a customer's yes or no: asks each second, and draws the page again when it is there. */

const box = document.querySelector("[data-asked]");
const lost = document.querySelector("[data-notlive]");
const ASK_MS = 1000;

async function ask() {
  try {
    const answer = await fetch(box.dataset.asked);
    if (answer.status === 404 || answer.redirected) return location.reload();
    if (!answer.ok) throw new Error(answer.statusText);
    lost.hidden = true;
    const { outcome } = await answer.json();
    if (outcome !== box.dataset.outcome) return location.reload();
  } catch {
    lost.hidden = false;
  }
  setTimeout(ask, ASK_MS);
}

setTimeout(ask, ASK_MS);
