"""Shifts opened and closed while people pay: each payment in one Z report, each number given once."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from base.owner import as_owner
from payments.flows.close_shift import close_shift
from payments.flows.hand_over import hand_over
from payments.flows.open_shift import open_shift
from payments.flows.refund import refund
from payments.models import HandOver, OutsidePayment, Payment, ReceiptCounter, Refund, Shift
from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code, pay, settle_all
from tests.payments.shifts.stage import begin, end, key, said
from tests.races.threads import at_once, patient, same, start, wait_for, waiting
from wallets.models import Account

pytestmark = pytest.mark.django_db(transaction=True)
PAYERS, PAYMENTS = 4, 12


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def closing(shop: Shop, shift: Shift, name: str = "") -> Callable[[], Shift]:
    wish: dict[str, Any] = {
        "actor": shop.cashier,
        "till_id": shop.till.pk,
        "shift_id": shift.pk,
        "counted_minor": 0,
    }
    return partial(close_shift, **wish, key=name or key())


def opening(shop: Shop, name: str = "") -> Callable[[], Shift]:
    return partial(open_shift, actor=shop.cashier, till_id=shop.till.pk, float_minor=0, key=name or key())


def numbers(shop: Shop) -> list[int | None]:
    return list(shop.till.shifts.order_by("number").values_list("number", flat=True))


def test_all_reports_together_are_all_payments(shop: Shop) -> None:
    """Four people pay and one gets money back, while shifts are closed and opened under their hands."""
    code = make_static_code(shop)
    payers = [make_person(funds={"EUR": 90_000}) for _ in range(PAYERS)]
    left = threading.Semaphore(0)

    def payer(number: int, person: User) -> None:
        try:
            for turn in range(PAYMENTS):
                paid = patient(partial(pay, code, person, 100 + turn, tip_minor=number))()
                if turn % 4 == 0:
                    give_back = partial(refund, actor=shop.cashier, payment_id=paid.pk, amount_minor=50)
                    patient(partial(give_back, key=f"{paid.pk}"))()
        finally:
            left.release()

    def gone() -> Iterator[None]:
        while not left.acquire(blocking=False):
            yield

    def shifts() -> int:
        rounds = 0
        for _ in range(PAYERS):
            for _ in gone():
                shift = patient(opening(shop))()
                patient(closing(shop, shift))()
                rounds += 1
        return rounds

    *_, rounds = at_once(*(partial(payer, n, person) for n, person in enumerate(payers)), shifts)
    end(shop, begin(shop))  # what was made since the last close
    reports = [said(shift) for shift in shop.till.shifts.order_by("number")]
    assert numbers(shop) == list(range(1, rounds + 2))
    sides = [z[side] for z in reports for side in ("sales", "sales_outside")]
    payments = list(Payment.objects.all())
    assert sum(each["payments"] for each in sides) == len(payments) == PAYERS * PAYMENTS
    assert sum(each["total_minor"] for each in sides) == sum(p.total_minor for p in payments)
    assert sum(each["tax_minor"] for each in sides) == sum(p.tax_minor for p in payments)
    assert sum(rate["tax_minor"] for each in sides for rate in each["rates"]) == sum(
        p.tax_minor for p in payments
    )
    back = [z[side] for z in reports for side in ("refunds", "refunds_outside")]
    assert sum(each["refunds"] for each in back) == Refund.objects.count() == PAYERS * PAYMENTS // 4
    assert sum(each["total_minor"] for each in back) == 50 * PAYERS * PAYMENTS // 4
    # Each report holds what its rows say: none was written before all of its payments could be seen.
    for z in reports:
        assert z["sales"]["payments"] == Payment.objects.filter(shift=z["shift"]).count()
        assert z["sales_outside"]["payments"] == OutsidePayment.objects.filter(shift=z["shift"]).count()
        assert sum(each["total_minor"] for each in z["cashiers"]) == z["sales"]["total_minor"]
    settle_all()


def test_a_close_waits_for_a_payment_under_way_and_has_it(shop: Shop) -> None:
    """The payment has its shift and waits for the payer's account: it cannot be seen, and is not lost."""
    code, ann = make_static_code(shop), make_person(funds={"EUR": 5_000})
    shift = begin(shop)
    with as_owner(connection), transaction.atomic():
        list(Account.objects.select_for_update().filter(code=f"customer:{ann.wallet.pk}:EUR"))
        paying = start(partial(pay, code, ann, 700))
        wait_for(lambda: waiting() == 1)
        closed = start(closing(shop, shift))
        wait_for(lambda: waiting() == 2)
        assert Shift.objects.get(pk=shift.pk).closed_at is None
    assert Payment.objects.get(pk=paying().pk).shift_id == shift.pk
    assert closed().number == 1
    assert said(shift)["sales"]["total_minor"] == 700


def test_a_close_waits_for_a_refund_under_way_and_has_it(shop: Shop) -> None:
    paid = pay(make_static_code(shop), make_person(funds={"EUR": 5_000}), 700)
    settle_all()
    shift = begin(shop)
    with transaction.atomic():
        ReceiptCounter.objects.select_for_update().get(pk=shop.merchant.pk)
        done = start(partial(refund, actor=shop.cashier, payment_id=paid.pk, key="k"))
        wait_for(lambda: waiting() == 1)
        closed = start(closing(shop, shift))
        wait_for(lambda: waiting() == 2)
    assert done().shift_id == shift.pk
    assert closed().number == 1
    assert said(shift)["refunds"]["total_minor"] == 700


def test_a_payment_that_meets_a_close_waits_and_is_outside(shop: Shop) -> None:
    code, ann = make_static_code(shop), make_person(funds={"EUR": 5_000})
    shift = begin(shop)
    with transaction.atomic():
        Shift.objects.select_for_update().get(pk=shift.pk)
        paying = start(partial(pay, code, ann, 700))
        wait_for(lambda: waiting() == 1)
        closed = {"closed_at": timezone.now(), "closed_by": shop.cashier, "expected_minor": 0}
        closed |= {"counted_minor": 0, "number": 1, "report": "{}", "report_sha256": b"x" * 32}
        Shift.objects.filter(pk=shift.pk).update(**closed)
    assert Payment.objects.get(pk=paying().pk).shift_id is None


def test_sixteen_taps_open_one_and_close_one(shop: Shop) -> None:
    opened = at_once(*same(opening(shop, "one"), 16))
    assert opened == [Shift.objects.get()] * 16
    assert at_once(*same(closing(shop, opened[0], "two"), 16)) == opened
    assert numbers(shop) == [1]


def test_of_eight_who_open_one_does(shop: Shop) -> None:
    answers = at_once(*(opening(shop) for _ in range(8)))
    assert answers.count("shift_open") == 7
    assert Shift.objects.count() == 1


def test_of_eight_who_close_one_does(shop: Shop) -> None:
    shift = begin(shop)
    answers = at_once(*(closing(shop, shift) for _ in range(8)))
    assert answers.count("shift_closed") == 7
    assert numbers(shop) == [1]


def test_two_tills_closed_at_once_both_begin_with_one(shop: Shop) -> None:
    other = make_shop(trade_name="Other")
    mine, theirs = begin(shop), begin(other)
    at_once(closing(shop, mine), closing(other, theirs))
    assert numbers(shop) == numbers(other) == [1]


def test_those_who_take_over_at_once_do_so_in_turn(shop: Shop) -> None:
    """Each takes it from whoever held it at that moment: the hand-overs are one chain."""
    people = [make_member(shop, "cashier") for _ in range(6)]
    shift = begin(shop)
    wish: dict[str, Any] = {"till_id": shop.till.pk, "shift_id": shift.pk}
    at_once(*(partial(hand_over, actor=person, key=key(), **wish) for person in people))
    chain = list(HandOver.objects.order_by("happened_at"))
    assert [each.giver for each in chain] == [shop.cashier, *(each.taker for each in chain[:-1])]
    shift.refresh_from_db()
    assert shift.holder == chain[-1].taker


def test_a_close_that_fails_leaves_no_gap(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A close that fails after it has its number gives the number back."""
    shift = begin(shop)
    monkeypatch.setattr("payments.flows.close_shift.audit_line", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        end(shop, shift)
    monkeypatch.undo()
    assert end(shop, shift).number == 1
