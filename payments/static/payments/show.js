/* A customer's code: drawn by the server, counted down here, renewed while somebody can see it. Out of sight it
   is dead. Each second the page asks what became of it, and goes where the answer leads. */

const box = document.querySelector("[data-show]");
const place = box.querySelector("[data-code]");
const form = box.querySelector("[data-renew]");
const button = form.querySelector("button");
const say = box.querySelector("[data-say]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const ASK_MS = 1000;

let endsAt = 0;
let shown = null;
let working = false;

const post = (url, more = {}) =>
  fetch(url, { method: "POST", headers: { "X-CSRFToken": token, Accept: "text/x-piece" }, ...more });

async function renew() {
  if (working || document.hidden) return;
  working = true;
  try {
    const answer = await post(box.dataset.codeUrl);
    if (answer.status === 409 || answer.redirected) return location.reload(); /* the PIN is asked again */
    if (!answer.ok) throw new Error(answer.statusText);
    take(await answer.text());
  } catch {
    put("");
    say.textContent = "No line. The code comes when it is back.";
  } finally {
    working = false;
  }
}

function put(html) {
  place.innerHTML = html;
  shown = place.querySelector("[data-fresh]");
}

function take(html) {
  put(html);
  begin();
  say.textContent = "A new code is shown.";
}

function begin() {
  button.textContent = button.dataset.again;
  button.className = "outline";
  endsAt = performance.now() + Number(shown.dataset.left) * 1000;
}

function hide() {
  if (!shown) return;
  post(shown.dataset.hideUrl, { keepalive: true }).catch(() => {});
  put("");
}

async function ask() {
  const asked = shown;
  if (!asked) return;
  try {
    const answer = await fetch(asked.dataset.stateUrl);
    if (!answer.ok || answer.redirected) return;
    const { outcome, to } = await answer.json();
    if (shown !== asked) return;
    if (to) location.assign(to);
    else if (outcome !== "shown") {
      put("");
      renew();
    }
  } catch {
    /* The line is away: the countdown goes on, the next second asks again. */
  }
}

function tick() {
  if (document.hidden) return;
  if (!shown) return renew();
  const seconds = Math.ceil((endsAt - performance.now()) / 1000);
  const clock = shown.querySelector("[data-clock]");
  clock.textContent = `for ${Math.max(seconds, 0)} seconds`;
  if (seconds <= 0) renew();
  else ask();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  renew();
});
document.addEventListener("visibilitychange", () => (document.hidden ? hide() : renew()));
addEventListener("pagehide", hide);

put(place.innerHTML);
if (shown) begin();
tick();
setInterval(tick, ASK_MS);
navigator.wakeLock?.request("screen").catch(() => {});
