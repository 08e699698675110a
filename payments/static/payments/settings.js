/* The till's settings on this device: sound, speech, volume, language, a screen that stays on, and a test of all
   that is heard. It says in words what this browser cannot do. */

import { aloud, language, takeTheVoice } from "./announce.js";
import { canStayAwake, stayAwake } from "./awake.js";
import { installable } from "./install.js";
import { change, settings } from "./kept.js";
import { mayBeHeard, onHearing } from "./sound.js";
import { LANGUAGES } from "./spoken.js";
import { canSpeak, chosen, loosen } from "./voice.js";

const one = (name) => document.querySelector(`[data-set-${name}]`);
const nameOf = (code) => LANGUAGES.find(([each]) => each === code.split("-")[0])?.[1] ?? "English";

/* page: what the server says of the till. */
export function settingsPanel(page) {
  const form = document.querySelector("[data-settings]");
  const { sound, speech, volume, language: select, awake } = form.elements;
  select.options[0].textContent = `As the branch: ${nameOf(page.tag)}`;
  for (const [code, name] of LANGUAGES) select.add(new Option(name, code));

  const fill = () => {
    const now = settings();
    [sound.checked, speech.checked, volume.value, select.value, awake.checked] = [now.sound, now.speech, now.volume, now.language, now.awake];
    show(form);
  };
  form.addEventListener("input", () => {
    change({ sound: sound.checked, speech: speech.checked, volume: Number(volume.value), language: select.value, awake: awake.checked });
    stayAwake();
    takeTheVoice();
    show(form);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("storage", ({ key }) => key === "till-settings" && fill());
  one("test").addEventListener("click", () => {
    const digits = Number(page.digits);
    aloud("paid", [{ id: "test", minor: digits ? 12.4 * 10 ** digits : 40_000, currency: page.currency }]);
  });

  onHearing(() => {
    takeTheVoice();
    show(form);
  });
  document.addEventListener("pointerup", () => settings().speech && loosen(), { once: true, capture: true });
  if (canSpeak()) speechSynthesis.addEventListener?.("voiceschanged", () => show(form));
  installable(one("install"), one("byhand"));
  stayAwake();
  form.hidden = false;
  fill();
}

/* The browser wants a touch: say it where the eyes are. */
export function wantsTouch() {
  one("touch").hidden = false;
}

function show(form) {
  const { sound, speech, volume } = settings();
  const loud = (sound || speech) && volume > 0;
  one("touch").hidden = !loud || mayBeHeard();
  one("quiet").hidden = loud;
  one("volume").textContent = `${volume} %`;
  form.elements.awake.disabled = !canStayAwake();
  one("noawake").hidden = canStayAwake();
  one("voice").textContent = voiceWords();
}

function voiceWords() {
  if (!canSpeak()) return "This browser cannot speak. The tones are all that is heard.";
  const wanted = language();
  const { voice, fell } = chosen(wanted);
  if (fell) return `This device has no voice for ${nameOf(wanted)}: amounts are said in English.`;
  return voice ? `Voice: ${voice.name}.` : `This browser names no voice; ${nameOf(wanted)} is asked for. Press Test to hear it.`;
}
