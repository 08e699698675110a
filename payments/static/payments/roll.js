/* The receipt on a roll: the device keeps the width of its paper, the sheet is as long as the receipt, and
   Print prints. Without this module the browser's own command prints on sheets of 297 mm. */

const KEY = "receipt-width", MM = 96 / 25.4, MARGINS_MM = 7;

const roll = document.querySelector("[data-roll]");
const width = roll.dataset.roll;

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; /* a browser that keeps nothing prints all the same */
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, width);
  } catch {
    /* see above */
  }
}

/* A sheet of the very length: a roll has no pages, and none may be torn through a line or a code. */
function fit() {
  const box = getComputedStyle(roll);
  const inside = roll.clientHeight - parseFloat(box.paddingTop) - parseFloat(box.paddingBottom);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page roll${width} { size: ${width}mm ${Math.ceil(inside / MM) + MARGINS_MM}mm }`);
  document.adoptedStyleSheets = [sheet];
}

if (new URLSearchParams(location.search).has("width")) keep();
else if (["58", "80"].includes(kept()) && kept() !== width) location.replace(`?width=${kept()}`);

fit();
document.fonts.ready.then(fit);
const button = document.querySelector("[data-print]");
button.hidden = false;
button.focus({ preventScroll: true });
button.addEventListener("click", () => {
  fit();
  print();
});
