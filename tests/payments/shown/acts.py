"""A customer who shows a code and a till that scans it, through the real flows."""

import secrets
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import QrCode
from payments.core.shown_code import Scanned, read_scanned
from payments.flows.charge_presented import charge_presented
from payments.flows.open_showing import open_showing
from payments.flows.show_to_till import Fresh, show_to_till
from payments.models import Showing, ShownCode
from payments.queries.shown import outcome_of
from people.models import User
from tests.factories import PIN, Shop


def show(person: User, *, pin: str | None = PIN) -> Fresh:
    """Open a showing and show its first code; pin=None: each amount asks for it."""
    showing = open_showing(person_id=person.pk, pin=pin)
    return again(person, showing)


def again(person: User, showing: Showing) -> Fresh:
    return show_to_till(person_id=person.pk, showing_id=showing.pk)


def read(text: str) -> Scanned:
    return read_scanned(text, base_url=settings.BASE_URL)


def charge(shop: Shop, order: QrCode, text: str, *, key: str = "", actor: User | None = None) -> UUID:
    """A cashier of the shop scans: the id of the code that was taken."""
    return charge_presented(
        actor=actor or shop.cashier,
        till_id=order.till_id or shop.till.pk,
        order_id=order.pk,
        scanned=read(text),
        key=key or secrets.token_hex(8),
    )


def taken(code_id: UUID) -> ShownCode:
    return ShownCode.objects.select_related("session", "order", "showing").get(pk=code_id)


def outcome(code_id: UUID) -> str:
    return outcome_of(taken(code_id), at=database_now())


def showing_of(person: User) -> Showing:
    return Showing.objects.get(person=person, closed_at=None)


def no(code: str) -> Any:
    """The block is refused with this very code."""
    return pytest.raises(Refused, match=f"^{code}: ")
