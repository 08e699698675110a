"""Ring-fenced tax is released once, by an owner, never more than is fenced, by period where one is named."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from base.core.errors import Refused
from base.models import AuditLine, Event
from merchants.flows.freeze_merchant import freeze_merchant
from merchants.flows.lift_payout_stop import lift_payout_stop
from merchants.flows.stop_payouts import stop_payouts
from merchants.models import PayoutStop
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.flows.release_tax import release_tax
from payments.flows.remit_tax import remit_tax
from payments.models import Payment, TaxRelease, TaxReleasePart
from payments.queries.payouts import money_of
from reports.flows.audit import audit
from tests.factories import Shop, balance, make_member, make_one_time_code, make_person, pay, settle_all
from tests.payments.payouts.stage import balances, earned, moved, released, set_mode
from wallets.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)

Q4 = datetime(2026, 10, 1, tzinfo=UTC)


def sell(shop: Shop, amount_minor: int, category: str = "standard", at: datetime | None = None) -> Payment:
    line = {"description": "Order", "category": category, "amount_minor": amount_minor}
    code = make_one_time_code(shop, lines=[line], life=timedelta(days=400))
    payment = pay(code, make_person(funds={"EUR": 90_000}), happened_at=at)
    settle_all()
    return payment


def test_all_that_stands_is_released_and_can_be_paid_out() -> None:
    shop, _ = earned(mode="ring_fence")
    sell(shop, 1070, "reduced")
    row = released(shop)
    assert (row.amount_minor, row.to, row.place, row.tax_mode.number) == (260, "payable", "DE", 1)
    assert moved(f"tax_release:{row.pk}") == {
        "tax:DE:VAT:19.0000": -190, "tax:DE:VAT:7.0000": -70, "payable": 260,
    }  # fmt: skip
    parts = TaxReleasePart.objects.filter(release=row).order_by("line").values_list("line", "account")
    assert [(line, code.rpartition(":")[2]) for line, code in parts] == [(1, "19.0000"), (2, "7.0000")]
    money = money_of(shop.merchant)
    assert (money.fenced_minor, money.of("tax")) == (0, 0)
    total = money.total_minor
    assert pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="all").amount_minor == total
    assert audit() == []


def test_the_paper_the_event_and_the_trail() -> None:
    shop, _ = earned(mode="ring_fence")
    row = released(shop, period="2026-Q3")
    journal = Journal.objects.get(pk=row.journal)
    assert bytes(journal.document_sha256 or b"") == hashlib.sha256(row.document.encode()).digest()
    facts = json.loads(row.document)
    assert (facts["kind"], facts["amount_minor"], facts["place"], facts["period"]) == (
        "tax_release", 190, "DE", "2026-Q3",
    )  # fmt: skip
    told = Event.objects.get(kind="tax.released")
    assert (told.subject, told.shard_key, told.payload["amount_minor"]) == (row.pk, shop.merchant.pk, 190)
    line = AuditLine.objects.get(action="tax.released")
    assert (line.actor_id, line.subject, line.merchant, line.detail["period"]) == (
        shop.owner.pk, row.pk, shop.merchant.pk, "2026-Q3",
    )  # fmt: skip


def test_a_part_comes_from_the_accounts_in_the_order_of_their_codes() -> None:
    shop, _ = earned(mode="ring_fence")
    sell(shop, 1070, "reduced")
    row = released(shop, amount_minor=200)
    assert moved(f"tax_release:{row.pk}") == {
        "tax:DE:VAT:19.0000": -190, "tax:DE:VAT:7.0000": -10, "payable": 200,
    }  # fmt: skip
    assert money_of(shop.merchant).fenced_minor == 60
    assert audit() == []


def test_one_key_is_one_release() -> None:
    shop, _ = earned(mode="ring_fence")
    first = released(shop, key="k", amount_minor=100)
    assert released(shop, key="k", amount_minor=100).pk == first.pk
    assert TaxRelease.objects.count() == 1
    with pytest.raises(Refused, match="key_reused"):
        released(shop, key="k", amount_minor=90)
    assert balances(shop.merchant.pk)["tax"] == 90


def test_of_a_period_only_what_happened_in_it_or_before() -> None:
    shop, _ = earned(mode="ring_fence")  # today: after the quarter's end
    sell(shop, 1190, at=Q4 - timedelta(seconds=1))
    sell(shop, 2380, at=Q4)
    assert released(shop, until=Q4, period="2026-Q3").amount_minor == 190
    with pytest.raises(Refused, match="nothing_to_release"):
        released(shop, until=Q4)  # again: what is later is not the quarter's
    assert balances(shop.merchant.pk)["tax"] == 380 + 190
    assert released(shop).amount_minor == 570
    assert audit() == []


def test_a_frozen_shops_tax_goes_to_its_authority_and_nothing_to_the_shop() -> None:
    shop, _ = earned(mode="ring_fence")
    operator = make_person(pin=None, is_staff=True)
    assert freeze_merchant(operator_id=operator.pk, merchant_id=shop.merchant.pk, on=True)
    before = balances(shop.merchant.pk)
    row = released(shop, "authority")
    assert moved(f"tax_remittance:{row.pk}") == {"tax:DE:VAT:19.0000": -190, "authority:DE": 190}
    assert balances(shop.merchant.pk) == before | {"tax": 0}
    with pytest.raises(Refused, match="shop_frozen"):
        pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k")
    assert audit() == []


@pytest.mark.parametrize("everybodys", [False, True])
def test_a_stop_of_payouts_holds_a_remittance_too(everybodys: bool) -> None:
    shop, _ = earned(mode="ring_fence")
    before = balances(shop.merchant.pk)
    stop_payouts(merchant_id=None if everybodys else shop.merchant.pk, reason="Odd", operator_id=None)
    with pytest.raises(Refused, match="payouts_stopped"):
        released(shop, "authority")
    assert balances(shop.merchant.pk) == before
    lift_payout_stop(
        operator_id=make_person(pin=None, is_staff=True).pk,
        stop_id=PayoutStop.objects.get().pk,
        reason="Fine",
    )
    assert released(shop, "authority").amount_minor == 190


def test_a_refund_belongs_to_its_own_period() -> None:
    shop, _ = earned(mode="ring_fence")
    early = sell(shop, 1190, at=Q4 - timedelta(days=1))
    refund(actor=shop.cashier, payment_id=early.pk, key="back", happened_at=Q4 + timedelta(days=1))
    # The quarter was filed with 1.90, so 1.90 of what stands is its: the later sale stands for the refund.
    assert released(shop, until=Q4).amount_minor == 190
    assert balances(shop.merchant.pk)["tax"] == 0
    with pytest.raises(Refused, match="nothing_to_release"):
        released(shop)


def test_a_refund_of_released_tax_does_not_open_the_period_again() -> None:
    shop, _ = earned(mode="ring_fence")
    early = sell(shop, 1190, at=Q4 - timedelta(days=1))
    assert released(shop, until=Q4).amount_minor == 190
    released(shop)
    row = refund(actor=shop.cashier, payment_id=early.pk, key="back")
    assert moved(f"recall:{row.pk}") == {"payable": -190, "tax:DE:VAT:19.0000": 190}
    sell(shop, 1190)
    with pytest.raises(Refused, match="nothing_to_release"):
        released(shop, until=Q4)
    assert audit() == []


def test_what_was_recorded_and_paid_out_before_counts_as_the_oldest() -> None:
    shop, _ = earned()
    sell(shop, 1190, at=Q4 - timedelta(days=1))
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="all")
    set_mode(shop, "ring_fence")
    sell(shop, 1190)
    with pytest.raises(Refused, match="nothing_to_release"):
        released(shop, until=Q4)
    assert released(shop).amount_minor == 190


def test_what_was_kept_when_the_fence_ended_can_be_released_and_no_more() -> None:
    shop, _ = earned(mode="ring_fence")
    set_mode(shop, "record")
    sell(shop, 1190)
    with pytest.raises(Refused) as no:
        released(shop, amount_minor=191)
    assert (no.value.code, no.value.facts["fenced_minor"]) == ("release_too_large", 190)
    assert released(shop, amount_minor=100).amount_minor == 100
    assert money_of(shop.merchant).fenced_minor == 90
    sell(shop, 1190)
    assert money_of(shop.merchant).fenced_minor == 90
    assert released(shop).amount_minor == 90
    assert money_of(shop.merchant).fenced_minor == 0
    sell(shop, 1190)
    assert money_of(shop.merchant).fenced_minor == 0
    with pytest.raises(Refused, match="nothing_to_release"):
        released(shop)
    assert audit() == []


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "amount_invalid"), (-5, "amount_invalid"), (191, "release_too_large")]
)
def test_amounts_that_are_none(amount: int, code: str) -> None:
    shop, _ = earned(mode="ring_fence")
    with pytest.raises(Refused, match=code):
        released(shop, amount_minor=amount)
    assert balances(shop.merchant.pk)["tax"] == 190


@pytest.mark.parametrize("terms", [{"place": "FR"}, {"place": ""}, {"merchant_id": uuid4()}])
def test_places_and_shops_that_are_not_theirs(terms: dict[str, Any]) -> None:
    shop, _ = earned(mode="ring_fence")
    with pytest.raises(Refused, match="not_found"):
        released(shop, **terms)


def test_where_nothing_was_ever_set_aside_there_is_nothing_to_release() -> None:
    shop, _ = earned()
    with pytest.raises(Refused, match="not_found"):
        released(shop)
    assert balances(shop.merchant.pk)["tax"] == 190


def test_a_label_that_is_none() -> None:
    shop, _ = earned(mode="ring_fence")
    for period in ("x" * 21, "a\nb"):
        with pytest.raises(Refused, match="period_invalid"):
            released(shop, period=period)
    assert not TaxRelease.objects.exists()


@pytest.mark.parametrize("role", ["manager", "accountant", "cashier", "other owner", "operator"])
def test_only_owners_release(role: str) -> None:
    shop, _ = earned(mode="ring_fence")
    other, _ = earned(mode="ring_fence")
    people = {"other owner": other.owner, "operator": make_person(pin=None, is_staff=True)}
    actor = people.get(role) or make_member(shop, role)
    with pytest.raises(Refused, match="not_found"):
        release_tax(actor=actor, merchant_id=shop.merchant.pk, place="DE", key="k")
    assert not TaxRelease.objects.exists()


def test_only_operators_remit() -> None:
    shop, _ = earned(mode="ring_fence")
    for actor in (shop.owner, shop.cashier, make_member(shop, "accountant")):
        with pytest.raises(Refused, match="not_found"):
            remit_tax(operator=actor, merchant_id=shop.merchant.pk, place="DE", key="k")
    row = released(shop, "authority", key="k", amount_minor=100)
    assert (row.to, balance("platform:EUR:authority:DE"), balances(shop.merchant.pk)["tax"]) == (
        "authority", 100, 90,
    )  # fmt: skip
    assert [event.kind for event in Event.objects.filter(subject=row.pk)] == ["tax.remitted"]
    assert audit() == []


def test_a_release_is_never_changed() -> None:
    shop, _ = earned(mode="ring_fence")
    released(shop)
    for act in (
        lambda: TaxRelease.objects.update(amount_minor=1),
        lambda: TaxReleasePart.objects.update(amount_minor=1),
        lambda: TaxReleasePart.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"amount_minor": 0}, "tax_release_positive"),
        ({"to": "nobody"}, "tax_release_to_known"),
        ({"netted_minor": 1}, "tax_release_netted_within"),
        ({"to": "authority", "netted_minor": 191}, "tax_release_netted_within"),
    ],
)
def test_the_database_refuses_a_half_release(fields: dict[str, Any], constraint: str) -> None:
    shop, _ = earned(mode="ring_fence")
    row = released(shop)
    row.pk, row.journal = uuid4(), uuid4()
    for name, value in fields.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)
