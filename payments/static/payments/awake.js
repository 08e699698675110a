/* Keeps the till's screen on while its page is to be seen. The browser takes the wish back whenever the page is
   hidden, so it is asked again; where it cannot be had, the settings say so. */

import { settings } from "./kept.js";

let lock = null;

export const canStayAwake = () => "wakeLock" in navigator;

export async function stayAwake() {
  if (!canStayAwake()) return;
  const wanted = settings().awake && document.visibilityState === "visible";
  if (!wanted) {
    await lock?.release();
    lock = null;
  } else if (!lock || lock.released) lock = await navigator.wakeLock.request("screen").catch(() => null);
}

document.addEventListener("visibilitychange", stayAwake);
