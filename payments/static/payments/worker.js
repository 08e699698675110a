/* The till's service worker. It keeps one page, "not live", with its styles, and serves it when a page of the till
   cannot be had. It never keeps or serves a page with data: an old till, or an old "paid", would be a lie. */

const KEPT = "not-live-1";
const OFFLINE = "/till/offline/";
const PARTS = [
  "/static/vendor/pico.min.css", "/static/house.css", "/static/payments/offline.js", "/static/icon.svg", "/static/favicon.ico",
];

self.addEventListener("install", (event) => {
  /* Asked for by nobody, so that the page kept is nobody's. */
  const fresh = (path) => new Request(path, { credentials: "omit", cache: "reload" });
  event.waitUntil(
    caches.open(KEPT).then((kept) => kept.addAll([OFFLINE, ...PARTS].map(fresh))).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== KEPT).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const stands = (path) => () => caches.match(path).then((found) => found ?? Response.error());
  if (event.request.mode === "navigate" && event.request.method === "GET") event.respondWith(fetch(event.request).catch(stands(OFFLINE)));
  else if (origin === self.location.origin && PARTS.includes(pathname)) event.respondWith(fetch(event.request).catch(stands(pathname)));
});
