/* A till listens. Whatever comes twice, late or by both ways says nothing new the second time. The server draws
   the list; this module decides when to fetch it, what becomes green, what is said aloud, and is honest about
   the line. What happened while one page gave way to the next is heard too: the next page begins where the
   last one on this device stopped. */

import { announce, begin, isSaid, wasSaid } from "./announce.js";
import { fillWords, showGreen } from "./green.js";
import { get, ids, put, remember } from "./kept.js";
import { listen, serviceTime } from "./line.js";
import { settingsPanel, wantsTouch } from "./settings.js";
import { amountAloud } from "./spoken.js";
import { collect, handOver } from "./typed.js";

const POLL_MS = 2_000, GREEN_MS = 20_000, TOGETHER_MS = 700, SAME_SITTING_MS = 600_000;
const SEEN = "till-seen";

const one = (name) => document.querySelector(`[data-${name}]`);
const page = one("events").dataset;
const list = one("list");
const lang = document.documentElement.lang || "en";
const isCodePage = page.here === "code";

/* payment -> how far the drawn list is: 0 promised, 1 settled, 1 + what was refunded. Only ever grows. */
const drawn = new Map();
let seen = new Set();
let drawing = null;

/* ---- where to begin ---- */

const heardKey = `till-heard:${page.till}`;

/* Where the last page on this device stopped, if that was in this sitting; else with what is to be seen now. */
function firstAfter() {
  const rows = [...list.querySelectorAll("[data-payment]")].map(({ dataset }) => dataset.payment);
  const last = get(heardKey, null);
  const goesOn = last && Number(page.now) - last.at < SAME_SITTING_MS;
  if (!goesOn) {
    remember(SEEN, rows);
    isSaid(rows);
  }
  seen = new Set(ids(SEEN));
  return goesOn && last.after < page.after ? last.after : page.after;
}

const stoppedHere = (after) => put(heardKey, { after, at: Math.round(serviceTime()) });

/* ---- what an event says ---- */

let newest = "", after = "";

function take({ kind, id, payload, age, missed }) {
  if (id > newest) stoppedHere((newest = id));
  if (kind.endsWith(".changed")) return draw(); /* somebody scanned, an order moved: nothing to say aloud */
  const progress = payload.state === "promised" ? 0 : 1 + payload.refunded_minor;
  if (progress > (drawn.get(payload.payment) ?? -1)) {
    drawn.set(payload.payment, progress);
    if (kind === "refund.posted") say(`Refunded ${aloud(payload.refunded_minor, payload.currency)}`);
    draw();
  }
  /* The last seconds before this page began come again: what is old among them is an earlier page's business. */
  if (kind === "payment.promised" && !(missed && id <= after)) paid(payload, age, missed);
}

function paid(payload, age, missed) {
  const own = page.code !== "" && payload.code === page.code;
  const isNew = !seen.has(payload.payment);
  seen.add(payload.payment);
  remember(SEEN, [payload.payment]);
  const payment = { id: payload.payment, minor: payload.total_minor, currency: payload.currency };
  if (own) ownPaid(payment);
  else if (isNew && !isCodePage && age < GREEN_MS) showGreen(onGreen(payment));
  if (isNew || own) say(`Paid ${aloud(payment.minor, payment.currency)}`);
  if (wasSaid(payment.id)) return;
  if (missed && !own) isNew && whileAway(payment);
  else announce({ kind: own || !isCodePage ? "paid" : "other", payments: [payment], own });
}

/* The order on this page is paid: green, and then the keypad for the next customer. */
function ownPaid(payment) {
  page.code = "";
  one("open").hidden = true;
  showGreen({ ...onGreen(payment), words: page.words }, toKeypad);
}

/* Paid while this page was on its way. */
function paidAlready() {
  if (page.paid) showGreen({ payment: "", amount: page.paid, currency: page.currency, words: page.words }, toKeypad);
}

function toKeypad() {
  collect();
  location.assign(page.home);
}

const onGreen = ({ id, minor, currency }) =>
  ({ payment: id, amount: plain(minor), currency, receipt: `${page.payments}${id}/receipt` });

/* ---- what was missed: one sentence for all of it ---- */

let missed = [], together = 0;

function whileAway(payment) {
  missed.push(payment);
  clearTimeout(together);
  together = setTimeout(() => {
    const all = missed;
    missed = [];
    for (const currency of new Set(all.map((each) => each.currency))) {
      const payments = all.filter((each) => each.currency === currency);
      const sum = payments.reduce((total, { minor }) => total + minor, 0);
      const many = payments.length === 1 ? "One payment" : `${payments.length} payments`;
      one("missed").textContent = `${many} while the line was away: ${plain(sum)} ${currency}. See the list.`;
      one("missed").hidden = false;
      announce({ kind: "missed", payments });
    }
  }, TOGETHER_MS);
}

/* ---- words and figures ---- */

const plain = (minor) =>
  (minor / 10 ** Number(page.digits)).toLocaleString(lang, {
    minimumFractionDigits: Number(page.digits), maximumFractionDigits: Number(page.digits),
  });
const aloud = (minor, currency) => amountAloud(minor, currency, Number(page.digits), lang);

function say(text) {
  one("say").textContent = text;
}

/* ---- the list, drawn by the server ---- */

function rememberRows() {
  for (const { dataset } of list.querySelectorAll("[data-payment]"))
    drawn.set(dataset.payment, Math.max(Number(dataset.progress), drawn.get(dataset.payment) ?? -1));
}

/* Fetch at most one list at a time; what happens meanwhile is drawn by one more. */
function draw() {
  if (drawing) {
    drawing.again = true;
    return;
  }
  drawing = { again: false };
  fetch(page.listUrl)
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer)))
    .then((html) => {
      const old = new Map([...list.querySelectorAll("[data-payment]")].map((row) => [row.dataset.payment, row.dataset.progress]));
      list.innerHTML = html;
      for (const row of list.querySelectorAll("[data-payment]"))
        row.classList.toggle("new", old.get(row.dataset.payment) !== row.dataset.progress);
      fillWords((id) => list.querySelector(`[data-payment="${id}"]`)?.dataset.words);
    })
    .catch(() => setTimeout(draw, POLL_MS))
    .finally(() => {
      const again = drawing.again;
      drawing = null;
      if (again) draw();
    });
}

/* ---- how the line is ---- */

function showLine({ lost, deaf }) {
  const pill = one("line");
  pill.hidden = false;
  pill.classList.toggle("off", lost);
  pill.textContent = lost ? "not live" : "live";
  if (lost && one("notlive").hidden)
    one("since").textContent = new Date(serviceTime()).toLocaleTimeString(lang, {
      timeZone: page.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
  one("notlive").hidden = !lost;
  one("asking").hidden = deaf;
  one("deaf").hidden = !deaf;
}

/* ---- the clock of an order's code ---- */

const left = one("left");
const endsAt = performance.now() + Number(left?.dataset.left ?? 0) * 1000;

function countDown() {
  if (!left || !page.code) return;
  const seconds = Math.max(Math.ceil((endsAt - performance.now()) / 1000), 0);
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
  if (seconds === 0) askAnew();
}

/* The server knows: run out, paid, or kept alive for somebody who is topping up. */
function askAnew() {
  if (!page.code) return;
  page.code = "";
  location.reload();
}

rememberRows();
after = firstAfter();
handOver();
paidAlready();
begin(page, wantsTouch);
settingsPanel(page);
listen({ ...page, after }, take, showLine, askAnew);
countDown();
setInterval(countDown, 1000);
setInterval(() => !one("line").classList.contains("off") && stoppedHere(newest || after), 10_000);
stoppedHere(after);
addEventListener("pagehide", () => stoppedHere(newest || after));
