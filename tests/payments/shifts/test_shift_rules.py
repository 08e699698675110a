"""What the database itself refuses of shifts, whatever the code says."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from base.owner import as_owner
from payments.models import CashMove, HandOver, OutsidePayment, Refund, Shift
from tests.factories import Shop, make_one_time_code, make_person, make_shop, pay
from tests.payments.shifts.stage import begin, cash, end, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def assert_refused(act: Callable[[], Any], match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        act()


def test_a_closed_shift_is_never_changed(shop: Shop) -> None:
    shift = end(shop, begin(shop))
    mine = Shift.objects.filter(pk=shift.pk)
    for change in ({"counted_minor": 5}, {"number": 9}, {"report": "{}"}, {"closed_at": None}):
        assert_refused(partial(mine.update, **change), "a closed shift stays as it is")
    assert Shift.objects.get(pk=shift.pk).report == shift.report


def test_not_even_by_the_owner_of_the_tables(shop: Shop) -> None:
    shift = end(shop, begin(shop))
    with as_owner(connection):
        assert_refused(lambda: Shift.objects.filter(pk=shift.pk).update(number=2), "stays as it is")
        assert_refused(
            lambda: Shift.objects.filter(pk=shift.pk)._raw_delete("default"), "a closed shift stays as it is"
        )


def test_no_shift_is_deleted(shop: Shop) -> None:
    shift = begin(shop)
    assert_refused(
        lambda: Shift.objects.filter(pk=shift.pk)._raw_delete("default"), "DELETE on payments_shift"
    )


def test_nothing_joins_a_closed_shift(shop: Shop) -> None:
    shift, now = end(shop, begin(shop)), timezone.now()
    assert_refused(
        lambda: CashMove.objects.create(
            shift=shift, kind="paid_in", amount_minor=1, reason="x", person=shop.owner, happened_at=now
        ),
        "the shift is closed",
    )
    assert_refused(
        lambda: HandOver.objects.create(shift=shift, giver=shop.cashier, taker=shop.owner, happened_at=now),
        "the shift is closed",
    )


def test_what_belongs_to_a_shift_is_only_added(shop: Shop) -> None:
    pay(make_one_time_code(shop), make_person(funds={"EUR": 5_000}))
    shift = begin(shop, float_minor=100)
    cash(shop, shift, "paid_out", 100)
    take(shop, shift, shop.owner)
    for rows in (CashMove.objects.all(), HandOver.objects.all(), OutsidePayment.objects.all()):
        assert rows.count() == 1
        assert_refused(partial(rows._raw_delete, "default"), "permission denied")
        assert_refused(partial(rows.update, shift=shift), "permission denied")


def test_a_shift_is_closed_whole(shop: Shop) -> None:
    shift = Shift.objects.filter(pk=begin(shop).pk)
    assert_refused(lambda: shift.update(number=1), "shift_closed_whole")
    assert_refused(lambda: shift.update(closed_at=timezone.now()), "shift_closed_whole")
    assert_refused(lambda: shift.update(counted_minor=1), "shift_closed_whole|shift_difference_has_reason")


def test_a_difference_without_a_reason_is_refused(shop: Shop) -> None:
    shift = Shift.objects.filter(pk=begin(shop).pk)
    whole = {
        "closed_at": timezone.now(),
        "closed_by": shop.owner,
        "expected_minor": 5,
        "counted_minor": 4,
        "number": 1,
        "report": "{}",
        "report_sha256": b"x" * 32,
    }
    assert_refused(lambda: shift.update(**whole), "shift_difference_has_reason")
    assert_refused(
        lambda: shift.update(**whole | {"counted_minor": -1}, difference_reason="?"), "shift_cash_not_neg"
    )


def test_a_number_is_given_once(shop: Shop) -> None:
    first = end(shop, begin(shop))
    shift = Shift.objects.filter(pk=begin(shop).pk)
    again = {
        "closed_at": timezone.now(),
        "closed_by": shop.owner,
        "expected_minor": 0,
        "counted_minor": 0,
        "number": first.number,
        "report": "{}",
        "report_sha256": b"x" * 32,
    }
    assert_refused(lambda: shift.update(**again), "shift_z_number_once")


def test_a_payment_and_a_refund_are_in_one_report(shop: Shop) -> None:
    paid = pay(make_one_time_code(shop), make_person(funds={"EUR": 5_000}))
    shift = begin(shop)
    with pytest.raises(IntegrityError, match="payments_outsidepayment_pkey"), transaction.atomic():
        OutsidePayment.objects.create(payment=paid, shift=shift)
    row = Refund(
        payment=paid,
        merchant=shop.merchant,
        amount_minor=1,
        tax_minor=0,
        tip_minor=0,
        fee_minor=0,
        ordered_by=shop.owner,
        happened_at=timezone.now(),
        shift=shift,
        counted_in=shift,
    )
    assert_refused(row.save, "refund_in_one_z_report")
