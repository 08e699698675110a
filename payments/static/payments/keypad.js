/* Keys for the amount: digits come in from the right, as on a till: 1 2 9 0 is 12.90.
   The field stays an ordinary text field: what is typed there by hand is left as it is. */

const form = document.querySelector("[data-keypad]");
const field = form?.querySelector("[name=amount]");
const digits = Number(form?.dataset.digits);
const MOST_DIGITS = 13;

function minorOf(text) {
  const [whole, fraction = ""] = text.trim().split(/[.,]/);
  return (whole + fraction.padEnd(digits, "0").slice(0, digits)).replace(/\D/g, "").replace(/^0+/, "");
}

function textOf(minor) {
  if (!minor) return "";
  if (!digits) return minor;
  const padded = minor.padStart(digits + 1, "0");
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

if (form) {
  const keys = form.querySelector(".keys");
  keys.hidden = false;
  keys.addEventListener("click", ({ target }) => {
    const key = target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    const minor = minorOf(field.value);
    const next = key === "back" ? minor.slice(0, -1) : (minor + key).replace(/^0+/, "");
    if (next.length <= MOST_DIGITS) field.value = textOf(next);
  });
}
