/* Two short tones for a payment. A browser allows sound only after somebody has touched the page, and a
   counter may want quiet: so there is a switch, kept on this device. */

const KEPT = "till-sound";
let audio = null;

const isOn = () => localStorage.getItem(KEPT) === "on";

export function beep() {
  if (!isOn() || audio?.state !== "running") return;
  tone(880, 0);
  tone(1320, 0.14);
}

function tone(hertz, start) {
  const at = audio.currentTime + start;
  const voice = audio.createOscillator(), volume = audio.createGain();
  voice.frequency.value = hertz;
  volume.gain.setValueAtTime(0.25, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
  voice.connect(volume).connect(audio.destination);
  voice.start(at);
  voice.stop(at + 0.25);
}

export function soundButton(button) {
  const show = () => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isOn()));
    button.textContent = !isOn() ? "Sound: off" : audio?.state === "running" ? "Sound: on" : "Sound: tap once to hear it";
  };
  const wake = async () => {
    if (!isOn()) return;
    audio ??= new AudioContext();
    await audio.resume();
    show();
  };
  button.addEventListener("click", async () => {
    localStorage.setItem(KEPT, isOn() && audio?.state === "running" ? "off" : "on");
    await wake();
    show();
    beep();
  });
  for (const gesture of ["pointerup", "keydown"])
    document.addEventListener(gesture, (event) => event.target !== button && wake());
  show();
}
