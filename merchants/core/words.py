"""Two plain words for a random id, so that two people can compare it by eye and by voice.

On paper they are English for ever: the sheet and the payer's page show the same two for years, and
a sticker pasted over a sheet shows others. Where both sides are screens they are in the language of
the place. A list is never changed once shown: a test pins the checksum of each.
"""

from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from merchants.core.instructions import language_of

_DATA = Path(__file__).parents[1] / "data"


def _columns(name: str, separator: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first and the second words of a file, 256 each: one byte chooses one word."""
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(separator) for line in lines]
    assert len(pairs) == 256 and all(len(pair) == 2 for pair in pairs), name
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


FIRST, SECOND = _columns("check_words.txt", " ")

# By language, the first words and the second. A tab parts them: Vietnamese words hold a space.
WORDS = MappingProxyType(
    {"en": (FIRST, SECOND)}
    | {
        language: _columns(f"check_words.{language}.txt", "\t")
        for language in ("de", "es", "fr", "it", "nl", "pl", "pt", "tr", "vi", "zh")
    }
)


def words_of(code_id: UUID, language: str = "en") -> tuple[str, str]:
    """Two words, e.g. ("amber", "violin"): one of 65,536 pairs, equal for equal ids.

    language: a BCP 47 tag ("de", "de-AT"); its first part chooses the list, English where there is none.
    A help for the eye and no proof: two ids may share their words; the signature is the proof.
    Hashed first, because a time-ordered id has its first bytes in common with its neighbours.
    """
    tag = language.lower()
    # The Chinese list is written in simplified characters.
    first, second = WORDS.get("en" if tag == "zh-hant" else tag.split("-")[0], WORDS["en"])
    digest = sha256(b"quittance check words" + code_id.bytes).digest()
    return first[digest[0]], second[digest[1]]


def words_on_screen(code_id: UUID, country: str, region: str = "") -> str:
    """The two words as one text, in the language of the branch's place: "Ampel Giraffe".

    Only where both sides are screens: a one-time code, a scan, its payment. What is printed takes
    words_of(code_id), and so does the page that is compared with paper.
    """
    return " ".join(words_of(code_id, language_of(country, region)))
