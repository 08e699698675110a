"""Money leaves to the bank: what, how much, who may, and each step of its way booked once."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.models import AuditLine, Event, Notice
from merchants.flows.lift_payout_stop import lift_payout_stop
from merchants.flows.stop_payouts import stop_payouts
from merchants.models import BankAccount, Branch, Merchant, PayoutStop
from payments.core.lifecycle import PAYOUT, may_follow
from payments.flows.carry_payouts import carry_payouts
from payments.flows.end_payout import end_payout
from payments.flows.pay_out import pay_out
from payments.models import Payout, PayoutPart
from payments.queries.payouts import money_of
from payments.tasks import carry_payouts as task
from reports.flows.audit import audit
from tests.factories import Shop, make_member, make_one_time_code, make_person, pay, settle_all
from tests.payments.payouts.stage import PAID_IBAN, RETURNED_IBAN, balances, earned, set_mode, with_account
from wallets.core.ledger import MAX_AMOUNT
from wallets.rails import RAILS
from wallets.rails.base import Outcome, RailDown
from wallets.rails.sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def order(shop: Shop, amount_minor: int | None = None, key: str = "k") -> Payout:
    return pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key=key, amount_minor=amount_minor)


def state_of(payout: Payout) -> str:
    return Payout.objects.get(pk=payout.pk).state


def test_all_of_it_leaves_and_arrives_in_mode_record() -> None:
    shop, _ = earned()
    payout = order(shop)
    assert (payout.state, payout.amount_minor) == ("ordered", 1284)
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 0, "tax": 0, "transit": 1284}
    assert task() == 2  # sent, and paid: the sandbox is quick
    payout.refresh_from_db()
    assert (payout.state, payout.tries) == ("paid", 2)
    assert payout.rail_reference == f"paid:{payout.pk}"
    assert balances(shop.merchant.pk)["transit"] == 0
    kinds = Event.objects.filter(subject=payout.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["payout.ordered", "payout.sent", "payout.paid"]
    lines = AuditLine.objects.filter(subject=payout.pk).order_by("id").values_list("action", "actor")
    assert list(lines) == [("payout.ordered", shop.owner.pk), ("payout.sent", None), ("payout.paid", None)]
    assert audit() == []


def test_ring_fenced_tax_stays() -> None:
    shop, _ = earned(mode="ring_fence")
    assert money_of(shop.merchant).fenced_minor == 190
    assert order(shop).amount_minor == 1094
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 0, "tax": 190, "transit": 1094}
    assert audit() == []


def test_what_was_set_aside_stays_when_the_fence_ends_and_new_tax_leaves() -> None:
    shop, payer = earned(mode="ring_fence")
    assert set_mode(shop, "record")
    assert money_of(shop.merchant).fenced_minor == 190
    pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    assert order(shop).amount_minor == 1094 + 994 + 190
    assert balances(shop.merchant.pk)["tax"] == 190
    with pytest.raises(Refused, match="nothing_to_pay_out"):
        order(shop, key="more")
    assert audit() == []


def test_what_stands_there_is_set_aside_when_a_fence_begins() -> None:
    shop, _ = earned()
    assert set_mode(shop, "ring_fence")
    assert order(shop).amount_minor == 1094


def test_a_fence_holds_the_tax_of_its_place_alone() -> None:
    shop, payer = earned(mode="ring_fence")
    Branch.objects.filter(pk=shop.branch.pk).update(country="AT")
    pay(make_one_time_code(shop, 1200), payer)
    settle_all()
    assert {part.account.place: part.amount_minor for part in money_of(shop.merchant).fenced} == {"DE": 190}
    payout = order(shop)
    taken = [part.account for part in payout.parts.order_by("place")]
    assert taken[-1].endswith(":tax:AT:VAT:20.0000")
    assert balances(shop.merchant.pk)["tax"] == 190


def test_a_part_is_taken_from_sales_first_then_tips_then_tax() -> None:
    shop, _ = earned()
    order(shop, 994 + 40)
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 60, "tax": 190, "transit": 1034}
    order(shop, 100, key="second")
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 0, "tax": 150, "transit": 1134}


def test_what_is_not_settled_is_not_paid_out() -> None:
    shop, payer = earned()
    pay(make_one_time_code(shop, 500), payer)
    assert money_of(shop.merchant).promised_minor == 500
    with pytest.raises(Refused) as no:
        order(shop, 1285)
    assert (no.value.code, no.value.facts["free_minor"]) == ("payout_too_large", 1284)
    assert order(shop, key="all").amount_minor == 1284


def test_one_key_is_one_payout() -> None:
    shop, _ = earned()
    first, again = order(shop, 300), order(shop, 300)
    assert first.pk == again.pk
    assert Payout.objects.count() == 1
    with pytest.raises(Refused, match="key_reused"):
        order(shop, 301)


def test_a_returned_payout_goes_back_where_it_came_from_and_the_owners_are_told() -> None:
    shop, _ = earned(iban=RETURNED_IBAN)
    before = balances(shop.merchant.pk)
    payout = order(shop, 1034)
    assert carry_payouts() == 2
    assert state_of(payout) == "returned"
    assert balances(shop.merchant.pk) == before
    assert "came back" in Notice.objects.get(subject__contains="payout came back").subject
    assert audit() == []
    assert order(shop, key="again").amount_minor == 1284


def test_the_end_is_booked_once_whatever_the_bank_says_later() -> None:
    shop, _ = earned()
    payout = order(shop)
    assert not end_payout(payout_id=payout.pk, outcome=Outcome.PAID)  # it was never sent
    assert carry_payouts() == 2
    for said in (Outcome.PAID, Outcome.RETURNED):
        assert not end_payout(payout_id=payout.pk, outcome=said)
    assert carry_payouts() == 0
    assert balances(shop.merchant.pk) == {"payable": 0, "tips": 0, "tax": 0, "transit": 0}
    assert not end_payout(payout_id=uuid4(), outcome=Outcome.PAID)


def test_a_stopped_merchant_orders_nothing_and_what_is_ordered_waits() -> None:
    shop, _ = earned()
    other, _ = earned()
    payout, others = order(shop, 300), order(other, 300)
    stop_payouts(merchant_id=shop.merchant.pk, reason="Odd", operator_id=None)
    with pytest.raises(Refused, match="payouts_stopped"):
        order(shop, 300, key="second")
    assert carry_payouts() == 2
    assert (state_of(payout), state_of(others)) == ("ordered", "paid")
    operator = make_person(pin=None, is_staff=True)
    lift_payout_stop(operator_id=operator.pk, stop_id=PayoutStop.objects.get().pk, reason="Fine")
    assert carry_payouts() == 2
    assert state_of(payout) == "paid"


def test_the_platforms_switch_stops_all_but_what_is_with_the_bank_is_still_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop, _ = earned()
    sent, waiting = order(shop, 300), order(shop, 200, key="second")
    Payout.objects.filter(pk=sent.pk).update(state="sent", rail_reference="paid:x", sent_at=sent.created_at)
    stop_payouts(merchant_id=None, reason="Incident", operator_id=None)
    assert carry_payouts() == 1
    assert (state_of(sent), state_of(waiting)) == ("paid", "ordered")
    with pytest.raises(Refused, match="payouts_stopped"):
        order(shop, key="third")


def test_a_rail_that_is_down_is_asked_again_and_a_lost_answer_sends_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Shaky(Sandbox):
        def __init__(self) -> None:
            self.orders: list[str] = []
            self.down = True

        def send(self, *, order: str, **rest: object) -> str:
            self.orders.append(order)
            if self.down:
                raise RailDown("no line")
            return f"paid:{order}"

        def outcome(self, *, order: str, reference: str) -> Outcome:
            return Outcome.WAITING

    rail = Shaky()
    monkeypatch.setitem(RAILS, "sandbox", rail)
    shop, _ = earned()
    payout = order(shop)
    assert carry_payouts() == 0
    assert (state_of(payout), balances(shop.merchant.pk)["transit"]) == ("ordered", 1284)
    rail.down = False
    assert carry_payouts() == 1
    assert state_of(payout) == "sent"
    assert carry_payouts() == 0  # the bank has not said yet
    assert rail.orders == [str(payout.pk)] * 2  # the same order: the rail sends it once


def test_who_may() -> None:
    shop, _ = earned()
    for role in ("manager", "accountant", "cashier"):
        with pytest.raises(Refused, match="not_found"):
            pay_out(actor=make_member(shop, role), merchant_id=shop.merchant.pk, key="k")
    stranger, _ = earned()
    for merchant in (stranger.merchant.pk, uuid4()):
        with pytest.raises(Refused, match="not_found"):
            pay_out(actor=shop.owner, merchant_id=merchant, key="k")
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"review": "waiting"}, "shop_not_reviewed"),
        ({"review": "rejected"}, "shop_rejected"),
        ({"frozen": True}, "shop_frozen"),
        ({"account": False}, "bank_account_missing"),
    ],
)
def test_a_shop_that_may_not(fields: dict[str, object], code: str) -> None:
    shop, _ = earned()
    rows = Merchant.objects.filter(pk=shop.merchant.pk)
    rows.update(review=fields.get("review", "reviewed"))
    if fields.get("frozen"):
        rows.update(frozen_at=shop.merchant.created_at)
    if fields.get("account") is False:
        BankAccount.objects.update(ended_at=shop.merchant.created_at)
    with pytest.raises(Refused, match=code):
        order(shop)
    assert balances(shop.merchant.pk)["transit"] == 0


def test_amounts_that_are_none() -> None:
    shop, _ = earned()
    for amount, code in ((0, "amount_invalid"), (-5, "amount_invalid"), (99, "payout_below_minimum")):
        with pytest.raises(Refused, match=code):
            order(shop, amount, key=str(amount))
    with pytest.raises(Refused, match="payout_too_large"):
        order(shop, MAX_AMOUNT, key="huge")
    order(shop, key="all")
    with pytest.raises(Refused, match="nothing_to_pay_out"):
        order(shop, key="more")


def test_test_money_leaves_only_where_the_instance_is_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, _ = earned()
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(Refused, match="rail_unknown"):
        order(shop)
    with pytest.raises(Refused, match="rail_unknown"):
        pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k", rail="pigeon")


def test_an_order_keeps_its_account_when_the_shop_takes_another() -> None:
    shop, _ = earned(iban=PAID_IBAN)
    payout = order(shop, 300)
    with_account(shop, RETURNED_IBAN)
    assert carry_payouts() == 2
    assert state_of(payout) == "paid"


def test_a_new_sale_can_be_paid_out_after_all_went() -> None:
    shop, payer = earned()
    order(shop)
    pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    assert order(shop, key="second").amount_minor == 1184


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"amount_minor": 0}, "payout_positive"),
        ({"state": "sent"}, "payout_state_whole"),
        ({"state": "paid", "rail_reference": "x"}, "payout_state_whole"),
        ({"rail_reference": "x"}, "payout_state_whole"),
    ],
)
def test_the_database_refuses_a_half_payout(fields: dict[str, object], constraint: str) -> None:
    shop, _ = earned()
    payout = order(shop)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**fields)
    with pytest.raises(IntegrityError, match="payout_part_positive"), transaction.atomic():
        PayoutPart.objects.update(amount_minor=0)


def test_which_state_follows_which() -> None:
    assert set(PAYOUT) == set(Payout.State.values)
    assert may_follow(PAYOUT, "sent", "returned")
    assert not may_follow(PAYOUT, "paid", "returned")
    assert not may_follow(PAYOUT, "ordered", "paid")
