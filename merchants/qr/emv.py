"""EMV merchant-presented codes: EMVCo, QR Code Specification for Payment Systems, MPM v1.1.

Reading is lenient as far as the scheme inside is, and says in warnings what it let pass; writing is exact.
Fields are nested by tag as the payload holds them: {"00": "01", "26": {"00": "br.gov.bcb.pix", …}, …}.
"""

import re
from collections.abc import Mapping
from typing import Any

from merchants.qr.base import Decoded
from merchants.qr.crc import crc_text
from merchants.qr.emv_rules import check, known_by
from merchants.qr.emv_tree import CRC, Tree, read_tree, write_tree
from merchants.qr.profiles import PROFILES
from merchants.qr.profiles.base import Profile, Weight
from merchants.qr.refusals import crc_wrong, invalid, malformed
from merchants.qr.tlv import SURROGATE

_CRC_HEAD = f"{CRC}04"
_CRC_AT_END = re.compile(rf"{_CRC_HEAD}([0-9A-Fa-f]{{4}})\Z")


def reads(text: str) -> bool:
    """Whether a text begins as an EMV code does: with 00, the payload format indicator, of two characters."""
    return text.startswith("0002")


def decode(text: str) -> Decoded:
    """What an EMV code says; `fields` keep the order, and 63 as it stands.

    Refused (400) with position and reason: qr_crc_wrong before anything else, since damage explains all that
    follows; qr_malformed for what is not tag, length, value, has no CRC, or may not be read leniently.
    """
    if half := SURROGATE.search(text):
        raise malformed(half.start(), "This is half a character, which has no UTF-8.")
    stated = _CRC_AT_END.search(text)
    if stated and crc_text(text[:-4]) != stated[1].upper():
        raise crc_wrong(stated.start(1), "The check sum does not fit the text before it.")
    tree = read_tree(text)
    if not stated:
        raise malformed(_after_all(tree, text), "The CRC (6304 and four hex digits) must end the code.")
    profile = _profile_of(tree)
    warnings = []
    for finding in check(tree, profile):
        if finding.weight is Weight.WRONG:
            raise malformed(finding.position, finding.reason)
        warnings.append(finding.reason)
    if stated[1] != stated[1].upper():
        warnings.append("63 (CRC) is in lower case.")
    return Decoded(
        standard="emv",
        profile=profile.name if profile else "",
        fields=tree.fields(),
        crc_ok=True,
        warnings=tuple(warnings),
    )


def encode(fields: Mapping[str, Any]) -> str:
    """The payload of fields as `decode` gives them; 63 is worked out, one that is given is not looked at.

    Order is kept, but 00 comes first, 01 second and 63 last. Refused qr_field_invalid (400) with field,
    position (where it would stand) and reason for all that the standard or the scheme forbids.
    """
    body = write_tree(fields) + _CRC_HEAD
    text = body + crc_text(body)
    tree = read_tree(text)
    for finding in check(tree, _profile_of(tree)):
        if finding.weight is not Weight.NOTE:
            raise invalid(finding.path, finding.reason, finding.position)
    return text


def _after_all(tree: Tree, text: str) -> int:
    """Where the CRC was expected: at the one that is there, else behind the last character."""
    return next((each.position for each in tree.root if each.tag == CRC), len(text))


def _profile_of(tree: Tree) -> Profile | None:
    """The first scheme of PROFILES that one of the payload's templates names."""
    for profile in PROFILES:
        if profile.by_country and tree.value("58") not in profile.countries:
            continue
        for template in profile.templates:
            if template.marks and any(known_by(tree, tag, template) for tag in template.tags):
                return profile
    return None
