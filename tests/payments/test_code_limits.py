"""A printed code that takes so many payments, or until a moment, and no more."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import QrCode
from merchants.queries import token_of
from payments.flows.close_shift import close_shift
from payments.flows.confirm import confirm
from payments.flows.open_session import open_session
from payments.flows.open_shift import open_shift
from payments.models import Payment, Session, Shift
from people.models import User
from tests.factories import PIN, Shop, make_person, make_shop, make_static_code, pay, scan, yes_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 10_000})


def _yes(session: Session, person: User, token: str) -> Payment:
    return confirm(session_id=session.pk, person_id=person.pk, confirmation=token, pin=PIN)


def test_the_last_use_is_the_last(shop: Shop, ann: User) -> None:
    code = make_static_code(shop, most_uses=2)
    waiting = scan(code, ann, typed_minor=100)
    token = yes_to(waiting, ann)
    for uses in (1, 2):
        pay(code, ann, 100)
        code.refresh_from_db()
        assert code.uses == uses
    # Scanned and shown while there was a use left; said yes to when there was none.
    with pytest.raises(Refused) as no:
        _yes(waiting, ann, token)
    assert (no.value.code, no.value.status) == ("code_used_up", 410)
    with pytest.raises(Refused) as no:
        open_session(token=token_of(code), person_id=ann.pk)
    assert no.value.code == "code_used_up"
    assert Payment.objects.filter(code=code).count() == 2


def test_a_refused_payment_uses_nothing(shop: Shop) -> None:
    poor = make_person(funds={"EUR": 50})
    code = make_static_code(shop, most_uses=1)
    with pytest.raises(Refused) as no:
        pay(code, poor, 100)
    assert no.value.code == "balance_too_low"
    code.refresh_from_db()
    assert code.uses == 0


def test_the_database_refuses_a_use_too_many(shop: Shop) -> None:
    code = make_static_code(shop, most_uses=1)
    with pytest.raises(IntegrityError, match="qr_code_uses_within"), transaction.atomic():
        QrCode.objects.filter(pk=code.pk).update(uses=2)
    with pytest.raises(IntegrityError, match="qr_code_uses_within"), transaction.atomic():
        QrCode.objects.filter(pk=make_static_code(shop).pk).update(uses=1)


def test_a_printed_code_ends_by_itself(shop: Shop, ann: User) -> None:
    end = database_now() + timedelta(hours=1)
    code = make_static_code(shop, expires_at=end)
    session = scan(code, ann, typed_minor=100)
    token = yes_to(session, ann)
    QrCode.objects.filter(pk=code.pk).update(expires_at=database_now() - timedelta(seconds=1))
    with pytest.raises(Refused) as no:
        _yes(session, ann, token)
    assert (no.value.code, no.value.facts["kind"]) == ("code_expired", "static")


def test_scan_and_payment_are_in_the_open_shift_of_the_till(shop: Shop, ann: User) -> None:
    at_till, at_branch = make_static_code(shop), make_static_code(shop, till=False)
    assert pay(at_till, ann, 100).shift_id is None
    shift = open_shift(actor=shop.cashier, till_id=shop.till.pk, float_minor=0, key="open")
    assert open_session(token=token_of(at_till), person_id=ann.pk).shift_id == shift.pk
    assert open_session(token=token_of(at_branch), person_id=ann.pk).shift_id is None
    assert Payment.objects.get(pk=pay(at_till, ann, 100).pk).shift_id == shift.pk
    branch_wide = Payment.objects.get(pk=pay(at_branch, ann, 100).pk)
    assert branch_wide.shift_id is None
    late = scan(at_till, ann, typed_minor=100)
    close_shift(actor=shop.cashier, till_id=shop.till.pk, shift_id=shift.pk, counted_minor=0, key="close")
    after = Payment.objects.get(pk=_yes(late, ann, yes_to(late, ann)).pk)
    assert after.shift_id is None, "the payment counts where it was made, not where it was scanned"


def test_a_till_has_one_open_shift(shop: Shop) -> None:
    shift = {"till": shop.till, "opened_by": shop.cashier, "holder": shop.cashier, "currency": "EUR"}
    Shift.objects.create(**shift)
    with pytest.raises(IntegrityError, match="shift_one_open_at_a_till"), transaction.atomic():
        Shift.objects.create(**shift)
