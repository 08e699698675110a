/* What this device keeps, and nobody else: the till's settings, which payments its pages have shown, and which
   it has said aloud. A browser that keeps nothing (a private window) loses it with the page. */

const memory = new Map();

export function get(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return memory.get(name) ?? otherwise;
  }
}

export function put(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    /* kept in this page only */
  }
}

/* ---- short memories of payment ids: the newest few hundred are enough, an event comes again for 15 seconds ---- */

const MOST = 400;

export const ids = (name) => get(name, []);
export const remember = (name, more) => put(name, [...new Set([...ids(name), ...more])].slice(-MOST));

/* ---- settings ---- */

const SETTINGS = "till-settings";
const FIRST = { sound: true, speech: true, volume: 80, language: "", awake: true };

export const settings = () => ({ ...FIRST, ...get(SETTINGS, {}) });
export const change = (part) => put(SETTINGS, { ...settings(), ...part });
