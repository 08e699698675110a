/* The counter by the keyboard alone. Digits go to the amount from anywhere; a key that means something in the
   field where the hand is stays there. The page lists these keys under "?". */

const WRITING = "input:not([type=radio], [type=checkbox]), textarea, select";

export function keys(counter) {
  const { form, one, tiles, addTyped, tap, find, mode, step } = counter;
  const amount = form.elements.amount;
  const shown = () => tiles().filter((tile) => !tile.hidden);
  const open = (name) => {
    form.querySelector("details").open = true;
    form.elements[name].focus();
  };
  const search = () => {
    if (!one("find")) return;
    mode("items");
    one("find").focus();
    one("find").select();
  };
  const back = (target) => {
    if (one("find")?.value) {
      one("find").value = "";
      find();
    } else if (target.matches(WRITING) && target !== amount) {
      target.blur(); /* out of the field, nothing is cleared */
    } else if (amount.value) {
      amount.value = "";
      amount.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (counter.hasLines()) return one("clear").showModal();
    amount.focus({ preventScroll: true });
  };

  /* What a key does, where it writes nothing. */
  const plain = {
    "/": search,
    "?": () => one("help").showModal(),
    "+": () => addTyped() || step(1),
    "-": () => step(-1),
    d: () => open("discount"),
    n: () => open("reference"),
    t: () => open("tip_allowed"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const { key, target } = event;
    const writes = target.matches(WRITING) && target !== amount;
    if (key === "Escape") back(target);
    else if (key === "Enter" && target === one("find")) first();
    else if (key === "Enter" && !writes && !target.closest("button, a, summary")) form.requestSubmit();
    else if (key.startsWith("Arrow") && target.closest("[data-tiles], [data-find]")) {
      if (!arrow(key, target)) return;
    } else if (!writes && key in plain) plain[key]();
    else if (!writes && target !== amount && /^[0-9.,]$/.test(key)) return amount.focus(); /* the key goes there */
    else return;
    event.preventDefault();
  });

  /* Enter in the search adds what stands first, and the next word can be typed. */
  function first() {
    const wanted = one("find").value.trim();
    if (!wanted) return form.requestSubmit();
    const tile = shown()[0];
    if (!tile) return;
    tap(tile);
    one("find").value = "";
    find();
  }

  function arrow(key, target) {
    const all = shown(), columns = all.filter((tile) => tile.offsetTop === all[0]?.offsetTop).length;
    const place = all.indexOf(target.closest("[data-item]"));
    if (place < 0) {
      if (key !== "ArrowDown") return false;
      all[0]?.querySelector("button").focus();
      return true;
    }
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
    const next = all[place + (document.dir === "rtl" && Math.abs(by) === 1 ? -by : by)];
    (next ? next.querySelector("button") : by < 0 ? one("find") : target).focus();
    return true;
  }
}
