"""Swiss QR-bill: the Swiss Payments Code 0200 of SIX, Implementation Guidelines 2.3, section 4; read only.

31 lines up to the trailer EPD, then up to three more. Fields by the standard's names of the elements
(QRType, Version, Coding, Cdtr, UltmtDbtr, Ref, Trailer, StrdBkgInf, AltPmt), but iban, name (the
creditor's), amount, currency, ref_type and message for those that callers ask for by these words. Cdtr
and UltmtDbtr map the standard's names of an address to texts. What is empty is not among the fields.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from merchants.qr.base import Decoded
from merchants.qr.checks import (
    Line,
    at_most,
    compact,
    iban_fault,
    qrr_fault,
    rf_fault,
    split_lines,
    text_fault,
)
from merchants.qr.refusals import malformed

CHARACTERS_MAX = 997
QR_IIDS = range(30000, 32000)  # bank numbers of QR-IBANs

_ADDRESS = ("AdrTp", "Name", "StrtNmOrAdrLine1", "BldgNbOrAdrLine2", "PstCd", "TwnNm", "Ctry")
# Where elements stand, counted from 0; an address begins where its type stands.
_IBAN, _CDTR, _ULTMT_CDTR, _AMT, _CCY, _ULTMT_DBTR = 3, 4, 11, 18, 19, 20
_TP, _REF, _USTRD, _TRAILER, _STRD, _ALT = 27, 28, 29, 30, 31, 32
_LINES_MAX = 34
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_MESSAGE_MAX = 140  # also of message and bill information together
_ALT_PMT_MAX = 100
# The longest each may be, and whether it must be there: "m" it must, "o" it may, "" it must not.
_LENGTHS: dict[str, dict[str, tuple[int, str]]] = {
    "S": {
        "Name": (70, "m"),
        "StrtNmOrAdrLine1": (70, "o"),
        "BldgNbOrAdrLine2": (16, "o"),
        "PstCd": (16, "m"),
        "TwnNm": (35, "m"),
        "Ctry": (2, "m"),
    },
    "K": {
        "Name": (70, "m"),
        "StrtNmOrAdrLine1": (70, "o"),
        "BldgNbOrAdrLine2": (70, "m"),
        "PstCd": (0, ""),
        "TwnNm": (0, ""),
        "Ctry": (2, "m"),
    },
}


def reads(text: str) -> bool:
    """Whether the first line is SPC."""
    return text.startswith(("SPC\n", "SPC\r\n"))


def decode(text: str) -> Decoded:
    """What a bill says. Refused qr_malformed (400): position is the first character of the wrong line."""
    if not reads(text):
        raise malformed(0, "The first line is not SPC.")
    if len(text) > CHARACTERS_MAX:
        raise malformed(CHARACTERS_MAX, f"A payload has at most {CHARACTERS_MAX} characters.")
    lines, warnings = split_lines(text)
    warnings += _read_frame(lines)
    iban, more = _read_iban(lines[_IBAN])
    warnings += more
    fields: dict[str, Any] = {
        "QRType": lines[0].text,
        "Version": lines[1].text,
        "Coding": lines[2].text,
        "iban": iban,
    }
    for name, start in (("Cdtr", _CDTR), ("UltmtDbtr", _ULTMT_DBTR)):
        fields[name], more = _read_address(lines[start : start + len(_ADDRESS)], needed=name == "Cdtr")
        warnings += more
    for line in lines[_ULTMT_CDTR:_AMT]:
        if line.text:
            raise malformed(line.position, "The ultimate creditor is for future use and must be empty.")
    fields["name"] = fields["Cdtr"]["Name"]
    fields["amount"], more = _read_amount(lines[_AMT])
    warnings += more
    if lines[_CCY].text not in ("CHF", "EUR"):
        raise malformed(lines[_CCY].position, "The currency is CHF or EUR.")
    fields["currency"] = lines[_CCY].text
    fields["ref_type"] = lines[_TP].text
    fields["Ref"] = _read_reference(lines[_TP], lines[_REF], iban)
    warnings += _read_information(lines)
    tail = [line.text for line in lines[_USTRD:]] + [""] * 4
    fields |= {"message": tail[0], "Trailer": tail[1], "StrdBkgInf": tail[2]}
    fields["AltPmt"] = [line.text for line in lines[_ALT:_LINES_MAX] if line.text]
    return Decoded("spc", "", {name: value for name, value in fields.items() if value}, None, tuple(warnings))


def _read_frame(lines: Sequence[Line]) -> Iterator[str]:
    """What holds the rest: version, coding, trailer, number of lines, no control characters."""
    for line in lines:
        if fault := text_fault(line.text):
            raise malformed(line.position, fault)
    if not re.fullmatch("02[0-9]{2}", lines[1].text):
        raise malformed(lines[1].position, "The version is not 0200.")
    if lines[1].text != "0200":
        yield f"The version {lines[1].text} is read as 0200."
    if len(lines) < 3 or lines[2].text != "1":
        raise malformed(_place(lines, 2), "The coding is not 1 (UTF-8).")
    if len(lines) <= _TRAILER or lines[_TRAILER].text != "EPD":
        raise malformed(_place(lines, _TRAILER), "Line 31 is not the trailer EPD.")
    for line in lines[_LINES_MAX:]:
        if line.text:
            raise malformed(line.position, "There are more than two alternative schemes.")
    if len(lines) > _LINES_MAX:
        yield "There are empty lines behind the last element."


def _place(lines: Sequence[Line], number: int) -> int:
    """Where a line begins, or, if there are fewer, where the payload ends."""
    if number < len(lines):
        return lines[number].position
    return lines[-1].position + len(lines[-1].text)


def _read_iban(line: Line) -> tuple[str, list[str]]:
    """An IBAN of Switzerland or Liechtenstein (section 4.2.2)."""
    iban = compact(line.text)
    if fault := iban_fault(iban):
        raise malformed(line.position, fault)
    if iban[:2] not in ("CH", "LI"):
        raise malformed(line.position, "The account is neither in Switzerland nor in Liechtenstein.")
    return iban, [] if iban == line.text else ["The IBAN has blanks or small letters."]


def _read_address(lines: Sequence[Line], *, needed: bool) -> tuple[dict[str, str], list[str]]:
    """Seven lines by their names, without the empty ones; {} where all may be empty and are."""
    if not needed and not any(line.text for line in lines):
        return {}, []
    kind = lines[0].text
    if kind not in _LENGTHS:
        raise malformed(lines[0].position, "The address type is neither S nor K.")
    for name, line in zip(_ADDRESS[1:], lines[1:], strict=True):
        longest, presence = _LENGTHS[kind][name]
        if not line.text and presence == "m":
            raise malformed(line.position, f"The address has no {name}.")
        if line.text and not presence:
            raise malformed(line.position, f"An address of type {kind} has no {name}.")
        if line.text and (fault := at_most(longest)(line.text)):
            raise malformed(line.position, fault)
    warnings = ["Combined addresses (K) have not been allowed since 22 November 2025."] if kind == "K" else []
    country = lines[-1].text
    if not re.fullmatch("[A-Za-z]{2}", country):
        raise malformed(lines[-1].position, "A country has two letters (ISO 3166-1).")
    if country != country.upper():
        warnings.append("A country has small letters.")
    texts: Mapping[str, str] = {
        name: line.text for name, line in zip(_ADDRESS, lines, strict=True) if line.text
    }
    return {**texts, "Ctry": country.upper()}, warnings


def _read_amount(line: Line) -> tuple[str, list[str]]:
    """0.01 to 999999999.99, written with two decimals; empty when the payer fills it in."""
    if not line.text:
        return "", []
    if not _AMOUNT.fullmatch(line.text):
        raise malformed(line.position, "An amount has up to nine digits and, behind a point, two decimals.")
    amount = f"{Decimal(line.text):.2f}"
    warnings = (
        [] if amount == line.text else ["The amount is not written with two decimals, or has leading zeros."]
    )
    if not Decimal(line.text):
        warnings.append("An amount of zero: the bill only informs and is not to be paid.")
    return amount, warnings


def _read_reference(kind: Line, reference: Line, iban: str) -> str:
    """QRR with a QR-IBAN and with no other; SCOR and NON with any other (section 4.2.2, annex B)."""
    if kind.text not in ("QRR", "SCOR", "NON"):
        raise malformed(kind.position, "The reference type is none of QRR, SCOR and NON.")
    if (kind.text == "QRR") != (int(iban[4:9]) in QR_IIDS):
        raise malformed(kind.position, "A QR reference (QRR) goes with a QR-IBAN, and only with one.")
    if kind.text == "NON":
        if reference.text:
            raise malformed(reference.position, "There is a reference although its type says there is none.")
        return ""
    text = compact(reference.text)
    if fault := qrr_fault(text) if kind.text == "QRR" else rf_fault(text):
        raise malformed(reference.position, fault)
    return text


def _read_information(lines: Sequence[Line]) -> Iterator[str]:
    """Message, bill information and alternative schemes: their lengths, and how each begins."""
    message = lines[_USTRD]
    bill = lines[_STRD] if len(lines) > _STRD else Line("", message.position)
    if len(message.text) > _MESSAGE_MAX:
        raise malformed(message.position, f"A message has at most {_MESSAGE_MAX} characters.")
    if len(message.text) + len(bill.text) > _MESSAGE_MAX:
        raise malformed(
            bill.position, f"Message and bill information have at most {_MESSAGE_MAX} characters together."
        )
    if bill.text and not bill.text.startswith("//"):
        yield "The bill information does not begin with two slashes."
    for line in lines[_ALT:]:
        if len(line.text) > _ALT_PMT_MAX:
            raise malformed(line.position, f"An alternative scheme has at most {_ALT_PMT_MAX} characters.")
