/* A voice of this device that says a sentence to its end. Which one: of the branch's language and country, then
   of the language, one that lives on the device before one that needs the net. Without any, English words. */

const LONGEST_MS = 30_000, DEAF_MS = 4_000;

export const canSpeak = () => "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;

/* voices, "de-AT" -> {voice or null, tag to speak and to word the sentence in, fell: true where it became English}. */
export function pick(voices, tag) {
  const found = best(voices, tag);
  /* Some browsers list no voices and speak all the same. */
  if (found || voices.length === 0) return { voice: found, tag, fell: false };
  return { voice: best(voices, "en-US"), tag: "en", fell: !tag.startsWith("en") };
}

function best(voices, tag) {
  const wanted = tag.toLowerCase();
  const langOf = (voice) => voice.lang.replaceAll("_", "-").toLowerCase();
  const rank = (voice) =>
    (langOf(voice) === wanted ? 4 : 0) + (voice.localService ? 2 : 0) + (voice.default ? 1 : 0);
  return (
    voices
      .filter((voice) => langOf(voice).split("-")[0] === wanted.split("-")[0])
      .sort((one, other) => rank(other) - rank(one))[0] ?? null
  );
}

export const chosen = (tag) => pick(canSpeak() ? speechSynthesis.getVoices() : [], tag);

let held = null; /* a browser may forget an utterance that nobody holds, and its end with it */

/* Some phones let a page speak only if its first word came with a touch: this one is silent. */
export function loosen() {
  if (canSpeak()) speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(" "), { volume: 0 }));
}

/* Ends when the sentence has been said: "said", "blocked" (the browser wants a touch first) or "failed". */
export function speak(text, { voice, tag }, volume) {
  return new Promise((resolve) => {
    const words = (held = new SpeechSynthesisUtterance(text));
    const began = performance.now();
    const done = (how) => {
      clearInterval(watch);
      held = null;
      resolve(how);
    };
    const watch = setInterval(() => {
      const took = performance.now() - began;
      if (took > LONGEST_MS || (took > DEAF_MS && !speechSynthesis.speaking)) done("failed");
    }, 500);
    words.lang = voice?.lang ?? tag;
    if (voice) words.voice = voice;
    words.volume = volume / 100;
    words.onend = () => done("said");
    words.onerror = ({ error }) => done(error === "not-allowed" ? "blocked" : "failed");
    speechSynthesis.speak(words);
  });
}
