"""What a printed sheet tells the payer to do, in the languages that are read where it hangs.

The sheet's other fixed sentences are with the sheets (`merchants/sheets/captions.py`), in the same
languages. English is always there, for the visitor.
"""

_LANGUAGE = {"AT": "de", "CH": "de", "DE": "de", "VN": "vi"}

_INSTRUCTION = {
    "en": "Scan with your phone's camera and pay",
    "de": "Mit der Handykamera scannen und bezahlen",
    "vi": "Quét bằng máy ảnh điện thoại để thanh toán",
}
_NOTE = {
    "en": "Opens {host}. No app needed.",
    "de": "Öffnet {host}. Keine App nötig.",
    "vi": "Mở trang {host}. Không cần ứng dụng.",
}


def language_of(country: str) -> str:
    """BCP 47 tag of the language a sheet there is printed in first."""
    return _LANGUAGE.get(country, "en")


def instruction(country: str) -> tuple[str, ...]:
    """The sentence in the branch's language, then in English."""
    return tuple(dict.fromkeys((_INSTRUCTION[language_of(country)], _INSTRUCTION["en"])))


def code_note(country: str, host: str) -> str:
    """What happens when the code is scanned. host: "pay.example.com"."""
    return _NOTE[language_of(country)].format(host=host)
