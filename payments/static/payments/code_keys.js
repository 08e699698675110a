/* An order's code by the keyboard: n shows a new one, Esc asks whether to call the order off. */

const cancel = document.querySelector("[data-cancel]");
const again = document.querySelector("[data-again]");
const ask = document.querySelector("[data-ask]");
const hint = document.querySelector("[data-keys]");

if (hint) hint.hidden = false;
/* Once it is paid there is nothing to call off: till.js has hidden the code then. */
const gone = () => document.querySelector("[data-open]")?.hidden;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || gone() || ask?.open) return;
  if (event.key === "n" && again) again.requestSubmit();
  else if (event.key === "Escape" && ask) ask.showModal();
  else return;
  event.preventDefault();
});
ask?.addEventListener("close", () => ask.returnValue === "yes" && cancel.requestSubmit());
