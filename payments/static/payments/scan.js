/* The payer's page while it asks for an amount: when the cashier gives this scan an order, the page becomes the
   order's. Whatever was typed by then would be another amount, so nothing is lost. */

const PAUSE = 3000;
const page = document.querySelector("[data-scan]").dataset;

async function look() {
  try {
    const answer = await fetch(page.scan);
    if (answer.ok) {
      const now = await answer.json();
      if (now.code !== page.code || !now.open) return location.reload();
    }
  } catch {
    /* The line is away: the next turn asks again. */
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
