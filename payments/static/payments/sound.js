/* Two tones for a payment, and whether this browser lets a page sound at all: it does so only after somebody has
   touched the page. What is asked for before that is not heard, so the till says so in words. */

const APART = 0.45;
let audio = null;
let last = -1;

const speaker = () => (audio ??= new AudioContext());

/* True where a page may sound now. Speech follows the same rule of the browser. */
export const mayBeHeard = () => speaker().state === "running";

/* Call `ready` when the browser begins to let us sound, and when it stops. */
export function onHearing(ready) {
  speaker().addEventListener("statechange", ready);
  for (const gesture of ["pointerup", "keydown", "touchend"])
    document.addEventListener(gesture, () => mayBeHeard() || speaker().resume(), { passive: true, capture: true });
}

/* volume: 0 to 100. Payments in the same moment share one pair of tones. */
export function beep(volume) {
  if (!mayBeHeard() || !volume) return;
  const now = audio.currentTime;
  if (last >= 0 && now - last < APART) return;
  last = now;
  tone(880, now, volume);
  tone(1320, now + 0.14, volume);
}

function tone(hertz, at, volume) {
  const voice = audio.createOscillator(), loudness = audio.createGain();
  voice.frequency.value = hertz;
  loudness.gain.setValueAtTime(0.5 * (volume / 100) ** 2, at);
  loudness.gain.exponentialRampToValueAtTime(0.0005, at + 0.3);
  voice.connect(loudness).connect(audio.destination);
  voice.start(at);
  voice.stop(at + 0.3);
}
