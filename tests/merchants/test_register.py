"""A business signs up, opens branches and tills, and says what it sells at which rates."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from base.core.errors import Refused
from base.models import AuditLine
from merchants.flows.add_branch import add_branch
from merchants.flows.add_till import add_till
from merchants.flows.register import register
from merchants.flows.set_categories import set_categories
from merchants.flows.set_own_rate import set_own_rate
from merchants.models import Membership, Merchant, OwnRate, TaxProfile
from tests.factories import Shop, make_member, make_person, make_shop

pytestmark = pytest.mark.django_db

FACTS: dict[str, Any] = {
    "legal_name": "Morgenrot  GmbH",
    "trade_name": " Café Morgenrot ",
    "country": "DE",
    "tax_number": "DE 136 695 976",
    "prices_include_tax": True,
    "categories": ["restaurant_food", "standard", "standard"],
    "mcc": "5814",
}
ADDRESS = {"name": "Mitte", "street": "Torstraße 12", "postcode": "10119", "city": "Berlin"}


def test_register_makes_all_that_belongs_to_a_business(settings: Any) -> None:
    owner = make_person(pin=None)
    settings.FEE_PPM = 4_000
    merchant = Merchant.objects.get(pk=register(actor_id=owner.pk, **FACTS).pk)
    assert (merchant.legal_name, merchant.trade_name) == ("Morgenrot GmbH", "Café Morgenrot")
    assert (merchant.currency, merchant.fee_ppm, merchant.review) == ("EUR", 4_000, "waiting")
    profile = merchant.tax_profile
    assert profile.tax_number == "DE136695976"
    assert profile.categories == ["standard", "restaurant_food"]
    assert profile.prices_include_tax is True
    assert list(merchant.memberships.values_list("person", "role")) == [(owner.pk, "owner")]
    line = AuditLine.objects.get(merchant=merchant.pk)
    assert (line.action, line.actor_id, line.detail["tax_number_checked"]) == (
        "merchant.registered",
        owner.pk,
        True,
    )


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"legal_name": ""}, "name_missing", "legal_name"),
        ({"trade_name": "x" * 61}, "name_too_long", "trade_name"),
        ({"trade_name": "A\u202eB"}, "name_invalid", "trade_name"),
        ({"country": "XX"}, "country_unknown", "country"),
        ({"currency": "EURO"}, "currency_unknown", "currency"),
        ({"mcc": "0000"}, "trade_unknown", "mcc"),
        ({"tax_number": "DE136695977"}, "tax_number_invalid", "tax_number"),
        ({"categories": []}, "category_unknown", "categories"),
        ({"categories": ["luxury"]}, "category_unknown", "categories"),
    ],
)
def test_register_refuses_and_writes_nothing(changed: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        register(actor_id=make_person(pin=None).pk, **{**FACTS, **changed})
    assert no.value.code == code
    assert no.value.facts.get("field", "currency") == field
    assert not Merchant.objects.exists()
    assert not AuditLine.objects.exists()


def test_another_currency_may_be_chosen() -> None:
    assert register(actor_id=make_person(pin=None).pk, **{**FACTS, "currency": "CHF"}).currency == "CHF"


def test_a_branch_stands_in_the_country_of_its_business() -> None:
    shop = make_shop()
    branch = add_branch(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, **ADDRESS)
    branch.refresh_from_db()
    assert (branch.country, branch.region, branch.time_zone) == ("DE", "", "Europe/Berlin")
    assert branch.place == "Torstraße 12, 10119 Berlin"
    assert AuditLine.objects.filter(action="branch.added", subject=branch.pk).exists()


@pytest.mark.parametrize(
    ("country", "changed", "code"),
    [
        ("US", {}, "region_missing"),
        ("US", {"region": "CA-ON"}, "region_unknown"),
        ("DE", {"region": "US-TX"}, "region_unknown"),
        ("DE", {"time_zone": "Asia/Tokyo"}, "time_zone_unknown"),
        ("DE", {"name": ""}, "name_missing"),
        ("DE", {"street": "x" * 121}, "name_too_long"),
        ("DE", {"city": "Ber\u202elin"}, "name_invalid"),
        ("DE", {"postcode": "1" * 13}, "name_too_long"),
    ],
)
def test_a_branch_that_cannot_be(country: str, changed: dict[str, str], code: str) -> None:
    shop = make_shop(country)
    with pytest.raises(Refused, match=code):
        add_branch(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, **{**ADDRESS, **changed})
    assert shop.merchant.branches.count() == 1


def test_tills_of_a_branch_have_different_names() -> None:
    shop = make_shop()
    assert add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name=" Bar ").name == "Bar"
    with pytest.raises(Refused) as no:
        add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    assert (no.value.code, no.value.status) == ("till_name_taken", 409)
    assert AuditLine.objects.filter(action="till.added").count() == 1


def test_categories_can_be_changed() -> None:
    shop = make_shop(categories=("standard",))
    set_categories(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, categories=["exempt", "standard"])
    assert TaxProfile.objects.get(merchant=shop.merchant).categories == ["standard", "exempt"]
    line = AuditLine.objects.get(action="tax_profile.categories_set")
    assert (line.detail["before"], line.detail["after"]) == (["standard"], ["standard", "exempt"])
    with pytest.raises(Refused, match="category_unknown"):
        set_categories(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, categories=[])


def test_without_a_tax_profile_there_is_nothing_to_change() -> None:
    shop = make_shop()
    TaxProfile.objects.filter(merchant=shop.merchant).delete()
    with pytest.raises(Refused, match="tax_profile_missing"):
        set_categories(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, categories=["standard"])


def _set(shop: Shop, rate: str, day: date, **changed: Any) -> OwnRate:
    facts = {"category": "standard", "tax": "SALES", **changed}
    return set_own_rate(
        actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, rate=Decimal(rate), valid_from=day, **facts
    )


def _line_of_time(shop: Shop) -> list[tuple[str, date, date | None]]:
    rows = shop.merchant.own_rates.order_by("valid_from")
    return [(str(row.rate), row.valid_from, row.valid_to) for row in rows]


def test_own_rates_form_a_line_of_time() -> None:
    shop = make_shop()
    _set(shop, "8.25", date(2026, 1, 1))
    _set(shop, "8.5", date(2026, 7, 1))
    _set(shop, "8", date(2026, 3, 1))  # in between, and later corrected on its own day
    _set(shop, "8.125", date(2026, 3, 1))
    assert _line_of_time(shop) == [
        ("8.2500", date(2026, 1, 1), date(2026, 3, 1)),
        ("8.1250", date(2026, 3, 1), date(2026, 7, 1)),
        ("8.5000", date(2026, 7, 1), None),
    ]
    assert AuditLine.objects.filter(action="own_rate.set").count() == 4


def test_rates_of_other_taxes_and_categories_are_left_alone() -> None:
    shop = make_shop()
    _set(shop, "5", date(2026, 1, 1))
    _set(shop, "2", date(2026, 2, 1), tax="CITY")
    _set(shop, "3", date(2026, 3, 1), category="reduced")
    assert [row[2] for row in _line_of_time(shop)] == [None, None, None]


@pytest.mark.parametrize(
    ("rate", "changed", "code"),
    [
        ("0", {}, "tax_rate_invalid"),
        ("100", {}, "tax_rate_invalid"),
        ("-1", {}, "tax_rate_invalid"),
        ("NaN", {}, "tax_rate_invalid"),
        ("8.12345", {}, "tax_rate_invalid"),
        ("8", {"category": "exempt"}, "category_unknown"),
        ("8", {"category": "luxury"}, "category_unknown"),
        ("8", {"tax": "sales:tax"}, "tax_name_invalid"),
        ("8", {"tax": "ＶＡＴ"}, "tax_name_invalid"),
    ],
)
def test_an_own_rate_that_cannot_be(rate: str, changed: dict[str, str], code: str) -> None:
    shop = make_shop()
    with pytest.raises(Refused, match=code):
        _set(shop, rate, date(2026, 1, 1), **changed)
    assert not OwnRate.objects.exists()


@pytest.mark.parametrize("role", ["cashier", "accountant", "stranger"])
def test_only_who_manages_the_shop_may_set_it_up(role: str) -> None:
    shop = make_shop()
    actor = make_person(pin=None) if role == "stranger" else make_member(shop, role)
    tries = [
        lambda: add_branch(actor_id=actor.pk, merchant_id=shop.merchant.pk, **ADDRESS),
        lambda: add_till(actor_id=actor.pk, branch_id=shop.branch.pk, name="Bar"),
        lambda: set_categories(actor_id=actor.pk, merchant_id=shop.merchant.pk, categories=["standard"]),
        lambda: set_own_rate(
            actor_id=actor.pk,
            merchant_id=shop.merchant.pk,
            category="standard",
            tax="SALES",
            rate=Decimal(8),
            valid_from=date(2026, 1, 1),
        ),
    ]
    for attempt in tries:
        with pytest.raises(Refused) as no:
            attempt()
        assert (no.value.code, no.value.status) == ("not_found", 404)
    assert not AuditLine.objects.exists()


def test_a_membership_that_ended_and_a_person_who_is_gone_may_nothing() -> None:
    shop = make_shop()
    former, gone = make_member(shop, "manager"), make_member(shop, "manager")
    Membership.objects.filter(person=former).update(ended_at="2026-01-01T00:00:00Z")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    for actor in (former, gone):
        with pytest.raises(Refused, match="not_found"):
            add_till(actor_id=actor.pk, branch_id=shop.branch.pk, name="Bar")
