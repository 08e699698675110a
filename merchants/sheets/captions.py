"""The fixed sentences of a printed sheet in the languages we print, English where we have none yet.

They are on paper for years and help against a swapped sticker: short, and plain enough to be
read aloud. The shop's own sentences come with its text (`SheetText`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Captions:
    """check_words: over the two words. caution: what makes a payment true."""

    check_words: str
    caution: str


ENGLISH = Captions(
    check_words="The page you open shows these words too",
    caution="The shop's till must show this payment. Not sure? Ask before you pay.",
)

CAPTIONS = {
    "en": ENGLISH,
    "de": Captions(
        check_words="Die Seite, die sich öffnet, zeigt dieselben Wörter",
        caution="Die Kasse muss diese Zahlung anzeigen. Unsicher? Fragen Sie, bevor Sie zahlen.",
    ),
    "vi": Captions(
        check_words="Trang mở ra cũng hiện hai từ này",
        caution="Quầy thu ngân phải hiện khoản tiền này. Chưa chắc? Hãy hỏi trước khi trả.",
    ),
}


def captions(language: str) -> Captions:
    """By the first part of a BCP 47 tag: "de-AT" is "de"."""
    return CAPTIONS.get(language.split("-")[0].lower(), ENGLISH)
