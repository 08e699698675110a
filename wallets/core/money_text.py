"""Money for people's eyes: grouped and marked as the reader's language does it.

Babel knows how a language groups digits; it is never asked how many decimals a currency has, because its
table differs from ISO 4217. Negative amounts carry the real minus sign (U+2212), which stays with its number.
"""

from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal

from wallets.core.money import exponent, format_minor

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def display(minor: int, currency: str, locale: str = "en") -> str:
    """The bare number in the manner of `locale` ("de", "en_IN"): 1,234.50 (en), 1.234,50 (de), −0,06 (de)."""
    pattern = Locale.parse(locale).decimal_formats[None].pattern
    grouping = pattern.split(";")[0].split(".")[0]
    digits = exponent(currency)
    shape = grouping if digits == 0 else f"{grouping}.{'0' * digits}"
    text = format_decimal(Decimal(format_minor(abs(minor), currency)), format=shape, locale=locale)
    return MINUS + text if minor < 0 else text


def display_with_code(minor: int, currency: str, locale: str = "en") -> str:
    """The same with the code behind it, kept on one line by a no-break space: "1.234,50 EUR"."""
    return f"{display(minor, currency, locale)}{NO_BREAK}{currency}"
