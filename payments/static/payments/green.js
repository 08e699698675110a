/* The whole screen in green: what was paid, the check words, PAID, to be read across a room. It goes by itself
   after eight seconds, or at the next key or touch. It holds nobody up: a typed key goes where it would have
   gone, and so does a touch on a key of somebody who was just typing. */

const STAYS_MS = 8_000, TYPING_MS = 2_000, UNSEEN_MS = 700, MOST_BELOW = 4;
const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"];

const green = document.querySelector("[data-green]");
const piece = (name) => green.querySelector(`[data-green-${name}]`);
let shown = null; /* {payment, amount} */
let shownAt = 0, typedAt = -Infinity, timer = 0;
let gone = null;

/* payment: {payment, amount, currency, words, receipt}; words may come later. then(): called when it has gone. */
export function showGreen(payment, then = null) {
  if (shown) {
    const line = document.createElement("li");
    line.textContent = `${shown.amount} ${shown.currency} · ${piece("words").textContent}`;
    piece("below").prepend(line);
    for (const old of [...piece("below").children].slice(MOST_BELOW)) old.remove();
  } else shownAt = performance.now();
  shown = payment;
  gone = then;
  piece("amount").textContent = payment.amount;
  green.style.setProperty("--signs", payment.amount.length);
  piece("currency").textContent = payment.currency;
  piece("words").textContent = payment.words ?? "";
  piece("receipt").hidden = !payment.receipt;
  piece("receipt").href = payment.receipt ?? "";
  green.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hide, STAYS_MS);
}

/* words(payment id) -> its check words, as soon as the list knows them. */
export function fillWords(words) {
  if (shown && !shown.words) piece("words").textContent = words(shown.payment) ?? "";
}

function hide() {
  clearTimeout(timer);
  green.hidden = true;
  piece("below").replaceChildren();
  shown = null;
  gone?.();
}

document.addEventListener("keydown", (event) => {
  if (/^\d$/.test(event.key)) typedAt = performance.now();
  const onReceipt = document.activeElement === piece("receipt") && ["Enter", "Tab"].includes(event.key);
  if (shown && !onReceipt && !MODIFIERS.includes(event.key)) hide();
}, true);

document.addEventListener("pointerdown", ({ target }) => {
  if (!shown && target.closest("[data-key], [data-keypad] button, [data-keypad] input")) typedAt = performance.now();
}, true);

green.addEventListener("click", ({ target, clientX, clientY }) => {
  if (target === piece("receipt")) return; /* its link leads on */
  const now = performance.now();
  const typing = now - typedAt < TYPING_MS || now - shownAt < UNSEEN_MS;
  const leaves = gone !== null;
  hide();
  if (!typing || leaves) return;
  typedAt = now;
  const below = document.elementFromPoint(clientX, clientY)?.closest("button, a, label, input, select, summary");
  below?.focus();
  below?.click();
});
