"""A business's own rates: by place, one upon another, and in one order wherever they are read."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine
from merchants.flows.set_own_rate import set_own_rate
from merchants.models import Branch, OwnRate
from merchants.queries import own_rate_rows, own_rates_of, place_rates, rate_places_of
from people.models import User
from tests.factories import Shop, make_shop

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
DAY = date(2026, 1, 1)


@pytest.fixture
def shop() -> Shop:
    """Austin, and a branch in Los Angeles; no rate yet."""
    shop = make_shop("US", inclusive=False, categories=("standard",))
    OwnRate.objects.all().delete()
    return shop


@pytest.fixture
def west(shop: Shop) -> Branch:
    branch: Branch = shop.merchant.branches.create(
        name="West", street="1 Ocean Av", city="Los Angeles", country="US", region="US-CA",
        time_zone="America/Los_Angeles",
    )  # fmt: skip
    return branch


def put(shop: Shop, rate: str, tax: str = "SALES", **more: Any) -> OwnRate:
    facts = {"category": "standard", "valid_from": DAY, **more}
    return set_own_rate(
        actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, tax=tax, rate=Decimal(rate), **facts
    )


def at(branch: Branch, on: date = DAY) -> list[tuple[str, str, bool]]:
    taxes = place_rates(branch, ["standard"], on)["standard"].taxes
    return [(tax.tax, tax.code, tax.compound) for tax in taxes]


def test_two_places_have_two_rates(shop: Shop, west: Branch) -> None:
    put(shop, "8.25", place="US-TX")
    put(shop, "9.5", place="US-CA")
    put(shop, "9.75", place="US-CA", valid_from=date(2026, 7, 1))
    assert at(shop.branch, date(2026, 12, 31)) == [("SALES", "8.2500", False)]
    assert at(west, date(2026, 6, 30)) == [("SALES", "9.5000", False)]
    assert at(west, date(2026, 7, 1)) == [("SALES", "9.7500", False)]
    rows = {(row.place, str(row.rate)): row.valid_to for row in own_rate_rows(shop.merchant)}
    assert rows == {
        ("US-TX", "8.2500"): None,
        ("US-CA", "9.5000"): date(2026, 7, 1),
        ("US-CA", "9.7500"): None,
    }


def test_a_place_with_rates_of_its_own_takes_none_for_everywhere(shop: Shop, west: Branch) -> None:
    put(shop, "6", tax="STATE")
    put(shop, "9.5", place="US-CA")
    assert at(shop.branch) == [("STATE", "6.0000", False)]
    assert at(west) == [("SALES", "9.5000", False)]


def test_a_tax_on_taxes_comes_after_the_plain_ones(shop: Shop) -> None:
    put(shop, "9.5", tax="ALPHA", compound=True)
    put(shop, "5", tax="GST")
    put(shop, "1", tax="CITY")
    expected = [("CITY", "1.0000", False), ("GST", "5.0000", False), ("ALPHA", "9.5000", True)]
    assert at(shop.branch) == expected
    assert [row.tax for row in own_rate_rows(shop.merchant)] == [tax for tax, _, _ in expected]
    line = AuditLine.objects.filter(action="own_rate.set").earliest("id")
    assert (line.detail["compound"], line.detail["place"]) == (True, "")


def test_the_same_day_again_corrects_the_flag(shop: Shop) -> None:
    put(shop, "5", compound=True)
    put(shop, "5")
    assert at(shop.branch) == [("SALES", "5.0000", False)]
    assert OwnRate.objects.count() == 1


@pytest.mark.parametrize("place", ["US-CA", "US", "DE", "TX", "US-TX ", "-", "US-"])
def test_a_place_without_a_branch_is_refused(shop: Shop, place: str) -> None:
    with pytest.raises(Refused) as no:
        put(shop, "8", place=place)
    assert (no.value.code, no.value.facts["field"]) == ("place_unknown", "place")
    assert not OwnRate.objects.exists()


def test_places_of_another_shop_are_not_offered(shop: Shop, west: Branch) -> None:
    other = make_shop("US")
    assert rate_places_of(shop.merchant) == ["US-CA", "US-TX"]
    assert rate_places_of(other.merchant) == ["US-TX"]
    assert rate_places_of(make_shop("DE").merchant) == []


def test_countries_are_told_apart_where_there_are_several(shop: Shop) -> None:
    shop.merchant.branches.create(
        name="Berlin", street="Torstraße 1", city="Berlin", country="DE", time_zone="Europe/Berlin"
    )
    assert rate_places_of(shop.merchant) == ["DE", "US", "US-TX"]


@pytest.mark.parametrize(("country", "region"), [("US", "TX"), ("", "US-TX"), ("DE", "US-TX"), ("", "-TX")])
def test_the_database_refuses_half_a_place(shop: Shop, country: str, region: str) -> None:
    row = OwnRate(
        merchant=shop.merchant, category="standard", tax="SALES", rate=8, valid_from=DAY,
        country=country, region=region,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="own_rate_place_whole"), transaction.atomic():
        row.save()
    row.country, row.region = "US", "US-TX"
    row.save()
    assert OwnRate.objects.get().place == "US-TX"


def test_reading_costs_one_query_each(
    shop: Shop, west: Branch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in ("", "US-TX", "US-CA"):
        put(shop, "8", place=place)
    for read in (own_rates_of, own_rate_rows, rate_places_of):
        with django_assert_num_queries(1):
            assert len(read(shop.merchant)) >= 2


def test_the_page_says_where_and_on_what(client_of: SignIn, shop: Shop, west: Branch) -> None:
    client, address = client_of(shop.owner), reverse("merchants:own_rates", args=[shop.merchant.pk])
    asked = client.get(address).content.decode()
    for words in ("Also taken on the taxes above it", "Everywhere", "California", "Texas"):
        assert words in asked
    form = {"category": "standard", "tax": "QST", "rate": "9.975", "valid_from": "2026-01-01"}
    assert client.post(address, form | {"place": "US-CA", "compound": "on"}).status_code == 302
    assert client.post(address, form | {"place": "US-NY"}).status_code == 400
    assert client.post(address, form | {"tax": "GST", "rate": "5"}).status_code == 302
    rows = {(row.tax, row.country, row.region, row.compound) for row in OwnRate.objects.all()}
    assert rows == {("QST", "US", "US-CA", True), ("GST", "", "", False)}
    shown = client.get(address).content.decode()
    assert '<span class="small">California, United States, also taken on the taxes above it</span>' in shown
    assert '<span class="small">Everywhere</span>' in shown


def test_a_shop_in_one_place_is_not_asked_where(client_of: SignIn) -> None:
    shop = make_shop("DE")
    page = client_of(shop.owner).get(reverse("merchants:own_rates", args=[shop.merchant.pk])).content.decode()
    assert 'name="place"' not in page
    assert 'name="compound"' in page
