"""In which language a till says what was paid, by the country of its branch.

The sentences are with the till's scripts (`payments/static/payments/spoken.js`); a device may choose another
of their languages. Where the first language of a printed sheet is none of them, English is heard.
"""

from merchants.core.instructions import language_of

SPOKEN = frozenset({"ar", "de", "en", "es", "fr", "hi", "ja", "th", "vi", "zh"})


def speech_tag(country: str, region: str = "") -> str:
    """BCP 47 tag with the country, so that a device takes the voice of the place: "de-AT", "es-MX".

    region: ISO 3166-2 code or "".
    """
    language = language_of(country, region).partition("-")[0]
    return f"{language if language in SPOKEN else 'en'}-{country}"
