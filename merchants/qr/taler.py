"""The taler URI scheme (docs.taler.net, core/taler-uri): requests for a payment, read only.

`taler://pay/{host}{/prefix*}/{order_id}/{session_id}{?c}{#ssid}`; the layout of 2019,
`taler://pay/{host}/{prefix or -}/{instance or -}/{order_id}[/{session_id}]`, is read where its first part
is a dash. Fields: action, host, prefix (a list, only when there is one), instance (2019 only), order_id,
session_id, c (the claim token), ssid.
"""

import re
from typing import Any

from merchants.qr.base import Decoded
from merchants.qr.refusals import malformed
from merchants.qr.uri import Part, decoded, loose, options, split_uri, starts_with_scheme

_SCHEMES = ("taler", "taler+http")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_DEFAULT = "-"


def reads(text: str) -> bool:
    """Whether the scheme is taler or taler+http, in any letter case."""
    return starts_with_scheme(text, *_SCHEMES)


def decode(text: str) -> Decoded:
    """What is to be paid, and where to ask. Refused qr_malformed (400): position is where the wrong part
    begins."""
    uri = split_uri(text, *_SCHEMES)
    action = uri.authority.text.lower()
    if action != "pay":
        raise malformed(uri.authority.position, "Only requests for a payment are read: taler://pay.")
    parts = list(uri.path.pieces("/")) if uri.path else []
    if not parts or not _HOST.fullmatch(parts[0].text):
        raise malformed(parts[0].position if parts else len(text), "The merchant's host is missing or wrong.")
    values, warnings = options(uri.query)
    warnings += loose(text, {})
    if uri.scheme != "taler":
        warnings.append("The merchant is asked without encryption: for tests only.")
    fields: dict[str, Any] = {"action": action, "host": parts[0].text.lower()}
    fields |= _read_order(parts[1:], len(text), warnings)
    for name, part in values.items():
        if name == "c":
            fields[name] = decoded(part)
        else:
            warnings.append(f"The option {name} is not one that we know.")
    if uri.fragment:
        fields["ssid"] = decoded(uri.fragment)
    return Decoded(
        "taler", "", {name: value for name, value in fields.items() if value}, None, tuple(warnings)
    )


def _read_order(parts: list[Part], end: int, warnings: list[str]) -> dict[str, Any]:
    """The fields between the host and the query, by the layout that the first part gives away."""
    texts = [decoded(part) for part in parts]
    if texts and texts[0] == _DEFAULT:
        return _read_order_of_2019(parts, texts, end, warnings)
    if len(texts) < 2:
        # The page's own INVALID example: without the slash the order would be taken for the session.
        raise malformed(end, "A slash must stand behind the order, also without a session.")
    *prefix, order, session = texts
    for part, text in zip(parts, [*prefix, order], strict=False):
        if text in ("", ".", ".."):
            raise malformed(part.position, "A part of the path is empty or a dot.")
    return {"prefix": prefix, "order_id": order, "session_id": session}


def _read_order_of_2019(parts: list[Part], texts: list[str], end: int, warnings: list[str]) -> dict[str, Any]:
    if len(texts) not in (3, 4) or not texts[1] or not texts[2]:
        raise malformed(parts[0].position, "Prefix, instance and order must follow the host.")
    warnings.append("This is the layout of 2019.")
    instance = "" if texts[1] == _DEFAULT else texts[1]
    return {"instance": instance, "order_id": texts[2], "session_id": "".join(texts[3:])}
