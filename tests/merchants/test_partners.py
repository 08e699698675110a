"""Who shares in whose sales: offered by an owner, agreed to by one, ended by either; nobody else sees it."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine, Notice
from merchants.flows.accept_split import accept_split
from merchants.flows.end_split import end_split
from merchants.models import Merchant, SplitRule
from merchants.queries import active_splits, splits_of
from people.models import User
from tests.factories import make_member, make_person, make_shop
from tests.payments.payouts.partners import LONG_AGO, agreed, offered

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
TODAY = date(2026, 11, 22)


def test_offered_agreed_ended() -> None:
    shop, partner = make_shop(), make_shop(trade_name="Markthalle")
    rule, token = offered(shop, partner)
    assert active_splits(shop.merchant.pk, TODAY) == []
    accept_split(actor=partner.owner, token=token, partner_id=partner.merchant.pk)
    (active,) = active_splits(shop.merchant.pk, TODAY)
    assert (active.pk, active.partner_id, active.share_ppm) == (rule.pk, partner.merchant.pk, 300_000)
    assert Notice.objects.filter(to=shop.owner.email, subject="Markthalle shares in your sales").exists()
    end_split(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, rule_id=rule.pk)
    assert active_splits(shop.merchant.pk, TODAY) == []
    with pytest.raises(Refused, match="not_found"):
        end_split(actor_id=partner.owner.pk, merchant_id=partner.merchant.pk, rule_id=rule.pk)
    lines = AuditLine.objects.filter(subject=rule.pk, merchant=shop.merchant.pk).order_by("id")
    assert [line.action for line in lines] == ["split.offered", "split.accepted", "split.ended"]
    theirs = AuditLine.objects.filter(subject=rule.pk, merchant=partner.merchant.pk).order_by("id")
    assert [line.action for line in theirs] == ["split.accepted", "split.ended"]


def test_no_more_than_everything_of_any_day_is_promised() -> None:
    shop, partner = make_shop(), make_shop()
    offered(shop, partner, 600_000)
    with pytest.raises(Refused, match="shares_above_whole"):
        offered(shop, partner, 400_001)
    offered(shop, partner, 400_000, ends_on=TODAY)
    with pytest.raises(Refused, match="shares_above_whole"):
        offered(shop, partner, 1, starts_on=LONG_AGO, ends_on=date(2020, 1, 2))
    offered(shop, partner, 400_000, starts_on=TODAY)  # half-open: the days do not meet
    rule = SplitRule.objects.earliest("id")
    end_split(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, rule_id=rule.pk)
    offered(shop, partner, 600_000)


def test_who_may_say_yes() -> None:
    shop, partner = make_shop(), make_shop()
    _, token = offered(shop, partner)
    with pytest.raises(Refused, match="split_other_address"):
        accept_split(actor=shop.owner, token=token, partner_id=shop.merchant.pk)
    other = make_shop()
    for merchant in (other.merchant.pk, uuid4()):
        with pytest.raises(Refused, match="not_found"):
            accept_split(actor=partner.owner, token=token, partner_id=merchant)
    Merchant.objects.filter(pk=partner.merchant.pk).update(currency="USD")
    with pytest.raises(Refused, match="split_other_currency"):
        accept_split(actor=partner.owner, token=token, partner_id=partner.merchant.pk)
    with pytest.raises(Refused, match="split_unknown"):
        accept_split(actor=partner.owner, token="guess", partner_id=partner.merchant.pk)
    Merchant.objects.filter(pk=partner.merchant.pk).update(currency="EUR")
    accept_split(actor=partner.owner, token=token, partner_id=partner.merchant.pk)
    with pytest.raises(Refused, match="split_unknown"):
        accept_split(actor=partner.owner, token=token, partner_id=partner.merchant.pk)


def test_a_shop_cannot_share_with_itself() -> None:
    shop = make_shop()
    _, token = offered(shop, shop)
    with pytest.raises(Refused, match="split_own_shop"):
        accept_split(actor=shop.owner, token=token, partner_id=shop.merchant.pk)


def test_only_owners_offer_and_end() -> None:
    shop, partner = make_shop(), make_shop()
    rule = agreed(shop, partner)
    for role in ("manager", "cashier", "accountant"):
        member = make_member(shop, role)
        with pytest.raises(Refused, match="not_found"):
            end_split(actor_id=member.pk, merchant_id=shop.merchant.pk, rule_id=rule.pk)
    third = make_shop()
    for merchant in (third.merchant.pk, shop.merchant.pk):
        with pytest.raises(Refused, match="not_found"):
            end_split(actor_id=third.owner.pk, merchant_id=merchant, rule_id=rule.pk)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"share_ppm": 0}, "split_rule_share"),
        ({"share_ppm": 1_000_001}, "split_rule_share"),
        ({"ends_on": LONG_AGO}, "split_rule_half_open"),
        ({"state": "asked"}, "split_rule_state_whole"),
        ({"state": "ended"}, "split_rule_state_whole"),
    ],
)
def test_the_database_refuses_a_half_rule(fields: dict[str, object], constraint: str) -> None:
    rule = agreed(make_shop(), make_shop())
    rows = SplitRule.objects.filter(pk=rule.pk)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**fields)
    with pytest.raises(IntegrityError, match="split_rule_two_parties"), transaction.atomic():
        rows.update(partner=rule.merchant)


def test_the_pages(client_of: SignIn) -> None:
    shop, partner = make_shop(), make_shop(trade_name="Markthalle")
    client = client_of(shop.owner)
    page = reverse("merchants:partners", args=[shop.merchant.pk])
    assert "yours alone" in client.get(page).content.decode()
    form = {"email": partner.owner.email, "share": "12,5", "label": "Rent", "starts_on": "2026-01-01"}
    assert client.post(page, form | {"share": "0"}).status_code == 400
    assert client.post(page, form | {"ends_on": "2025-01-01"}).status_code == 400
    assert client.post(page, form).status_code == 302
    shown = client.get(page).content.decode()
    for text in ("12.5 %", "Rent", "offered", partner.owner.email, "Take back"):
        assert text in shown

    _, token = offered(shop, partner, 100_000)
    offer = reverse("merchants:split_offer", args=[token])
    theirs = client_of(partner.owner)
    assert "offers you 10 %" in theirs.get(offer).content.decode()
    assert "another e-mail address" in client.get(offer).content.decode()
    assert client.post(offer, {"shop": str(partner.merchant.pk)}).status_code == 403
    assert theirs.post(offer, {"shop": "nonsense"}).status_code == 404
    assert theirs.post(offer, {"shop": str(partner.merchant.pk)}).status_code == 302
    assert theirs.get(offer).status_code == 404
    assert (
        "In whose sales you share"
        in theirs.get(reverse("merchants:partners", args=[partner.merchant.pk])).content.decode()
    )
    rule = SplitRule.objects.get(state="active")
    end = reverse("merchants:end_split", args=[partner.merchant.pk, rule.pk])
    assert "End this sharing?" in theirs.get(end).content.decode()
    assert theirs.post(end).status_code == 302
    assert SplitRule.objects.get(pk=rule.pk).state == "ended"


@pytest.mark.parametrize("who", ["manager", "cashier", "accountant", "stranger", "nobody"])
def test_for_everybody_else_there_is_nothing_here(who: str, client_of: SignIn) -> None:
    shop, partner = make_shop(), make_shop()
    rule = agreed(shop, partner)
    person = make_person(pin=None) if who == "stranger" else None
    client = Client() if who == "nobody" else client_of(person or make_member(shop, who))
    expected = 302 if who == "nobody" else 404
    page = reverse("merchants:partners", args=[shop.merchant.pk])
    end = reverse("merchants:end_split", args=[shop.merchant.pk, rule.pk])
    assert [client.get(page).status_code, client.get(end).status_code] == [expected] * 2
    assert client.post(end).status_code == expected
    assert client.post(page, {"email": "a@b.example", "share": "5"}).status_code == expected
    assert SplitRule.objects.get().state == "active"


def test_the_cost_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop, partner = make_shop(), make_shop()
    for _ in range(3):
        agreed(shop, partner, 100_000)
    with django_assert_num_queries(1):
        assert len([rule.partner.trade_name for rule in splits_of(shop.merchant) if rule.partner]) == 3
    with django_assert_num_queries(1):
        assert len(active_splits(shop.merchant.pk, TODAY)) == 3
