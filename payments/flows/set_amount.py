"""The payer types an amount and a tip; both may change until the confirm."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import QrCode
from payments.flows.announce_change import SCAN, announce_change
from payments.models import Session
from payments.queries import check_payable
from wallets.core.limits import caps
from wallets.core.money import format_minor


def set_amount(
    *,
    session_id: UUID,
    typed_minor: int | None = None,
    tip_minor: int = 0,
    happened_at: datetime | None = None,
) -> None:
    """Set what an open session would charge. typed_minor: for static codes only, minor units.

    Every change raises the session's version, so that an older confirmation no longer fits.
    Raises Refused: amount_invalid, amount_too_large (cap_minor), tip_not_taken, session_closed 409.
    """
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .select_related("code__merchant__tax_profile", "code__branch")
            .get(pk=session_id)
        )
        code, now = session.code, happened_at or database_now()
        check_payable(code, at=now)
        is_static = code.kind == QrCode.Kind.STATIC
        if is_static != (typed_minor is not None):
            raise Refused("amount_invalid", "Type the amount that you were asked for.")
        if typed_minor is not None:
            _check_amount(code, typed_minor)
        if tip_minor < 0 or (tip_minor and not code.tip_allowed):
            raise Refused("tip_not_taken", "This code takes no tip.")
        changed = Session.objects.filter(pk=session_id, state=Session.State.OPEN, expires_at__gt=now).update(
            typed_minor=typed_minor, tip_minor=tip_minor, version=F("version") + 1
        )
        if not changed:
            raise session_closed()
        if is_static:
            announce_change(kind=SCAN, code=code, subject=session_id)


def session_closed() -> Refused:
    """For a page that was left open too long, or whose payment has been made or given up."""
    return Refused(
        "session_closed", "This page has run out. Nothing was taken: scan the code again.", status=409
    )


def _check_amount(code: QrCode, typed_minor: int) -> None:
    merchant = code.merchant
    if typed_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.")
    cap = caps(merchant.currency, reviewed=merchant.review == "reviewed").static_payment
    if typed_minor > cap:
        text = f"{format_minor(cap, merchant.currency)} {merchant.currency}"
        raise Refused(
            "amount_too_large",
            f"A printed code takes at most {text}. Ask the shop for a code for this order.",
            cap_minor=cap,
        )
