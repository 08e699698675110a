"""Shifts at a till as a test asks for them: opened, handed over and closed by the real flows."""

import itertools
import json
from typing import Any

from payments.flows.close_shift import close_shift
from payments.flows.hand_over import hand_over
from payments.flows.move_cash import move_cash
from payments.flows.open_shift import open_shift
from payments.models import Shift
from payments.queries.shifts import drawer_of
from people.models import User
from tests.factories import Shop

_key = itertools.count(1)


def key() -> str:
    """Another one each time."""
    return f"key {next(_key)}"


def begin(shop: Shop, *, actor: User | None = None, float_minor: int = 0) -> Shift:
    return open_shift(actor=actor or shop.cashier, till_id=shop.till.pk, float_minor=float_minor, key=key())


def take(shop: Shop, shift: Shift, actor: User, counted_minor: int | None = None) -> None:
    hand_over(actor=actor, till_id=shop.till.pk, shift_id=shift.pk, counted_minor=counted_minor, key=key())


def cash(shop: Shop, shift: Shift, kind: str, amount_minor: int, reason: str = "milk") -> None:
    move_cash(
        actor=shop.cashier,
        till_id=shop.till.pk,
        shift_id=shift.pk,
        kind=kind,
        amount_minor=amount_minor,
        reason=reason,
        key=key(),
    )


def end(
    shop: Shop,
    shift: Shift,
    *,
    actor: User | None = None,
    counted_minor: int | None = None,
    reason: str = "",
) -> Shift:
    """Closed with what should be in the drawer, where nothing else is said."""
    return close_shift(
        actor=actor or shop.cashier,
        till_id=shop.till.pk,
        shift_id=shift.pk,
        counted_minor=drawer_of(shift).expected_minor if counted_minor is None else counted_minor,
        reason=reason,
        key=key(),
    )


def said(shift: Shift) -> dict[str, Any]:
    """What its Z report says."""
    shift.refresh_from_db()
    report: dict[str, Any] = json.loads(shift.report)
    return report
