"""EPC069-12 (versions 2.1 and 3.1): a SEPA credit transfer in up to twelve lines (its table of elements).

Read leniently, each leniency with its warning; written exactly: LF, two decimals, no empty line at the
end. Fields: version, charset, bic, name, iban, amount, purpose, reference or text, information. All are
texts; what a payload leaves empty is not among them. Drawn at level M, at most version 13.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from merchants.qr.base import Decoded
from merchants.qr.checks import (
    Line,
    Rule,
    at_most,
    bic_fault,
    compact,
    faults,
    iban_fault,
    rf_fault,
    shaped,
    split_lines,
    texts_of,
)
from merchants.qr.refusals import invalid, malformed

BYTES_MAX = 331  # what QR version 13 holds at level M
CHARSETS = {
    "1": "UTF-8",
    "2": "ISO 8859-1",
    "3": "ISO 8859-2",
    "4": "ISO 8859-4",
    "5": "ISO 8859-5",
    "6": "ISO 8859-7",
    "7": "ISO 8859-10",
    "8": "ISO 8859-15",
}

_NUMBERS = {name: number for number, name in CHARSETS.items()}
_VERSIONS = ("001", "002")
_SERVICE_TAG, _IDENTIFICATION = "BCD", "SCT"
_ELEMENTS = ["bic", "name", "iban", "amount", "purpose", "reference", "text", "information"]  # from line 5 on
_FIRST, _LINES_MAX = 4, 12
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def _amount_fault(text: str) -> str:
    """0.01 to 999999999.99 with at most two decimals behind a point."""
    if not _AMOUNT.fullmatch(text):
        return "An amount has up to nine digits and, behind a point, up to two decimals."
    return "" if Decimal(text) else "The smallest amount is 0.01."


def _version_fault(text: str) -> str:
    return "" if text in _VERSIONS else "The version is 001 or 002."


def _charset_fault(text: str) -> str:
    return "" if text in _NUMBERS else f"The character set is one of {', '.join(_NUMBERS)}."


_RULES: dict[str, Rule] = {
    "version": _version_fault,
    "charset": _charset_fault,
    "bic": bic_fault,
    "name": at_most(70),
    "iban": iban_fault,
    "amount": _amount_fault,
    "purpose": shaped("[A-Z0-9]{1,4}", "A purpose has up to four capitals and digits."),
    "reference": at_most(35),
    "text": at_most(140),
    "information": at_most(70),
}


def reads(text: str) -> bool:
    """Whether the first line is the service tag BCD."""
    return text.startswith((f"{_SERVICE_TAG}\n", f"{_SERVICE_TAG}\r\n"))


def decode(text: str) -> Decoded:
    """What a payload says; amounts as "12.30" ("EUR12.3" has its zero added, "EUR20" stays "20").

    Refused qr_malformed (400): position is the first character of the line that is wrong.
    """
    if not reads(text):
        raise malformed(0, "The first line is not BCD.")
    lines, warnings = split_lines(text)
    charset = _read_head(lines)
    warnings += _read_ends(lines)
    places = dict(zip(_ELEMENTS, (line.position for line in lines[_FIRST:]), strict=False))
    texts = dict(zip(_ELEMENTS, (line.text for line in lines[_FIRST:_LINES_MAX]), strict=False))
    fields = {"version": lines[1].text, "charset": charset}
    fields |= {name: value for name, value in texts.items() if value}
    warnings += _loosen(fields, places)
    for name, fault in [*faults(fields, _RULES), *_contradictions(fields)]:
        raise malformed(places.get(name, len(text)), fault)
    if "reference" in fields:
        warnings += _read_reference(fields["reference"], places["reference"])
    size, exact = _size(text, charset)
    if not exact:
        warnings.append(f"Some characters are not in the declared character set {charset}.")
    if size > BYTES_MAX:
        raise malformed(0, f"A payload has at most {BYTES_MAX} bytes, this one has {size}.")
    if "amount" in fields and re.search(r"\.[0-9]$", fields["amount"]):
        fields["amount"] += "0"
    return Decoded("epc", "", fields, None, tuple(warnings))


def encode(fields: Mapping[str, Any]) -> str:
    """The lines for a bank's app; version is 002 and charset UTF-8 where they are not given.

    Refused qr_field_invalid (400) with facts field and reason; `fields` is the field when the whole is
    longer than 331 bytes.
    """
    texts = {"version": "002", "charset": "UTF-8"} | texts_of(fields, _RULES)
    for name, fault in [*faults(texts, _RULES), *_contradictions(texts)]:
        raise invalid(name, fault)
    if "reference" in texts and (fault := rf_fault(texts["reference"])):
        raise invalid("reference", fault)
    amount = f"EUR{Decimal(texts['amount']):.2f}" if "amount" in texts else ""
    head = [_SERVICE_TAG, texts["version"], _NUMBERS[texts["charset"]], _IDENTIFICATION]
    body = [texts.get(name, "") for name in _ELEMENTS]
    body[_ELEMENTS.index("amount")] = amount
    payload = "\n".join(head + body).rstrip("\n")
    size, exact = _size(payload, texts["charset"])
    if not exact:
        raise invalid("charset", f"Some characters are not in {texts['charset']}.")
    if size > BYTES_MAX:
        raise invalid("fields", f"A payload has at most {BYTES_MAX} bytes, this one has {size}.")
    return payload


def _read_head(lines: list[Line]) -> str:
    """The character set by its name; refuses a wrong version, character set or identification."""
    if len(lines) < _FIRST + 1 + _ELEMENTS.index("iban"):
        last = lines[-1]
        raise malformed(last.position + len(last.text), "There are fewer lines than up to the IBAN.")
    if fault := _version_fault(lines[1].text):
        raise malformed(lines[1].position, fault)
    if lines[2].text not in CHARSETS:
        raise malformed(lines[2].position, "The character set is a digit from 1 to 8.")
    if lines[3].text != _IDENTIFICATION:
        raise malformed(lines[3].position, "The identification is not SCT.")
    return CHARSETS[lines[2].text]


def _read_ends(lines: list[Line]) -> list[str]:
    """Empty lines behind the twelfth are let pass, others are not: their meaning is unknown."""
    for line in lines[_LINES_MAX:]:
        if line.text:
            raise malformed(line.position, "There are more than twelve lines.")
    return ["There are empty lines behind the twelfth."] if len(lines) > _LINES_MAX else []


def _loosen(fields: dict[str, str], places: Mapping[str, int]) -> list[str]:
    """Brings the spelling of codes into the standard's, in place; a warning for each."""
    warnings = []
    for name in ("bic", "iban", "purpose"):
        if name in fields and (right := compact(fields[name])) != fields[name]:
            warnings.append(f"The field {name} has blanks or small letters.")
            if right:
                fields[name] = right
            else:
                del fields[name]
    if "amount" in fields:
        currency, number = fields["amount"][:3], fields["amount"][3:]
        if currency != "EUR":
            raise malformed(places["amount"], "The amount does not begin with EUR.")
        if re.match(r"0[0-9]", number):
            warnings.append("The amount has leading zeros.")
            number = re.sub(r"^0+(?=[0-9])", "", number)
        fields["amount"] = number
    return warnings


def _read_reference(reference: str, position: int) -> list[str]:
    """One that claims to be RF must be right; others are let pass: people put text into this line."""
    fault = rf_fault(reference)
    if fault and re.match(r"RF[0-9]{2}", reference):
        raise malformed(position, fault)
    return ["The structured reference is not an ISO 11649 reference."] if fault else []


def _contradictions(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What no field shows alone: something missing, or two that exclude each other."""
    for name in ("name", "iban"):
        if name not in fields:
            yield name, f"The field {name} is missing."
    if fields["version"] == "001" and "bic" not in fields:
        yield "bic", "Version 001 demands a BIC."
    if "reference" in fields and "text" in fields:
        yield "text", "There is a structured reference and a text: only one of them is allowed."


def _size(payload: str, charset: str) -> tuple[int, bool]:
    """Bytes in a character set, and whether it has all the characters (if not, counted in UTF-8)."""
    try:
        return len(payload.encode(charset.replace("ISO ", "iso"))), True
    except UnicodeEncodeError:
        return len(payload.encode("utf-8", "replace")), False
