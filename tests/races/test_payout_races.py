"""Payouts meet payouts, refunds, sales and each other's carriers: no cent leaves twice or from nowhere."""

from functools import partial

import pytest
from django.db import connection, transaction

from merchants.models import TaxMode
from payments.flows.carry_payouts import carry_payouts
from payments.flows.end_payout import end_payout
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.flows.settle import settle
from payments.models import Payment, Payout
from payments.queries.payouts import money_of
from tests.factories import make_one_time_code, pay
from tests.payments.payouts.stage import balances, earned, released, set_mode
from tests.races.threads import assert_clean, at_once, start, wait_for, waiting
from wallets.models import Journal
from wallets.rails.base import Outcome
from wallets.rails.sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

TRIALS = 3


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_two_payouts_of_all_at_once_take_it_once(_trial: int) -> None:
    shop, _ = earned()
    acts = [
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key=f"{number}") for number in (1, 2)
    ]
    answers = at_once(*acts)
    assert sorted(type(answer).__name__ for answer in answers) == ["Payout", "str"]
    assert "nothing_to_pay_out" in answers
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 0, "tax": 0, "transit": 1284}


def test_one_key_from_four_taps_is_one_payout() -> None:
    shop, _ = earned()
    act = partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="one", amount_minor=300)
    answers = at_once(act, act, act, act)
    assert len({answer.pk for answer in answers}) == 1
    assert balances(shop.merchant.pk)["transit"] == 300


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_payout_of_all_against_a_refund(_trial: int) -> None:
    shop, _ = earned()
    sale = Payment.objects.get(merchant=shop.merchant)
    paid, back = at_once(
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"),
        partial(refund, actor=shop.cashier, payment_id=sale.pk, key="back", amount_minor=645),
    )
    left = balances(shop.merchant.pk)
    if back == "shop_balance_too_low":
        assert paid.amount_minor == 1284
    else:
        # The refund came first, or between two looks of the payout: then the payout took what was left.
        assert paid.amount_minor == 1284 - 645
    assert (left["payable"], left["tips"], left["tax"]) == (0, 0, 0)
    assert left["transit"] == paid.amount_minor


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_release_of_all_against_a_refund(_trial: int) -> None:
    shop, _ = earned(mode="ring_fence")
    sale = Payment.objects.get(merchant=shop.merchant)
    row, back = at_once(
        partial(released, shop),
        partial(refund, actor=shop.cashier, payment_id=sale.pk, key="b", amount_minor=645),
    )
    # Before or after: the shop holds what it took less what went back, all of it in the sales and the tips.
    left = balances(shop.merchant.pk)
    assert (back.amount_minor, left["payable"] + left["tax"], left["tips"]) == (645, 994 + 190 - 595, 50)
    assert (row.amount_minor, left["tax"]) in {(190, 0), (95, 0)}
    recalled = Journal.objects.filter(kind="recall").count()
    assert recalled == (1 if row.amount_minor == 190 else 0)
    assert_clean()


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_two_releases_of_all_at_once_release_it_once(_trial: int) -> None:
    shop, _ = earned(mode="ring_fence")
    answers = at_once(*[partial(released, shop)] * 3, partial(released, shop, "authority"))
    assert sorted(map(str, answers)).count("nothing_to_release") == 3
    assert balances(shop.merchant.pk)["tax"] == 0
    assert_clean()


def test_one_key_from_four_taps_is_one_release() -> None:
    shop, _ = earned(mode="ring_fence")
    answers = at_once(*[partial(released, shop, key="one", amount_minor=100)] * 4)
    assert len({answer.pk for answer in answers}) == 1
    assert balances(shop.merchant.pk)["tax"] == 90


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_release_against_a_payout_of_all(_trial: int) -> None:
    shop, _ = earned(mode="ring_fence")
    row, paid = at_once(
        partial(released, shop),
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"),
    )
    left = balances(shop.merchant.pk)
    assert row.amount_minor == 190
    assert (paid.amount_minor, left["payable"], left["tax"]) in {(1284, 0, 0), (1094, 190, 0)}
    assert_clean()


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_release_against_a_fence_that_ends_lets_nothing_out_twice(_trial: int) -> None:
    shop, _ = earned(mode="ring_fence")
    row, changed = at_once(partial(released, shop, amount_minor=100), partial(set_mode, shop, "record"))
    assert (row.amount_minor, changed) == (100, True)
    # What was kept is what stood there; the release counts against it on either side of the change.
    assert money_of(shop.merchant).fenced_minor == 90
    assert_clean()


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_two_refunds_recall_at_once(_trial: int) -> None:
    shop, payer = earned()
    sale = Payment.objects.get(merchant=shop.merchant)
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="all")
    other = [{"description": "Soup", "category": "reduced", "amount_minor": 2_140}]
    pay(make_one_time_code(shop, lines=other), payer)
    settle()
    acts = [
        partial(refund, actor=shop.cashier, payment_id=sale.pk, key=f"{n}", amount_minor=645) for n in (1, 2)
    ]
    at_once(*acts)
    left = balances(shop.merchant.pk)
    # Both, with the fee of the sale that came to nothing: 20.00 less its fee of 0.11.
    assert (left["payable"], left["tax"], left["tips"]) == (2_000 - 11 - 1290 + 6, 0, 0)
    assert_clean()


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_payout_of_all_against_a_fence_that_begins(_trial: int) -> None:
    shop, _ = earned()
    paid, changed = at_once(
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"),
        partial(set_mode, shop, "ring_fence"),
    )
    assert changed
    left = balances(shop.merchant.pk)
    # One of the two was first, and the payout was decided whole by the mode that it met.
    assert (paid.amount_minor, left["tax"]) in {(1284, 0), (1094, 190)}


@pytest.mark.parametrize("_trial", range(TRIALS))
def test_a_payout_of_all_against_a_fence_that_ends(_trial: int) -> None:
    shop, _ = earned(mode="ring_fence")
    paid, changed = at_once(
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"),
        partial(set_mode, shop, "record"),
    )
    # Whichever was first: what was set aside is not let out.
    assert (paid.amount_minor, changed) == (1094, True)
    assert balances(shop.merchant.pk)["tax"] == 190


def test_two_owners_set_a_mode_at_once_and_it_is_written_once() -> None:
    shop, _ = earned()
    assert sorted(at_once(*[partial(set_mode, shop, "ring_fence")] * 4)) == [False, False, False, True]
    assert list(TaxMode.objects.values_list("number", flat=True)) == [1]


def test_a_payout_waits_for_a_fence_that_is_being_set() -> None:
    """The control of the lock: while a mode is being changed a payout cannot be decided by the old one."""
    shop, _ = earned()
    with transaction.atomic():
        assert set_mode(shop, "ring_fence")
        answer = start(partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"))
        wait_for(lambda: waiting() > 0)
    assert answer().amount_minor == 1094


def test_a_payout_against_sales_that_settle() -> None:
    shop, payer = earned()
    for _ in range(3):
        pay(make_one_time_code(shop, 1190), payer)
    paid, _, _ = at_once(
        partial(pay_out, actor=shop.owner, merchant_id=shop.merchant.pk, key="out"), settle, settle
    )
    settle()
    left = balances(shop.merchant.pk)
    assert sum(left.values()) == 1284 + 3 * 1184
    assert left["transit"] == paid.amount_minor


def test_two_rounds_count_their_tries_in_one_order() -> None:
    """The control of the order: a round that waits for the lowest order holds none that comes after it."""
    shop, _ = earned()
    for number in range(3):
        pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key=f"{number}", amount_minor=200)
    first, *others = Payout.objects.order_by("pk").values_list("pk", flat=True)
    Payout.objects.filter(pk=first).update(rail_reference="")  # its row now stands behind the others

    def round_by_place() -> int:
        """As in a table that is read from its first row to its last."""
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
        return carry_payouts()

    with transaction.atomic():
        Payout.objects.select_for_update(no_key=True).get(pk=first)
        carried = start(round_by_place)
        wait_for(lambda: waiting() > 0)
        free = Payout.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=others)
        assert len(free) == 2
    assert carried() == 6
    assert set(Payout.objects.values_list("tries", flat=True)) == {2}


def test_four_carriers_and_the_bank_saying_both(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, _ = earned()
    for number in range(5):
        pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key=f"{number}", amount_minor=200)
    at_once(*[carry_payouts] * 4)
    carry_payouts()
    assert set(Payout.objects.values_list("state", flat=True)) == {"paid"}
    assert balances(shop.merchant.pk)["transit"] == 0

    payout = pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="last")
    monkeypatch.setattr(Sandbox, "outcome", lambda *_, **__: Outcome.WAITING)
    assert carry_payouts() == 1
    said = [
        partial(end_payout, payout_id=payout.pk, outcome=each) for each in (Outcome.PAID, Outcome.RETURNED)
    ]
    assert sorted(at_once(*said, *said)) == [False, False, False, True]
    assert balances(shop.merchant.pk)["transit"] == 0
