/* The line to the service: events as they happen, and by asking every two seconds while the line is lost.
   Time is the service's: each sign of life brings it, and this device's clock is never read for it. So a till
   whose clock is an hour wrong, or that slept with its lid closed, knows what is fresh and what it missed. */

const SILENCE_MS = 25_000, POLL_MS = 2_000, RECONNECT_MS = 5_000, SLEPT_MS = 5_000;
/* An event this old when it comes was missed; after a break, one this much younger too. */
const OLD_MS = 20_000, BREAK_MS = 5_000;
const KINDS = ["payment.promised", "payment.settled", "refund.posted", "scan.changed", "order.changed"];

let page, tell, show;
let after = "";
let source = null;
/* lost: no line; away: nothing heard at all since; deaf: not even an answer. */
let lost = true, away = true, deaf = false, polling = false;
let heardAt = performance.now();
let ahead = 0; /* the service's clock, in ms, less ours since the page began */
let backAt = 0; /* the service's time when it was last heard again */

export const serviceTime = () => performance.now() + ahead;
/* An event's id begins with the millisecond it was made in. */
const madeAt = (id) => parseInt(id.replaceAll("-", "").slice(0, 12), 16);

/* at: {events, poll, after, now}; onEvent({kind, id, payload, age, missed}); onState({lost, deaf}) at each change;
   onSlept() when the device has slept. */
export function listen(at, onEvent, onState, onSlept) {
  [page, tell, show, after] = [at, onEvent, onState, at.after];
  ahead = Number(at.now) - performance.now();
  connect();
  let ticked = [performance.now(), wallClock()];
  setInterval(() => {
    const [was, wasWall] = ticked;
    ticked = [performance.now(), wallClock()];
    /* In a sleep, either of the two clocks may have stood still; a clock that is put right looks the same, and
       costs no more than a new line. */
    const between = ticked[0] - was, wall = ticked[1] - wasWall;
    if (Math.abs(wall - between) > SLEPT_MS) {
      silent();
      onSlept();
    } else if (!polling && performance.now() - heardAt > SILENCE_MS) silent();
  }, 1000);
  setInterval(() => lost && connect(), RECONNECT_MS);
  addEventListener("online", () => lost && connect());
  addEventListener("offline", silent);
}

/* Only ever compared with itself. */
const wallClock = () => Date.now();

function connect() {
  source?.close();
  source = new EventSource(`${page.events}?after=${after}`);
  source.addEventListener("beat", ({ data }) => {
    heard(JSON.parse(data).at);
    if (lost) {
      lost = false;
      show({ lost, deaf });
    }
  });
  source.addEventListener("ended", () => location.reload());
  source.addEventListener("error", silent);
  for (const kind of KINDS)
    source.addEventListener(kind, ({ lastEventId, data }) => {
      heardAt = performance.now();
      take(kind, lastEventId, JSON.parse(data));
    });
}

/* A sign of life, with the service's time. */
function heard(now) {
  heardAt = performance.now();
  ahead = now - heardAt;
  if (away) backAt = now;
  if (deaf) show({ lost, deaf: (deaf = false) });
  away = false;
}

function take(kind, id, payload) {
  if (id > after) after = id;
  const age = serviceTime() - madeAt(id);
  const missed = age > OLD_MS || (age > BREAK_MS && madeAt(id) < backAt);
  tell({ kind, id, payload, age, missed });
}

function silent() {
  source?.close();
  source = null;
  away = true;
  lost = true;
  show({ lost, deaf });
  poll();
}

async function poll() {
  if (polling) return;
  polling = true;
  while (lost) {
    try {
      const answer = await fetch(`${page.poll}?after=${after}`);
      if (answer.status === 403 || answer.status === 404) location.reload();
      const { events, now } = await answer.json();
      heard(now);
      for (const { kind, id, payload } of events) take(kind, id, payload);
    } catch {
      /* The service is away too: say so, the next round asks again. */
      away = true;
      if (!deaf) show({ lost, deaf: (deaf = true) });
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
  polling = false;
}
