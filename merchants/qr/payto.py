"""RFC 8905: `payto://TARGET/PATH?amount=CUR:x&message=...`, target types of its section 7 and registry.

Fields: target, path (a list of texts), amount ({"currency", "value"}: a text without the commas of the
payload), and each further option by its own name: receiver-name, sender-name, message, instruction and
those of a target type. Nobody is paid by reading: section 8 demands that a person looks first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stdnum.us import rtn

from merchants.qr.base import Decoded
from merchants.qr.checks import bic_fault, compact, iban_fault, text_fault, texts_of
from merchants.qr.refusals import invalid, malformed
from merchants.qr.upi import vpa_fault
from merchants.qr.uri import Uri, decoded, encoded, loose, options, split_uri, starts_with_scheme

_SCHEME = "payto"
_SAFE = ":@!$'()*,;="  # pchar of RFC 3986 without & and +, which some readers take apart
_TARGET = re.compile(r"[a-z][a-z0-9.\-]*")
_OPTION = re.compile(r"[A-Za-z][A-Za-z0-9.\-]*")
_AMOUNT = re.compile(r"([A-Za-z]+):([0-9,]+)(?:\.([0-9,]+))?")
_UNIT_LIMIT = 2**53
_FRACTION_MAX = 8
_OWN = ("target", "path", "amount")

# What is wrong with a path, as (index of the segment, fault), or None.
PathRule = Callable[[Sequence[str]], tuple[int, str] | None]


def _iban(path: Sequence[str]) -> tuple[int, str] | None:
    """One segment is the IBAN; of two, the first is the BIC (section 7.3)."""
    if len(path) not in (1, 2):
        return 0, "The path is an IBAN, or a BIC and an IBAN."
    if len(path) == 2 and (fault := bic_fault(path[0])):
        return 0, fault
    fault = iban_fault(path[-1])
    return (len(path) - 1, fault) if fault else None


def _ach(path: Sequence[str]) -> tuple[int, str] | None:
    """Routing number with its check digit, then the account (section 7.1)."""
    if len(path) != 2:
        return 0, "The path is a routing number and an account number."
    if not (re.fullmatch("[0-9]{9}", path[0]) and rtn.is_valid(path[0])):
        return 0, "The routing number is wrong: nine digits, the last a check digit."
    return None if re.fullmatch(r"[A-Za-z0-9\-]{1,17}", path[1]) else (1, "This is not an account number.")


def _one(fault_of: Callable[[str], str]) -> PathRule:
    def rule(path: Sequence[str]) -> tuple[int, str] | None:
        if len(path) != 1:
            return 0, "The path is one segment."
        fault = fault_of(path[0])
        return (0, fault) if fault else None

    return rule


def _anything(text: str) -> str:
    return ""


_PATHS: dict[str, PathRule] = {
    "ach": _ach,
    "bic": _one(bic_fault),
    "bitcoin": _one(_anything),  # addresses of several kinds; their check sums are their network's business
    "iban": _iban,
    "ilp": _one(_anything),
    "upi": _one(vpa_fault),
    "void": lambda path: None,  # no target: what is paid in cash, for instance (section 7.7)
}
_BANK_CODES = ("iban", "bic")
_NEEDED = {"upi": ("amount", "receiver-name")}  # section 7.4


def reads(text: str) -> bool:
    """Whether the scheme is payto, in any letter case."""
    return starts_with_scheme(text, _SCHEME)


def decode(text: str) -> Decoded:
    """What a URI says. Refused qr_malformed (400): position is where the wrong part begins."""
    uri = split_uri(text, _SCHEME)
    target = uri.authority.text.lower()
    if not _TARGET.fullmatch(target):
        raise malformed(uri.authority.position, "A target type is letters, digits, - and ., a letter first.")
    if uri.fragment:
        raise malformed(uri.fragment.position - 1, "A # ends the URI: it should be percent-encoded.")
    path, warnings = _read_path(uri, target)
    values, more = options(uri.query)
    warnings += more + loose(text, values)
    fields: dict[str, Any] = {"target": target, "path": path}
    for name, part in values.items():
        if name in ("target", "path"):
            raise malformed(part.position, f"No target type has an option {name}.")
        value = decoded(part)
        if name == "amount":
            fields[name] = _read_amount(value, part.position)
        elif value:
            fields[name] = value
        else:
            warnings.append(f"The option {name} is empty.")
    if target not in _PATHS:
        warnings.append(f"The target type {target} is not one that RFC 8905 names.")
    warnings += [f"{name} is missing." for name in _NEEDED.get(target, ()) if name not in fields]
    return Decoded("payto", "", fields, None, tuple(warnings))


def encode(fields: Mapping[str, Any]) -> str:
    """The URI, options in the order of `fields`. Only target types of RFC 8905 are written.

    Refused qr_field_invalid (400) with facts field and reason.
    """
    target, path, amount = (fields.get(name) for name in _OWN)
    if not isinstance(target, str) or target not in _PATHS:
        raise invalid("target", f"The target type is one of {', '.join(_PATHS)}.")
    if not isinstance(path, list | tuple) or not all(isinstance(segment, str) for segment in path):
        raise invalid("path", "The path is a list of texts.")
    if any(not segment or segment in (".", "..") or text_fault(segment) for segment in path):
        raise invalid("path", "A segment is empty, a dot, or has a control character.")
    if wrong := _PATHS[target](path):
        raise invalid("path", wrong[1])
    texts = texts_of({name: value for name, value in fields.items() if name not in _OWN})
    for name, value in texts.items():
        if not _OPTION.fullmatch(name):
            raise invalid(name, "An option's name is letters, digits, - and .")
        if fault := text_fault(value):
            raise invalid(name, fault)
    if "amount" in fields:
        texts = {name: texts.get(name, "") for name in fields if name in texts or name == "amount"}
        texts["amount"] = _amount_text(amount)
    for name in _NEEDED.get(target, ()):
        if name not in texts:
            raise invalid(name, f"The target type {target} needs {name}.")
    query = "&".join(f"{name}={encoded(value, _SAFE)}" for name, value in texts.items())
    start = f"{_SCHEME}://{target}/" + "/".join(encoded(segment, _SAFE) for segment in path)
    return f"{start}?{query}" if query else start


def _read_path(uri: Uri, target: str) -> tuple[list[str], list[str]]:
    """The decoded segments, and warnings. A slash at the end is let pass; of `void` it is the RFC's own."""
    parts = list(uri.path.pieces("/")) if uri.path and uri.path.text else []
    warnings = []
    if parts and not parts[-1].text:
        del parts[-1]
        if parts or target != "void":
            warnings.append("A slash at the end of the path says nothing.")
    path = [decoded(part) for part in parts]
    for part, segment in zip(parts, path, strict=True):
        if not segment or segment in (".", ".."):
            raise malformed(part.position, "A segment of the path is empty or a dot.")
    if target in _BANK_CODES and (right := [compact(segment) for segment in path]) != path:
        warnings.append("An account number has blanks or small letters.")
        path = right
    if target in _PATHS and (wrong := _PATHS[target](path)):
        raise malformed((parts or [uri.authority])[wrong[0]].position, wrong[1])
    return path, warnings


def _amount_fault(match: re.Match[str] | None) -> str:
    """Section 5: unit below 2^53, at most eight digits behind the point."""
    if not match:
        return "An amount is a currency, a colon, digits, and digits behind a point."
    unit, fraction = (match[group].replace(",", "") if match[group] else "" for group in (2, 3))
    if not unit or (match[3] and not fraction):
        return "An amount has no digits."
    if len(unit) > 400 or int(unit) >= _UNIT_LIMIT:
        return "The whole units of an amount are below 2^53."
    return "" if len(fraction) <= _FRACTION_MAX else "An amount has at most eight digits behind the point."


def _read_amount(text: str, position: int) -> dict[str, str]:
    match = _AMOUNT.fullmatch(text)
    if fault := _amount_fault(match):
        raise malformed(position, fault)
    currency, _, value = text.partition(":")
    return {"currency": currency, "value": value.replace(",", "")}


def _amount_text(amount: object) -> str:
    """CUR:x of {"currency", "value"}; the value as it is given, without commas."""
    if not (isinstance(amount, Mapping) and set(amount) == {"currency", "value"}):
        raise invalid("amount", "An amount has a currency and a value.")
    text = f"{amount['currency']}:{amount['value']}"
    if fault := _amount_fault(_AMOUNT.fullmatch(text)) or ("," in text and "We write no commas."):
        raise invalid("amount", fault)
    return text
