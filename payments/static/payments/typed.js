/* Keys that somebody types while the page of a paid order gives way to the keypad: they arrive in its amount. */

const KEPT = "till-typed";
let keys = "";

/* Collect from now on, with the key that is on its way. */
export function collect() {
  const keep = (key) => {
    if (/^[\d.,]$/.test(key)) keys += key;
    if (key === "Backspace") keys = keys.slice(0, -1);
  };
  document.addEventListener("keydown", ({ key }) => keep(key));
  addEventListener("pagehide", () => keys && sessionStorage.setItem(KEPT, keys));
}

/* On the keypad: hand over what was collected. */
export function handOver() {
  const found = sessionStorage.getItem(KEPT);
  const field = document.querySelector("[data-keypad] [name=amount]");
  if (!found) return;
  sessionStorage.removeItem(KEPT);
  if (!field) return;
  field.value = found + field.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
