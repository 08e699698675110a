"""What a printed sheet tells the payer to do, in the languages that are read where it hangs.

The sentences are data (`merchants/data/sheet_words.toml`), one block a language. English is always
there, for the visitor.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SheetWords:
    """The fixed sentences of a sheet in one language; the file says what each is for."""

    instruction: str
    note: str
    check_words: str
    caution: str


_TABLE = Path(__file__).parents[1] / "data" / "sheet_words.toml"
SHEET_WORDS = {
    tag: SheetWords(**words) for tag, words in tomllib.loads(_TABLE.read_text(encoding="utf-8")).items()
}

# The first is printed large. By country (ISO 3166-1), or region (ISO 3166-2) where it speaks otherwise.
# A place that is not here gets English alone.
_LANGUAGES = {
    place: tuple(tags.split())
    for place, tags in {
        "AE": "ar", "AT": "de", "BE": "nl fr", "BG": "bg", "BR": "pt-BR", "CA": "en fr", "CA-QC": "fr",
        "CH": "de fr it", "CN": "zh-Hans", "CY": "el tr", "CZ": "cs", "DE": "de", "DK": "da", "EE": "et",
        "ES": "es", "FI": "fi sv", "FR": "fr", "GR": "el", "HK": "zh-Hant", "HR": "hr", "HU": "hu",
        "ID": "id", "IN": "hi", "IT": "it", "JP": "ja", "LT": "lt", "LU": "fr de", "LV": "lv", "MX": "es",
        "MY": "ms", "NL": "nl", "NO": "nb", "PL": "pl", "PT": "pt", "RO": "ro", "RU": "ru", "SE": "sv",
        "SG": "en zh-Hans", "SI": "sl", "SK": "sk", "TH": "th", "TR": "tr", "UA": "uk", "VN": "vi",
    }.items()
}  # fmt: skip


def languages_of(country: str, region: str = "") -> tuple[str, ...]:
    """BCP 47 tags of the languages a sheet is printed in there, first the large one: ("nl", "fr", "en").

    region: ISO 3166-2 code or "".
    """
    local = _LANGUAGES.get(region) or _LANGUAGES.get(country, ())
    return tuple(dict.fromkeys((*local, "en")))


# How Chinese is written there; simplified elsewhere.
_CHINESE = {"hk": "zh-hant", "mo": "zh-hant", "tw": "zh-hant"}
_BY_TAG = {tag.lower(): words for tag, words in SHEET_WORDS.items()}


def sheet_words(language: str) -> SheetWords:
    """By a BCP 47 tag: "de-AT" is "de", "zh-HK" traditional Chinese; English where we have none yet."""
    tag = language.lower()
    first, last = tag.split("-")[0], tag.split("-")[-1]
    if first == "zh" and tag not in _BY_TAG:
        tag = _CHINESE.get(last, "zh-hant" if "hant" in tag else "zh-hans")
    return _BY_TAG.get(tag) or _BY_TAG.get(first) or SHEET_WORDS["en"]


def language_of(country: str, region: str = "") -> str:
    """BCP 47 tag of the language a sheet there is printed in first."""
    return languages_of(country, region)[0]


def instruction(country: str, region: str = "") -> tuple[str, ...]:
    """The sentence in each of the branch's languages, English among them."""
    return tuple(sheet_words(tag).instruction for tag in languages_of(country, region))


def code_note(country: str, region: str = "", *, host: str) -> str:
    """What happens when the code is scanned. host: "pay.example.com"."""
    return sheet_words(language_of(country, region)).note.format(host=host)
