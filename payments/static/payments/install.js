/* The till as an app of this device: a button where the browser offers it. The service worker behind it keeps
   one page, which says that there is no line. */

export function installable(button, words) {
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone) words.hidden = true;
  addEventListener("beforeinstallprompt", (offer) => {
    offer.preventDefault();
    button.hidden = false;
    button.onclick = () => {
      button.hidden = true;
      offer.prompt();
    };
  });
  addEventListener("appinstalled", () => (button.hidden = words.hidden = true));
  navigator.serviceWorker?.register("/till/worker.js", { scope: "/till/", updateViaCache: "none" }).catch(() => {});
}
