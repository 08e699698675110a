"""What EMVCo MPM v1.1 says of each data object: presence (section 3), formats (section 4), and what
schemes add to it. Every rule answers with findings; whether one stops reading or only writing is its weight.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from base.core.errors import Refused
from merchants.qr.countries import COUNTRIES
from merchants.qr.emv_tree import ACCOUNT_TEMPLATES, ACCOUNTS, CRC, Tree
from merchants.qr.profiles.base import Format, Profile, Template, Weight, ascii_text, digits, one_of, tags
from merchants.qr.tlv import DataObject, read_objects
from wallets.core.currencies import CURRENCIES


class Finding(NamedTuple):
    """One broken rule. path: "59" or "26-01". position: index in the payload. reason: a sentence."""

    path: str
    position: int
    reason: str
    weight: Weight


# "98.73", "98" and "98." are amounts, "98,73" and "3 705" are none (section 4.7 on 54).
AMOUNT = Format(r"(?=.{1,13}\Z)[0-9]+(\.[0-9]*)?", "up to 13 digits with at most one point", Weight.WRONG)
_UP_TO_25 = ascii_text(25)
FORMATS = {
    "00": Format("01", "01", Weight.WRONG),
    "01": one_of("11", "12"),
    **{tag: ascii_text(99) for tag in tags(2, 25)},
    "52": digits(4),
    "53": Format("[0-9]{3}", "three digits of ISO 4217", Weight.WRONG),
    "54": AMOUNT,
    "55": one_of("01", "02", "03"),
    "56": AMOUNT,
    "57": Format(r"(?=.{1,5}\Z)0*[0-9]{1,2}(\.[0-9]*)?", "a percentage from 0.01 to 99.99", Weight.WRONG),
    "58": Format("[A-Z]{2}", "a country's two letters of ISO 3166-1"),
    "59": _UP_TO_25,
    "60": ascii_text(15),
    "61": ascii_text(10),
    **{f"62-{tag}": _UP_TO_25 for tag in tags(1, 8)},
    "62-09": Format("(?!.*(.).*\\1)[AME]{1,3}", "of the letters A, M and E, each once", Weight.NOTE),
    "62-10": ascii_text(20),
    "62-11": ascii_text(3),
    "64-00": Format("[A-Za-z]{2}", "a language's two letters of ISO 639"),
    "64-01": Format(r".{1,25}", "1 to 25 characters"),
    "64-02": Format(r".{1,15}", "1 to 15 characters"),
    CRC: Format("[0-9A-Fa-f]{4}", "four hexadecimal digits", Weight.WRONG),
}
# Left open for later versions: a reader passes over them (section 3).
RESERVED = {
    *tags(65, 79),
    *(f"62-{tag}" for tag in tags(12, 49)),
    *(f"64-{tag}" for tag in tags(3, 99)),
}
MANDATORY = ("52", "53", "58", "59", "60")
# What a bank can pay without; currency and country it cannot guess.
LENIENT = ("52", "59", "60")
_EXPONENTS = {currency.numeric: currency.exponent for currency in CURRENCIES.values()}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check(tree: Tree, profile: Profile | None) -> Iterator[Finding]:
    """Everything that the standard, and the scheme where one is known, would have otherwise."""
    yield from _order(tree)
    yield from _presence(tree, profile)
    yield from _formats(tree, {**FORMATS, **(dict(profile.fields) if profile else {})})
    yield from _money(tree, profile)
    yield from _tip(tree)
    if profile:
        yield from _scheme(tree, profile)


def _order(tree: Tree) -> Iterator[Finding]:
    """00 is first and 63 last (section 3); 01, if there, second."""
    places = [each.tag for each in tree.root]
    if places[:1] != ["00"]:
        yield Finding("00", 0, "00 (payload format indicator) must be the first.", Weight.WRONG)
    if places[-1:] != [CRC]:
        yield Finding(CRC, tree.end(), "63 (CRC) must be the last.", Weight.WRONG)
    if "01" in places[2:]:
        at = tree.root[places.index("01")].position
        yield Finding("01", at, "01 (point of initiation) must be the second.", Weight.SLIP)


def _presence(tree: Tree, profile: Profile | None) -> Iterator[Finding]:
    for tag in MANDATORY:
        if tree.has(tag):
            continue
        if profile and tag in profile.left_out:
            yield _missing(tree, tag, Weight.NOTE, f", as {profile.name} allows")
        else:
            yield _missing(tree, tag, Weight.SLIP if profile and tag in LENIENT else Weight.WRONG)
    if not any(tree.has(tag) for tag in ACCOUNTS):
        yield _missing(tree, "02 to 51", Weight.WRONG, ": no account is named")
    for tag in ACCOUNT_TEMPLATES:
        if tree.has(tag) and tree.value(f"{tag}-00") is None:
            yield _missing(tree, f"{tag}-00", Weight.SLIP)
    if tree.has("64"):
        for path in ("64-00", "64-01"):
            if tree.value(path) is None:
                yield _missing(tree, path, Weight.SLIP)
    for path in profile.needs if profile else ():
        if tree.value(path) is None:
            yield _missing(tree, path, Weight.SLIP)


def _missing(tree: Tree, path: str, weight: Weight, why: str = "") -> Finding:
    return Finding(path, tree.end(), f"{path} is missing{why}.", weight)


def _formats(tree: Tree, formats: dict[str, Format]) -> Iterator[Finding]:
    for path, each in tree.leaves():
        wanted = formats.get(path)
        if path in RESERVED:
            yield Finding(path, each.position, f"{path} is reserved for later versions.", Weight.NOTE)
        if wanted:
            yield from _fits(path, each, wanted)
        elif not each.value:
            yield Finding(path, each.position + 4, f"{path} is empty.", Weight.SLIP)
        elif sign := _CONTROL.search(each.value):
            at = each.position + 4 + sign.start()
            yield Finding(path, at, f"{path} holds a control character.", Weight.SLIP)
    for tag, parts in tree.parts.items():
        if not parts:
            yield _missing(tree, f"{tag}-00", Weight.SLIP, f": {tag} is empty")


def _fits(path: str, each: DataObject, wanted: Format) -> Iterator[Finding]:
    if not re.fullmatch(wanted.pattern, each.value):
        yield Finding(path, each.position + 4, f"{path} must be {wanted.words}.", wanted.weight)


def _money(tree: Tree, profile: Profile | None) -> Iterator[Finding]:
    currency = tree.value("53") or ""
    at = {each.tag: each.position + 4 for each in tree.root}
    if "53" in at and currency not in _EXPONENTS:
        yield Finding("53", at["53"], "53 is no currency of ISO 4217 that people pay with.", Weight.SLIP)
    if "58" in at and tree.value("58") not in COUNTRIES:
        yield Finding("58", at["58"], "58 is no country of ISO 3166-1.", Weight.SLIP)
    for tag in ("54", "56"):
        value = tree.value(tag)
        if value is None or not re.fullmatch(AMOUNT.pattern, value):
            continue
        if Decimal(value) == 0 and not (tag == "54" and profile and profile.zero_amount):
            yield Finding(tag, at[tag], f"{tag} must not be zero.", Weight.SLIP)
        behind = value.partition(".")[2].rstrip("0")
        if len(behind) > _EXPONENTS.get(currency, 3):
            yield Finding(tag, at[tag], f"{tag} has more decimals than its currency.", Weight.SLIP)


def _tip(tree: Tree) -> Iterator[Finding]:
    """56 belongs to 55 = 02 and 57 to 55 = 03, neither without the other (section 4.7 on 55 to 57)."""
    kind = tree.value("55")
    for tag, owner in (("56", "02"), ("57", "03")):
        if tree.has(tag) != (kind == owner):
            says = "belongs to" if tree.has(tag) else "is missing beside"
            yield Finding(tag, tree.end(), f"{tag} {says} 55 = {owner}.", Weight.SLIP)
    percent = tree.value("57")
    if percent is not None and not percent.strip("0."):
        yield Finding("57", tree.end(), "57 must not be zero.", Weight.SLIP)


def _scheme(tree: Tree, profile: Profile) -> Iterator[Finding]:
    """The scheme's own table."""
    for tag, allowed in (("53", profile.currencies), ("58", profile.countries)):
        each = next((each for each in tree.root if each.tag == tag), None)
        if each and allowed and each.value not in allowed:
            says = f"{tag} must be {' or '.join(allowed)} in {profile.name}."
            yield Finding(tag, each.position + 4, says, Weight.SLIP)
    for template in profile.templates:
        for tag in template.tags:
            if known_by(tree, tag, template):
                yield from _template(tree, tag, template)


def known_by(tree: Tree, tag: str, template: Template) -> bool:
    """Whether the template stands under this tag: its 00 is the scheme's, in upper or lower case."""
    gui = tree.value(f"{tag}-00")
    return gui is not None and re.fullmatch(template.gui, gui, re.IGNORECASE) is not None


def _template(tree: Tree, tag: str, template: Template) -> Iterator[Finding]:
    parts = {part.tag: part for part in tree.parts[tag]}
    if not template.any_case and not re.fullmatch(template.gui, parts["00"].value):
        at = parts["00"].position + 4
        yield Finding(f"{tag}-00", at, f"{tag}-00 is the scheme's name in other letters.", Weight.SLIP)
    for sub in template.needs:
        if sub not in parts:
            yield _missing(tree, f"{tag}-{sub}", Weight.SLIP)
    found = [sub for sub in template.one_of if sub in parts]
    if template.one_of and len(found) != 1 and not (not found and tree.has(template.instead)):
        told = ", ".join(template.one_of)
        at = tree.parts[tag][0].position
        yield Finding(tag, at, f"{tag} must hold exactly one of {told}.", Weight.SLIP)
    for sub, wanted in template.fields.items():
        if sub in parts:
            yield from _fits(f"{tag}-{sub}", parts[sub], wanted)
    for sub, inner in template.nested.items():
        if sub in parts:
            yield from _nested(f"{tag}-{sub}", parts[sub], dict(inner))


def _nested(path: str, part: DataObject, formats: dict[str, Format]) -> Iterator[Finding]:
    try:
        inside = {each.tag: each for each in read_objects(part.value, part.position + 4)}
    except Refused as no:
        yield Finding(path, no.facts["position"], f"{path}: {no.facts['reason']}", Weight.WRONG)
        return
    for sub, wanted in formats.items():
        if sub not in inside:
            at = part.position + 4
            yield Finding(f"{path}-{sub}", at, f"{path}-{sub} is missing.", Weight.WRONG)
        else:
            yield from _fits(f"{path}-{sub}", inside[sub], wanted)
