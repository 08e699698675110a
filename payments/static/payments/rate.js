/* The minute that a rate is held: counted down by this device's steady clock from what the server said was left.
   When it is over the page is drawn anew with the rate of then, unless a PIN is being typed: nobody's yes is
   taken to a figure that changed under the finger, and the server refuses an old one. */

const place = document.querySelector("[data-rate]");
const { left, over, anew } = place.dataset;
const pin = document.querySelector("input.pin");
const endsAt = performance.now() + Number(place.dataset.rate) * 1000;

function tick() {
  const seconds = Math.ceil((endsAt - performance.now()) / 1000);
  place.textContent = seconds > 0 ? left.replace("%s", seconds) : over;
  if (seconds <= 0 && !document.hidden && !pin.value) location.replace(anew);
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
