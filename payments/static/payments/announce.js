/* Says each payment aloud, once on this device. Of all open pages of a till one holds the voice (a lock that the
   browser passes on when that page closes); the others listen and forget what it has said. A sentence is never
   cut by the next one: what comes meanwhile waits, and is summed up when it is three or more. What a page could
   not finish because it was left, the next page says in full. */

import { get, ids, put, remember, settings } from "./kept.js";
import { beep, mayBeHeard } from "./sound.js";
import { amountAloud, sentence } from "./spoken.js";
import { canSpeak, chosen, speak } from "./voice.js";

const SAID = "till-said", SAYING = "till-saying";
const STALE_MS = 60_000, MANY = 3;

/* An entry: {kind: paid | other | missed, payments: [{id, minor, currency}], own, at}. own: the order on this page. */
const waiting = [];
let till = "", digits = 2, tag = "en";
let mine = false, asked = false, busy = false;
let heldUp = () => {};

export function begin(page, onBlocked) {
  ({ till, tag } = page);
  digits = Number(page.digits);
  heldUp = onBlocked;
  takeTheVoice();
}

export const wasSaid = (id) => ids(SAID).includes(id);
export const isSaid = (payments) => remember(SAID, payments);

/* The language that is spoken here: this device's own wish, else the branch's. */
export const language = () => settings().language || tag;

export function announce(entry) {
  const now = performance.now();
  while (waiting.length && now - waiting[0].at > STALE_MS) waiting.shift(); /* a listening page never empties it */
  const known = new Set(waiting.flatMap(({ payments }) => payments.map(({ id }) => id)));
  const payments = entry.payments.filter(({ id }) => !known.has(id));
  if (payments.length) waiting.push({ ...entry, payments, at: now });
  work();
}

/* Ask for the voice once this page may sound: a page that nobody has touched would keep it and stay silent. */
export function takeTheVoice() {
  if (asked || !mayBeHeard()) return work();
  asked = true;
  if (!navigator.locks) {
    mine = true; /* not on https: each page speaks for itself */
    return work();
  }
  navigator.locks.request(`till-voice:${till}`, () => {
    mine = true;
    work();
    return new Promise(() => {});
  });
}

async function work() {
  if (busy || !mine || !mayBeHeard()) return;
  busy = true;
  try {
    for (let entry = next(); entry; entry = next()) if (!(await say(entry))) break;
  } finally {
    busy = false;
  }
}

/* What to say next: the order on this page first, then what was missed, then the rest, many as one. */
function next() {
  const { sound, speech } = settings();
  const oldest = performance.now() - STALE_MS;
  for (const entry of waiting) entry.payments = entry.payments.filter(({ id }) => !wasSaid(id));
  const open = waiting.filter(({ payments, at }) => payments.length && at > oldest);
  waiting.length = 0;
  if (!sound && !speech) return null;
  const first = open.find(({ own }) => own) ?? open.find(({ kind }) => kind === "missed") ?? open[0];
  if (!first) return null;
  const like = ({ kind, own, payments }) => kind !== "missed" && !own && payments[0].currency === first.payments[0].currency;
  const many = like(first) ? open.filter(like) : [];
  const taken = many.length >= MANY ? many : [first];
  waiting.push(...open.filter((entry) => !taken.includes(entry)));
  return taken.length === 1 ? first : { kind: "many", payments: taken.flatMap(({ payments }) => payments), at: taken[0].at };
}

/* True when it is done with; false when the browser wants a touch first. */
async function say(entry) {
  const payments = await claim(entry.payments);
  if (!payments.length) return true;
  const kind = entry.kind === "many" && payments.length === 1 ? "paid" : entry.kind;
  const how = await aloud(kind, payments);
  if (how === "blocked") {
    waiting.unshift({ ...entry, payments });
    heldUp();
  } else isSaid(payments.map(({ id }) => id));
  write([]);
  return how !== "blocked";
}

/* Whoever writes a payment down first says it: a poster's payment reaches every till of the branch, and two of
   them may be open on this device. What this till was saying when its last page went was not said to its end. */
async function claim(payments) {
  const take = () => {
    const others = Object.entries(get(SAYING, {})).flatMap(([who, theirs]) => (who === till ? [] : theirs));
    const free = payments.filter(({ id }) => !wasSaid(id) && !others.includes(id));
    write(free.map(({ id }) => id));
    return free;
  };
  return navigator.locks ? navigator.locks.request(SAYING, take) : take();
}

const write = (now) => put(SAYING, { ...get(SAYING, {}), [till]: now });

/* Two tones and a sentence, as far as they are switched on. payments: all in one currency. */
export async function aloud(kind, payments) {
  const { sound, speech, volume } = settings();
  if (sound) beep(volume);
  if (!speech || !canSpeak()) return "said";
  const voice = chosen(language());
  const sum = payments.reduce((total, { minor }) => total + minor, 0);
  const amount = amountAloud(sum, payments[0].currency, digits, voice.tag);
  return speak(sentence(kind, payments.length, amount, voice.tag), voice, volume);
}

addEventListener("storage", ({ key }) => key === "till-settings" && work());
