"""A till's device in Chromium, with ears: what its pages say and sound is written down, not heard.

Each page tells of its speech and tones by the console, so that a page which is left or closed loses nothing
of what it said before.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESK = {"width": 1280, "height": 800}
# A voice that takes 250 ms for a sentence, and tones that only count. `VOICES` are this device's languages.
EARS = """
(() => {
  const tell = (what, text) => console.log(`ear ${what} ${text}`);
  const queue = [];
  const synth = Object.assign(new EventTarget(), {
    speaking: false, pending: false,
    getVoices: () => VOICES.map((lang) => ({ lang, name: `Voice ${lang}`, localService: true })),
    speak(words) {
      if (!words.text.trim()) return;
      queue.push(words);
      if (queue.length === 1) synth.run();
    },
    run() {
      const [words] = queue;
      synth.speaking = true;
      tell("begins", `${words.lang} ${words.volume} ${words.text}`);
      setTimeout(() => {
        tell("said", words.text);
        queue.shift();
        synth.speaking = queue.length > 0;
        words.dispatchEvent(new Event("end"));
        if (queue.length) synth.run();
      }, LONG_MS);
    },
    cancel() { tell("cut", ""); queue.length = 0; },
  });
  Object.defineProperty(window, "speechSynthesis", { value: synth });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class extends EventTarget {
    constructor(text) { super(); this.text = text; }
    set onend(heard) { this.addEventListener("end", heard); }
    set onerror(heard) { this.addEventListener("error", heard); }
  } });
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    tell("tone", this.frequency.value);
    return start.call(this, at);
  };
})();
"""
# A device whose clock is wrong by SHIFT_MS.
WRONG_CLOCK = """
(() => {
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + SHIFT_MS); }
    static now() { return Right.now() + SHIFT_MS; }
  };
})();
"""


@dataclass
class Device:
    """One browser context: the tabs of one device."""

    context: "BrowserContext"
    ears: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, path: str, *, touch: bool = True) -> "Page":
        """A tab; touched, so that the browser lets it sound, and listening."""
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(path)
        live(page)
        if touch:
            page.locator(".proof").click()
        return page

    def _hear(self, message: Any) -> None:
        text = message.text
        if text.startswith("ear "):
            self.ears.append(text[4:])
        elif "Content Security Policy" in text:
            self.faults.append(text)

    @property
    def said(self) -> list[str]:
        """Sentences that were said to their end."""
        return [each[5:] for each in self.ears if each.startswith("said ")]

    @property
    def began(self) -> list[str]:
        return [each.split(" ", 3)[3] for each in self.ears if each.startswith("begins ")]

    @property
    def tones(self) -> int:
        return sum(each.startswith("tone ") for each in self.ears)


def device(
    browser: "Browser",
    url: str,
    key: str,
    *,
    voices: tuple[str, ...] = ("de-DE", "en-US"),
    long_ms: int = 250,
    shift_ms: int = 0,
    **options: Any,
) -> Device:
    """A device of somebody who is signed in by the session `key`."""
    context = browser.new_context(base_url=url, **{"viewport": DESK, **options})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])
    context.add_init_script(EARS.replace("VOICES", str(list(voices))).replace("LONG_MS", str(long_ms)))
    if shift_ms:
        context.add_init_script(WRONG_CLOCK.replace("SHIFT_MS", str(shift_ms)))
    return Device(context)


def live(page: "Page") -> None:
    page.locator("[data-line]", has_text="live").and_(page.locator(":not(.off)")).wait_for()


def until(page: "Page", happened: Any, *, seconds: float = 6) -> None:
    """Let the page run until `happened()`; the assertion after it says what is missing."""
    for _ in range(int(seconds * 20)):
        if happened():
            return
        page.wait_for_timeout(50)
