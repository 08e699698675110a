"""The no of a QR payload, in one shape for every standard: a code, a position and a reason.

`position` counts characters of the payload from 0, `reason` is a sentence without the value, which may be
somebody's name or account.
"""

from base.core.errors import Refused


def malformed(position: int, reason: str) -> Refused:
    """For reading: the text is not what its standard says, at the character `position`."""
    return Refused(
        "qr_malformed", f"Character {position + 1}: {reason}", status=400, position=position, reason=reason
    )


def crc_wrong(position: int, reason: str) -> Refused:
    """For reading: the check sum at `position` is not the one of the text before it."""
    return Refused(
        "qr_crc_wrong",
        f"This code is damaged or was changed. {reason}",
        status=400,
        position=position,
        reason=reason,
    )


def invalid(field: str, reason: str, position: int | None = None) -> Refused:
    """For writing: `field` ("59", "26-01", "iban") may not be so. position: where it would stand."""
    where = {} if position is None else {"position": position}
    return Refused("qr_field_invalid", reason, status=400, field=field, reason=reason, **where)


def unknown() -> Refused:
    """For reading: no standard claims the text."""
    reason = "The text begins as no payment code that is known here."
    return Refused("qr_unknown", reason, status=400, position=0, reason=reason)
