"""What the line and URI standards share: account numbers, check digits, and rules of their texts.

A fault is a sentence that says what is wrong, "" when nothing is. So one rule serves a reader, which
answers with a position, and a writer, which answers with a field. ISO 13616 (IBAN), ISO 9362 (BIC),
ISO 11649 (RF reference), and the recursive modulo 10 of the Swiss QR reference.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stdnum import iso11649
from stdnum.ch import esr

from base.core.errors import Refused
from merchants.qr.refusals import invalid
from merchants.qr.tlv import SURROGATE
from wallets.core.bank_account import read_iban

Rule = Callable[[str], str]

# ISO 7064 gives 02 to 98; 00, 01 and 99 leave the same remainder as 97, 98 and 02: a second spelling.
_DIGITS = "(?!00|01|99)[0-9]{2}"
_IBAN = re.compile(rf"[A-Z]{{2}}{_DIGITS}[A-Z0-9]{{11,30}}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")  # ISO 9362, as ISO 20022 spells it
_RF = re.compile(rf"RF{_DIGITS}[A-Z0-9]{{1,21}}")
_QRR = re.compile(r"[0-9]{27}")
# C0, DEL, C1, and the line and paragraph separators: a screen may hide what stands behind them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Line:
    """One line of a payload. position: the index of its first character."""

    text: str
    position: int


def split_lines(payload: str) -> tuple[list[Line], list[str]]:
    """The lines of a payload that ends them with LF or with CR LF, and warnings: mixed ends are let pass."""
    lines, start = [], 0
    ends = set()
    for end in re.finditer(r"\r?\n", payload):
        lines.append(Line(payload[start : end.start()], start))
        ends.add(end.group())
        start = end.end()
    lines.append(Line(payload[start:], start))
    return lines, ["Some lines end with LF and some with CR LF."] if len(ends) > 1 else []


def texts_of(fields: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The fields of a writer that hold something, each a text. Refused qr_field_invalid when one is no
    text, or is not among the names of `known`."""
    for name, value in fields.items():
        if known is not None and name not in known:
            raise invalid(name, f"There is no field {name} in this standard.")
        if not isinstance(value, str):
            raise invalid(name, f"The field {name} must be a text.")
    return {name: value for name, value in fields.items() if value}


def faults(texts: Mapping[str, str], rules: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """(field, fault) of each text whose rule objects; a text without a rule is only searched for
    characters that no text may hold."""
    for name, text in texts.items():
        fault = text_fault(text) or (rules[name](text) if name in rules else "")
        if fault:
            yield name, fault


def at_most(length: int) -> Rule:
    """The rule that a text has between one and `length` characters, not all of them blank."""

    def rule(text: str) -> str:
        if not text.strip():
            return "A value of blanks only says nothing."
        return (
            "" if len(text) <= length else f"At most {length} characters are allowed, here are {len(text)}."
        )

    return rule


def shaped(pattern: str, reason: str) -> Rule:
    """The rule that a text is wholly of a shape; `reason` is the fault."""
    shape = re.compile(pattern)
    return lambda text: "" if shape.fullmatch(text) else reason


def text_fault(text: str) -> str:
    """Control characters and halves of characters belong in no value."""
    if SURROGATE.search(text):
        return "Half of a character stands alone."
    return "A control character is not allowed." if _CONTROL.search(text) else ""


def iban_fault(text: str) -> str:
    """Capitals without blanks; length, structure and check digits of its country (ISO 13616, mod 97)."""
    if not _IBAN.fullmatch(text):
        return "This is not an IBAN."
    try:
        read_iban(text)
    except Refused:
        return "The check digits or the form of the IBAN are wrong."
    return ""


def bic_fault(text: str) -> str:
    """8 or 11 characters with a country in places 5 and 6 (ISO 9362)."""
    return "" if _BIC.fullmatch(text) else "A BIC has 8 or 11 capitals and digits, its country at the fifth."


def rf_fault(text: str) -> str:
    """RF, two check digits and up to 21 more (ISO 11649, mod 97)."""
    if not _RF.fullmatch(text):
        return "A structured reference begins with RF, two digits, and has 5 to 25 capitals and digits."
    return "" if iso11649.is_valid(text) else "The check digits of the structured reference are wrong."


def qrr_fault(text: str) -> str:
    """27 digits, the last of them modulo 10 recursive (Swiss QR-bill IG, annex B)."""
    if not _QRR.fullmatch(text):
        return "A QR reference has 27 digits."
    if not text.strip("0"):
        return "A QR reference of zeros refers to nothing."
    return (
        "" if esr.calc_check_digit(text[:-1]) == text[-1] else "The check digit of the QR reference is wrong."
    )


def compact(text: str) -> str:
    """As account numbers are written in payloads: without blanks, in capitals."""
    return re.sub(r"[ \u00a0]", "", text).upper()
