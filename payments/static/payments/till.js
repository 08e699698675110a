/* A till listens: events by a live line, by asking every two seconds while the line is lost.
   Whatever comes twice, late or by both ways says nothing new the second time. The server draws the list;
   this module only decides when to fetch it, what to say aloud, and when to be honest about the line. */

import { beep, soundButton } from "./sound.js";

const SILENCE_MS = 25_000, POLL_MS = 2_000, RECONNECT_MS = 5_000, NEXT_MS = 8_000, GREEN_MS = 20_000;
const KINDS = ["payment.promised", "payment.settled", "refund.posted"];

const one = (name) => document.querySelector(`[data-${name}]`);
const page = one("events").dataset;
const list = one("list");
const lang = document.documentElement.lang || "en";

/* payment -> how far it is: 0 promised, 1 settled, 1 + what was refunded. Only ever grows. */
const known = new Map();
let after = page.after;
let source = null;
let heardAt = performance.now();
let lost = false;
let polling = false;
let drawing = null;

/* ---- what an event says ---- */

function take(kind, id, payload) {
  if (id > after) after = id;
  const progress = payload.state === "promised" ? 0 : 1 + payload.refunded_minor;
  if (progress <= (known.get(payload.payment) ?? -1)) return;
  const isNew = !known.has(payload.payment);
  known.set(payload.payment, progress);
  if (kind === "refund.posted") say(`Refunded ${spoken(payload.refunded_minor, payload.currency)}`);
  else if (isNew) paid(payload);
  draw();
}

function paid(payload) {
  beep();
  say(`Paid ${spoken(payload.total_minor, payload.currency)}`);
  if (!page.code || payload.code !== page.code) return;
  page.code = "";
  one("paid-amount").textContent = plain(payload.total_minor);
  one("receipt").href = `${page.payments}${payload.payment}/receipt`;
  one("paid").hidden = false;
  one("open").hidden = true;
  one("paid").scrollIntoView({ block: "center" });
  setTimeout(() => location.assign(page.home), NEXT_MS);
}

const units = (minor) => minor / 10 ** Number(page.digits);
const plain = (minor) =>
  units(minor).toLocaleString(lang, { minimumFractionDigits: Number(page.digits) });
const spoken = (minor, currency) =>
  units(minor).toLocaleString(lang, { style: "currency", currency, currencyDisplay: "name" });

function say(text) {
  one("say").textContent = text;
}

/* ---- the list, drawn by the server ---- */

function remember() {
  for (const row of list.querySelectorAll("[data-payment]")) {
    const progress = Number(row.dataset.progress);
    known.set(row.dataset.payment, Math.max(progress, known.get(row.dataset.payment) ?? -1));
  }
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
      fade();
    })
    .catch(() => setTimeout(draw, POLL_MS))
    .finally(() => {
      const again = drawing.again;
      drawing = null;
      if (again) draw();
    });
}

/* The green screen goes after a while; the list keeps the payment. */
let fading = 0;
function fade() {
  clearTimeout(fading);
  fading = setTimeout(() => one("fresh")?.remove(), GREEN_MS);
}

/* ---- the line ---- */

function connect() {
  source?.close();
  source = new EventSource(`${page.events}?after=${after}`);
  source.addEventListener("open", heard);
  source.addEventListener("beat", heard);
  source.addEventListener("ended", () => location.reload());
  source.addEventListener("error", silent);
  for (const kind of KINDS)
    source.addEventListener(kind, (event) => {
      heard();
      take(kind, event.lastEventId, JSON.parse(event.data));
    });
}

function heard() {
  heardAt = performance.now();
  lost = false;
  show();
}

function silent() {
  source?.close();
  source = null;
  if (lost) return;
  lost = true;
  one("since").textContent = new Date().toLocaleTimeString(lang);
  show();
  poll();
}

function show() {
  const pill = one("line");
  pill.hidden = false;
  pill.classList.toggle("off", lost);
  pill.textContent = lost ? "not live" : "live";
  one("notlive").hidden = !lost;
}

async function poll() {
  if (polling) return;
  polling = true;
  while (lost) {
    try {
      const answer = await fetch(`${page.poll}?after=${after}`);
      if (answer.status === 403 || answer.status === 404) location.reload();
      const { events } = await answer.json();
      for (const { kind, id, payload } of events) take(kind, id, payload);
    } catch {
      /* The server is away too: the banner stays, the next round asks again. */
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
  polling = false;
}

/* ---- the clock of an order's code ---- */

const left = one("left");
const endsAt = performance.now() + Number(left?.dataset.left ?? 0) * 1000;

function countDown() {
  if (!left || !page.code) return;
  const seconds = Math.max(Math.ceil((endsAt - performance.now()) / 1000), 0);
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
  if (seconds === 0) {
    page.code = "";
    location.reload(); /* the server knows: run out, or kept alive for somebody who is topping up */
  }
}

remember();
fade();
soundButton(one("sound"));
connect();
countDown();
setInterval(() => {
  countDown();
  if (performance.now() - heardAt > SILENCE_MS) silent();
}, 1000);
setInterval(() => lost && connect(), RECONNECT_MS);
