"""Make the next one-time code of a showing; the one before it dies, unless a till has taken it.

What is kept of a code is not enough to make it again: its link and digits leave here once.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.ids import database_now
from merchants.qr.link import Door, LinkKey, link, make_token
from payments.core.shown_code import (
    CODE_LIFE,
    DIGITS,
    hash_of_id,
    mac_of_digits,
    with_check_digit,
)
from payments.models import Showing, ShownCode

# Among a hundred thousand million numbers two that meet are news; three times in a row a fault.
TURNS = 3


@dataclass(frozen=True, slots=True)
class Fresh:
    """A code as its person shows it. link: for the picture. digits: to be typed. seconds: its life."""

    code: ShownCode
    link: str
    digits: str
    seconds: int


def show_to_till(*, person_id: UUID, showing_id: UUID) -> Fresh:
    """Refused: showing_over 409, when it was closed or has run out."""
    for _ in range(TURNS):
        # 122 random bits, and four that say so.
        secret_id = UUID(bytes=secrets.token_bytes(16), version=4)
        digits = with_check_digit(str(secrets.randbelow(10 ** (DIGITS - 1))).rjust(DIGITS - 1, "0"))
        try:
            code, seconds = _renew(person_id, showing_id, secret_id, digits)
        except IntegrityError:
            continue
        key_id, secret = next(iter(settings.CODE_KEYS.items()))
        token = make_token(secret_id, key=LinkKey(key_id, secret), door=Door.SHOWN)
        return Fresh(code, link(settings.BASE_URL, token, door=Door.SHOWN), digits, seconds)
    raise AssertionError("no free number was found")


def _renew(person_id: UUID, showing_id: UUID, secret_id: UUID, digits: str) -> tuple[ShownCode, int]:
    with transaction.atomic():
        # The lock puts renewals of one showing in a row.
        showing = (
            Showing.objects.select_for_update(of=("self",))
            .filter(pk=showing_id, person=person_id, closed_at=None)
            .first()
        )
        now = database_now()
        if showing is None or showing.ends_at <= now:
            raise showing_over()
        showing.codes.filter(state=ShownCode.State.SHOWN).update(state=ShownCode.State.GONE)
        expires_at = min(now + CODE_LIFE, showing.ends_at)
        code = ShownCode.objects.create(
            showing=showing,
            id_sha256=hash_of_id(secret_id),
            digits_mac=mac_of_digits(digits, key=settings.SECRET_KEY.encode()),
            created_at=now,
            expires_at=expires_at,
        )
        return code, max(round((expires_at - now).total_seconds()), 1)


def showing_over() -> Refused:
    return Refused(
        "showing_over", "Your codes have run out. Nothing was taken: begin again to show more.", status=409
    )
