"""The payer's yes, bound to one amount and one payee (PSD2 RTS 2018/389 article 5).

The page carries this token back with the PIN. It is a MAC over everything the payer was shown; a
changed amount, currency, tip, payee, version, payer, rate of exchange or a passed expiry makes another token.
"""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from base.core.errors import Refused

_EXPIRY = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood on the payer's screen. Amounts in minor units.

    pay_currency, payer_minor, quoted_at: what leaves a wallet of another currency, and since when its rate
    was shown; none of them for a wallet of the shop's.
    """

    session: UUID
    version: int
    person: UUID
    merchant: UUID
    currency: str
    sale_minor: int
    tip_minor: int
    pay_currency: str = ""
    payer_minor: int = 0
    quoted_at: datetime | None = None

    @property
    def total_minor(self) -> int:
        return self.sale_minor + self.tip_minor


def seal(shown: Shown, *, expires: int, key: bytes) -> str:
    """The token for a page. expires: Unix seconds."""
    mac = _mac(shown, expires, key)
    return base64.urlsafe_b64encode(_EXPIRY.pack(expires) + mac).rstrip(b"=").decode()


def check(token: str, shown: Shown, *, now: int, key: bytes) -> None:
    """Refuse unless the token was made for exactly what would be charged now.

    Raises Refused("amount_changed", 409, total_minor=...) when it was not (or is not ours at all),
    Refused("page_expired", 409) when it was, too long ago.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        (expires,) = _EXPIRY.unpack(raw[: _EXPIRY.size])
    except (ValueError, struct.error):
        raise _changed(shown) from None
    if not hmac.compare_digest(seal(shown, expires=expires, key=key).encode(), token.encode()):
        raise _changed(shown)
    if now >= expires:
        raise Refused(
            "page_expired", "This page was open too long. Nothing was taken: look again.", status=409
        )


def _mac(shown: Shown, expires: int, key: bytes) -> bytes:
    fields: tuple[object, ...] = (
        shown.session,
        shown.version,
        shown.person,
        shown.merchant,
        shown.currency,
        shown.sale_minor,
        shown.tip_minor,
        expires,
    )
    if shown.quoted_at is not None:
        moment = shown.quoted_at.astimezone(UTC).isoformat(timespec="microseconds")
        fields += (shown.pay_currency, shown.payer_minor, moment)
    text = "quittance confirmation 1|" + "|".join(str(field) for field in fields)
    return hmac.digest(key, text.encode(), hashlib.sha256)


def _changed(shown: Shown) -> Refused:
    return Refused(
        "amount_changed",
        f"The amount {'or its rate ' if shown.pay_currency else ''}has changed. "
        "Nothing was taken from your wallet.",
        status=409,
        total_minor=shown.total_minor,
        currency=shown.currency,
    )
