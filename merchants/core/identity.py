"""What a business calls itself: its names, cleaned, and its tax number, checked as far as it can be.

Names are shown to payers before they pay, so nothing that can turn, hide or break a line of text gets
in. Tax numbers are checked with python-stdnum, by the country's own check digits; where it has no
rule the number is taken by its shape and marked "not checked".
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import cast

from stdnum import get_cc_module
from stdnum.ch import uid as ch_uid
from stdnum.de import stnr as de_stnr
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as fr_siret
from stdnum.no import orgnr as no_orgnr
from stdnum.us import ein as us_ein

from base.core.errors import Refused

TRADE_NAME_MAX, LEGAL_NAME_MAX = 60, 120

_EU_PREFIX = {
    "AT": "AT", "BE": "BE", "BG": "BG", "CY": "CY", "CZ": "CZ", "DE": "DE", "DK": "DK", "EE": "EE",
    "ES": "ES", "FI": "FI", "FR": "FR", "GR": "EL", "HR": "HR", "HU": "HU", "IE": "IE", "IT": "IT",
    "LT": "LT", "LU": "LU", "LV": "LV", "MT": "MT", "NL": "NL", "PL": "PL", "PT": "PT", "RO": "RO",
    "SE": "SE", "SI": "SI", "SK": "SK",
}  # fmt: skip
# What the number is called where it is issued; "Tax number" elsewhere.
_LABELS = {
    "AU": "ABN", "BR": "CNPJ", "CA": "Business number", "CH": "UID", "IN": "GSTIN", "MX": "RFC",
    "NO": "Org.nr.", "NZ": "IRD number", "SG": "UEN", "TR": "VKN", "US": "EIN", "VN": "MST",
}  # fmt: skip
# A small shop may have only the number of its local tax office or register, without a VAT number.
_SECOND: dict[str, ModuleType] = {"CH": ch_uid, "DE": de_stnr, "FR": fr_siret, "NO": no_orgnr}
_SHAPE = re.compile(r"(?=(?:.*[0-9]){4})[A-Z0-9][A-Z0-9 ./-]{3,28}[A-Z0-9]", re.ASCII)
# Joiners are needed to write Persian, Hindi and other scripts; all other format characters only hide things.
_JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """A tax number in its one normal form. checked: its check digits were verified; label: its local name."""

    text: str
    checked: bool
    label: str


def clean_name(text: str, *, limit: int, field: str) -> str:
    """A name as it will be shown: composed (NFC), white space folded, at most `limit` characters.

    Refused: name_invalid (400) for bidi controls, control, invisible and unassigned characters, and for a
    name without any letter or digit; name_too_long (400); name_missing (400). `field` names the input.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if not folded:
        raise Refused("name_missing", "Please fill this in.", field=field)
    if len(folded) > limit:
        raise Refused("name_too_long", f"At most {limit} characters, please.", field=field)
    strange = sorted({c for c in folded if unicodedata.category(c)[0] == "C" and c not in _JOINERS})
    if strange:
        names = ", ".join(unicodedata.name(c, f"U+{ord(c):04X}").lower() for c in strange[:3])
        raise Refused("name_invalid", f"This holds characters that cannot be seen ({names}).", field=field)
    if not any(c.isalnum() for c in folded):
        raise Refused("name_invalid", "Please use letters or digits.", field=field)
    return folded


def clean_text(text: str, *, limit: int, field: str) -> str:
    """As `clean_name`, for what may be left empty."""
    return clean_name(text, limit=limit, field=field) if text.strip() else ""


def scripts_of(name: str) -> tuple[str, ...]:
    """The alphabets a name is written in, e.g. ("CYRILLIC", "LATIN"): two in one name may be a look-alike."""
    return tuple(sorted({unicodedata.name(c, "?").split()[0] for c in name if c.isalpha()}))


def tax_number_label(country: str, number: str = "") -> str:
    """ "VAT number", "EIN", "MST": what people there call it; with a number, what that one is."""
    prefix = _prefix(country)
    if prefix and (not number or number.startswith(prefix)):
        return "VAT number"
    return _LABELS.get(country, "Tax number")


def read_tax_number(text: str, *, country: str) -> TaxNumber:
    """The normal form of a tax number of `country`; EU and British ones carry their prefix ("DE136695976").

    Refused tax_number_invalid (400) when the country's own rule, or the plain shape where python-stdnum
    knows no rule, is not met.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    if country == "JP":  # an invoice writes "T" before the corporate number
        written = written.removeprefix("T")
    rules = _rules_of(country)
    for rule in rules:
        try:
            number = _normal(rule, rule.validate(written), country)
        except ValidationError:
            continue
        return TaxNumber(number, True, tax_number_label(country, number))
    if rules or not _SHAPE.fullmatch(written):
        label = tax_number_label(country)
        raise Refused(
            "tax_number_invalid", f"This is not a valid {label}. Please check each digit.", field="tax_number"
        )
    return TaxNumber(written, False, tax_number_label(country, written))


def _rules_of(country: str) -> tuple[ModuleType, ...]:
    """US: the employer's number only, because a social security number must never stand on a receipt."""
    main = us_ein if country == "US" else cast("ModuleType | None", get_cc_module(country, "vat"))
    return tuple(rule for rule in (main, _SECOND.get(country)) if rule)


def _prefix(country: str) -> str:
    return "GB" if country == "GB" else _EU_PREFIX.get(country, "")


def _normal(rule: ModuleType, number: str, country: str) -> str:
    """`number` as printed: with the VAT prefix, or in the groups that the country writes."""
    prefix = _prefix(country)
    if prefix and rule is not _SECOND.get(country):
        return number if number.startswith(prefix) else prefix + number
    form: Callable[[str], str] | None = getattr(rule, "format", None)
    return form(number) if form else number
