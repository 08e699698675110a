"""NPCI UPI Linking Specification 1.6, section 1.2: `upi://pay?pa=...` with parameters in any order.

Fields are the parameters by the specification's own names, all texts, in the order of the link. Amounts
are as they stand: "10" and "10.00" are both right, and a signature (section 1.3) covers the spelling.
What a link says with `null` or with nothing is not among the fields.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from merchants.qr.base import Decoded
from merchants.qr.checks import Rule, at_most, faults, shaped, texts_of
from merchants.qr.refusals import invalid, malformed
from merchants.qr.uri import decoded, encoded, loose, options, split_uri, starts_with_scheme

_SCHEME, _ACTION = "upi", "pay"
# Left as they are: RFC 3986 allows them in a query, and the specification's own samples write them so.
_SAFE = "@:/?=,"
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")  # fifteen digits: far more than any limit of UPI
_VPA = re.compile(r"[A-Za-z0-9._\-]+@[A-Za-z0-9][A-Za-z0-9.\-]*")
_VPA_LENGTH_MAX = 255
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.\-]*")
_WORDS = ("pn", "tn")  # free text, in which "null" may be a word


def vpa_fault(text: str) -> str:
    """A virtual payment address: name@handle."""
    if _VPA.fullmatch(text) and len(text) <= _VPA_LENGTH_MAX:
        return ""
    return "A payment address is letters, digits, dots and dashes, then @ and a handle."


def _amount_fault(text: str) -> str:
    return "" if _AMOUNT.fullmatch(text) else "An amount is digits and, behind a point, up to two decimals."


def _positive_fault(text: str) -> str:
    return _amount_fault(text) or ("" if Decimal(text) else "An amount of zero asks for nothing.")


# Wrong ones of these would pay another payee, another amount or another category.
_HARD_RULES: dict[str, Rule] = {
    "pa": vpa_fault,
    "mc": shaped("[0-9]{4}", "A merchant category code has four digits (ISO 18245)."),
    "am": _amount_fault,
    "mam": _amount_fault,
    "cu": shaped("INR", "The currency is INR."),
}
# What we write keeps these as well; links of others that do not are read with a warning.
_SOFT_RULES: dict[str, Rule] = {
    "pn": at_most(99),
    "tid": at_most(35),
    "tr": at_most(35),
    "tn": at_most(80),
    "am": _positive_fault,
    "mam": _positive_fault,
    "url": shaped(r"https?://\S+", "An address begins with http:// or https://."),
    "mode": shaped("[0-9]{2}", "A mode has two digits."),
    "orgid": shaped("[0-9]{6}", "An organisation has six digits."),
}


def reads(text: str) -> bool:
    """Whether the scheme is upi, in any letter case."""
    return starts_with_scheme(text, _SCHEME)


def decode(text: str) -> Decoded:
    """What a link says. Refused qr_malformed (400): position is where the wrong parameter's value begins."""
    uri = split_uri(text, _SCHEME)
    if uri.authority.text.lower() != _ACTION or (uri.path and uri.path.text):
        raise malformed(uri.authority.position, "Only links that pay are read: upi://pay.")
    if uri.fragment:
        raise malformed(uri.fragment.position - 1, "A # ends the link: it should be percent-encoded.")
    values, warnings = options(uri.query)
    if uri.path or uri.authority.text != _ACTION:
        warnings.append("The link does not begin with upi://pay? as it should.")
    warnings += loose(text, values)
    fields = {}
    for name, part in values.items():
        value = decoded(part)
        if value and (value != "null" or name in _WORDS):
            fields[name] = value
        elif name != "mam":  # `mam=` and `mam=null` are the specification's own ways to say "not editable"
            warnings.append(f"The parameter {name} is empty.")
    for name, fault in faults(fields, _HARD_RULES):
        raise malformed(values[name].position, fault)
    if "pa" not in fields:
        raise malformed(len(text), "The payment address pa is missing.")
    warnings += [
        f"{name}: {fault}" for name, fault in [*faults(fields, _SOFT_RULES), *_contradictions(fields)]
    ]
    return Decoded("upi", "", fields, None, tuple(warnings))


def encode(fields: Mapping[str, Any]) -> str:
    """The link, parameters in the order of `fields`; a blank is %20, never a plus sign.

    Parameters that the specification does not name are written too: it lets payment providers add some.
    Refused qr_field_invalid (400) with facts field and reason.
    """
    texts = texts_of(fields)
    for name in texts:
        if not _NAME.fullmatch(name):
            raise invalid(name, "A parameter's name is letters, digits, - and .")
    if "pa" not in texts:
        raise invalid("pa", "The payment address pa is missing.")
    for name, fault in [
        *faults(texts, _HARD_RULES),
        *faults(texts, _SOFT_RULES),
        *_contradictions(texts),
        *_words_for_nothing(texts),
    ]:
        raise invalid(name, fault)
    query = "&".join(f"{name}={encoded(value, _SAFE)}" for name, value in texts.items())
    return f"{_SCHEME}://{_ACTION}?{query}"


def _contradictions(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What no parameter shows alone; `fields` have passed the hard rules."""
    if "pn" not in fields:
        yield "pn", "The payee's name is missing."
    if "mam" in fields and "am" in fields and Decimal(fields["mam"]) > Decimal(fields["am"]):
        yield "mam", "The smallest amount is above the amount."
    # A reference is for merchants' dynamic links; 0000 is the category of persons.
    if fields.get("mc", "0000") != "0000" and "am" in fields and "tr" not in fields:
        yield "tr", "A merchant's link with an amount needs a reference."


def _words_for_nothing(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Readers take `null` for nothing, so we do not write it for something."""
    for name, value in fields.items():
        if value == "null" and name not in _WORDS:
            yield name, "The word null is read as nothing."
