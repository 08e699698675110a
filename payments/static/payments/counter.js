/* The basket of the counter: taps become lines, lines become hidden fields of the form, and the server says what
   they cost. Prices here are only shown: the server charges its own, and says so when they differ. */

import { keys } from "./counter_keys.js";

const form = document.querySelector("[data-order]");
const one = (name) => document.querySelector(`[data-${name}]`);
const lang = document.documentElement.lang || "en";
const MOST_PIECES = 999, WAIT_MS = 150;

/* { kind: "item" or "typed", what: id or category, unit, pieces, name }, minor units, in the order of taps */
let lines = [];
let removed = null;
let asked = 0;
let waiting = 0;

const digits = Number(form?.dataset.digits);
const field = (name) => form.elements[name];
const money = (minor) =>
  (minor / 10 ** digits).toLocaleString(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const show = (element, text) => {
  element.textContent = text;
  element.hidden = !text;
};
const say = (text) => (one("basket-say").textContent = text);
const part = (tag, text, facts = {}) => Object.assign(document.createElement(tag), { textContent: text }, facts);

/* "12.9" in minor units; 0 for what is no amount yet */
export function minorOf(text) {
  const found = /^(\d+)(?:[.,](\d+))?$/.exec(text.trim());
  if (!found || (found[2] ?? "").length > digits) return 0;
  return Number(found[1] + (found[2] ?? "").padEnd(digits, "0"));
}

/* ---- lines ---- */

function add(line) {
  const same = lines.find((each) => each.kind === line.kind && each.what === line.what && each.unit === line.unit);
  if (!same && lines.length >= Number(form.dataset.most)) {
    show(one("warn"), `An order has at most ${form.dataset.most} lines, and this one is full. Show its code, then begin another.`);
    return false;
  }
  if (same) {
    same.pieces = Math.min(same.pieces + line.pieces, MOST_PIECES);
    lines = [...lines.filter((each) => each !== same), same];
  } else lines.push(line);
  changed(`${lines.at(-1).pieces} × ${line.name}`);
  return true;
}

function step(line, by) {
  if (!line) return;
  if (line.pieces + by < 1) return remove(line);
  line.pieces = Math.min(line.pieces + by, MOST_PIECES);
  changed(`${line.pieces} × ${line.name}`);
}

function remove(line) {
  removed = { line, place: lines.indexOf(line) };
  lines = lines.filter((each) => each !== line);
  changed(`${line.name} removed`);
  one("removed").hidden = false;
  one("removed-text").textContent = `${line.name} is out of the order.`;
}

function addTyped() {
  const unit = minorOf(field("amount").value);
  const chosen = form.querySelector("[name=category]:checked");
  if (!unit || !chosen) return false;
  const name = chosen.closest("label").textContent.trim().split(" · ")[0];
  if (add({ kind: "typed", what: chosen.value, unit, pieces: 1, name })) field("amount").value = "";
  ask();
  return true;
}

function tap(tile) {
  const { item, price, name } = tile.dataset;
  add({ kind: "item", what: item, unit: Number(price), pieces: 1, name });
}

function clear() {
  lines = [];
  field("amount").value = field("discount").value = field("reference").value = "";
  changed("The order is empty");
}

/* ---- what is shown ---- */

function changed(told) {
  one("removed").hidden = true;
  show(one("warn"), "");
  draw();
  ask(told);
}

function draw() {
  for (const old of form.querySelectorAll("input[name=line]")) old.remove();
  for (const { kind, what, unit, pieces } of lines) {
    const value = kind === "item" ? `item:${what}:${pieces}:${unit}` : `typed:${what}:${unit}:${pieces}`;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "line", value }));
  }
  one("basket").hidden = !lines.length;
  one("lines").replaceChildren(...lines.map(row));
}

function row(line) {
  const item = document.createElement("li");
  const less = part("button", "−", { type: "button", className: "outline", onclick: () => again(line, -1, 0) });
  const more = part("button", "+", { type: "button", className: "outline", onclick: () => again(line, 1, 1) });
  const out = part("button", "✕", { type: "button", className: "outline", onclick: () => again(line, -line.pieces, 2) });
  less.ariaLabel = `One ${line.name} less`;
  more.ariaLabel = `One ${line.name} more`;
  out.ariaLabel = `Take ${line.name} out`;
  const pieces = part("span", "", { className: "pieces" });
  pieces.append(less, part("b", String(line.pieces)), more, out);
  const name = part("span", line.name);
  if (line.pieces > 1) name.append(part("small", ` ${money(line.unit)} each`, { className: "muted" }));
  item.append(name, pieces, part("strong", money(line.unit * line.pieces)));
  return item;
}

/* A step by its button; the row is drawn anew, and the hand stays where it was. */
function again(line, by, button) {
  const place = lines.indexOf(line);
  step(line, by);
  one("lines").children[Math.min(place, lines.length - 1)]?.querySelectorAll("button")[button]?.focus();
}

/* ---- what it costs: the server knows ---- */

const isEmpty = () => !lines.length && !field("amount").value.trim();

function ask(told = "") {
  clearTimeout(waiting);
  asked += 1;
  show(one("sums"), "");
  one("total").textContent = "";
  if (isEmpty()) return say(told);
  waiting = setTimeout(() => sum(told, asked), WAIT_MS);
}

async function sum(told, number) {
  let answer, found;
  try {
    answer = await fetch(form.dataset.sumUrl, { method: "POST", body: new FormData(form) });
    found = await answer.json();
  } catch {
    return say(told); /* The line is away. The button still works when it is back: the server prices then. */
  }
  if (number !== asked) return;
  if (answer.ok) {
    const off = found.discount ? `Discount ${money(found.discount)} · ` : "";
    show(one("sums"), `${off}${found.tax ? `${money(found.tax)} tax in it` : "no tax in it"}`);
    one("total").textContent = ` ${money(found.total)}`;
    say(told && `${told}, total ${money(found.total)}`);
  } else if (found.prices) reprice(found);
  else if (lines.length || answer.status !== 400) show(one("warn"), found.no);
}

/* Told once: from now on the lines carry the new prices. */
function reprice({ no, prices, gone }) {
  for (const line of lines) if (line.kind === "item" && prices[line.what]) line.unit = prices[line.what];
  for (const tile of tiles()) {
    if (prices[tile.dataset.item]) {
      tile.dataset.price = prices[tile.dataset.item];
      tile.querySelector("b").textContent = money(prices[tile.dataset.item]);
    }
  }
  lines = lines.filter((line) => line.what !== gone);
  draw();
  show(one("warn"), no);
  if (gone || Object.keys(prices).length) ask();
}

/* ---- items ---- */

const tiles = () => [...document.querySelectorAll("[data-item]")];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function find() {
  const wanted = plain(one("find").value.trim());
  let shown = 0;
  for (const tile of tiles()) {
    tile.hidden = !plain(tile.dataset.name).includes(wanted);
    shown += !tile.hidden;
  }
  one("none").hidden = shown > 0;
}

function mode(name) {
  form.dataset.shown = name;
  for (const button of form.querySelectorAll("[data-mode]"))
    button.setAttribute("aria-pressed", String(button.dataset.mode === name));
}

/* ---- begin ---- */

function restore() {
  for (const { value } of form.querySelectorAll("input[name=line]")) {
    const [kind, what, first, second] = value.split(":");
    if (kind === "typed") {
      const label = form.querySelector(`[name=category][value="${CSS.escape(what)}"]`)?.closest("label");
      lines.push({ kind, what, unit: Number(first), pieces: Number(second), name: label?.textContent.trim().split(" · ")[0] ?? what });
    } else {
      const name = tiles().find((tile) => tile.dataset.item === what)?.dataset.name ?? "Item";
      lines.push({ kind, what, unit: Number(second), pieces: Number(first), name });
    }
  }
  draw();
  ask();
}

function begin() {
  for (const element of document.querySelectorAll("[data-plain]")) element.remove();
  for (const tile of tiles()) tile.firstElementChild.hidden = false;
  one("add").hidden = one("help-open").hidden = false;
  const selling = tiles().length > 0;
  one("modes").hidden = !selling;
  mode(selling && localStorage.getItem("counter-mode") === "items" ? "items" : "keypad");
  form.querySelector(".modes").addEventListener("click", ({ target }) => {
    if (!target.dataset.mode) return;
    mode(target.dataset.mode);
    localStorage.setItem("counter-mode", target.dataset.mode);
  });
  one("tiles")?.addEventListener("click", ({ target }) => {
    const tile = target.closest("[data-item]");
    if (tile) tap(tile);
  });
  one("find")?.addEventListener("input", find);
  one("add").addEventListener("click", addTyped);
  one("undo").addEventListener("click", () => {
    lines.splice(removed.place, 0, removed.line);
    changed(`${removed.line.name} is back`);
  });
  one("help-open").addEventListener("click", () => one("help").showModal());
  one("clear").addEventListener("close", () => one("clear").returnValue === "yes" && clear());
  form.addEventListener("input", ({ target }) => target !== one("find") && ask());
  form.querySelector(".keys").addEventListener("click", () => ask());
  const tip = field("tip_allowed");
  if (localStorage.getItem("counter-tip")) tip.checked = localStorage.getItem("counter-tip") === "yes";
  tip.addEventListener("change", () => localStorage.setItem("counter-tip", tip.checked ? "yes" : "no"));
  restore();
  keys({ form, one, tiles, tap, find, mode, addTyped, isEmpty, clear, hasLines: () => lines.length > 0, step: (by) => step(lines.at(-1), by) });
}

if (form) begin();
