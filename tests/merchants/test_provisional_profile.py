"""A shop that has no tax number yet: who may sell so, and how the profile is completed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from base.core.errors import Refused
from merchants.flows.complete_tax_profile import complete_tax_profile
from merchants.flows.register import register
from merchants.models import Branch, Merchant, QrCode, TaxProfile
from people.models import User
from tests.factories import Shop, make_one_time_code, make_person, make_static_code, pay
from tests.payments.provisional import NUMBER, complete, provisional_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return provisional_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 50_000})


def test_codes_and_items_go_on_as_what_they_are(shop: Shop, ann: User) -> None:
    printed = make_static_code(shop)
    complete(shop, "reduced")
    printed.refresh_from_db()
    assert (printed.category, printed.state) == ("reduced", QrCode.State.ACTIVE)
    paid = pay(printed, ann, 1070)
    assert (paid.tax_minor, paid.provisional) == (70, None)


def test_an_order_that_waits_at_the_till_is_asked_for_anew(shop: Shop, ann: User) -> None:
    """It was priced at the full rate; one that ran out before stays as it is."""
    waiting, over = make_one_time_code(shop), make_one_time_code(shop, life=timedelta(minutes=-5))
    complete(shop, "reduced")
    for code in (waiting, over):
        code.refresh_from_db()
    assert (waiting.state, waiting.retired_at is None) == (QrCode.State.RETIRED, False)
    assert (over.state, over.retired_at) == (QrCode.State.ACTIVE, None)
    with pytest.raises(Refused) as no:
        pay(waiting, ann)
    assert no.value.code == "code_retired"


def test_a_profile_is_completed_once_and_by_its_own_people(shop: Shop) -> None:
    with pytest.raises(Refused) as no:
        complete_tax_profile(
            actor_id=make_person(pin=None).pk, merchant_id=shop.merchant.pk, tax_number=NUMBER,
            prices_include_tax=True, categories=["reduced"], sold_as="reduced",
        )  # fmt: skip
    assert no.value.code == "not_found"
    complete(shop, "reduced")
    with pytest.raises(Refused) as no:
        complete(shop, "reduced")
    assert no.value.code == "tax_profile_complete"


def test_what_was_sold_is_something_that_is_sold(shop: Shop) -> None:
    with pytest.raises(Refused) as no:
        complete_tax_profile(
            actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, tax_number=NUMBER,
            prices_include_tax=True, categories=["standard"], sold_as="reduced",
        )  # fmt: skip
    assert (no.value.code, no.value.facts["field"]) == ("category_unknown", "sold_as")


def test_what_was_sold_has_a_rate_where_it_was_sold(shop: Shop, client_of: Callable[[User], Client]) -> None:
    """It is said once: sales that no rate fits would keep their provisional tax for good."""
    page = client_of(shop.owner).get(f"/shop/{shop.merchant.pk}/tax/complete/").content.decode()
    assert "Reduced rate · 7" in page
    assert "Parking rate" not in page
    with pytest.raises(Refused) as no:
        complete(shop, "parking")
    assert (no.value.code, no.value.facts["field"]) == ("tax_rate_missing", "sold_as")
    assert TaxProfile.objects.get(pk=shop.merchant.pk).provisional
    Branch.objects.filter(pk=shop.branch.pk).update(country="US", region="US-TX")
    complete(shop, "parking")


def test_a_shop_registers_without_a_number_only_where_it_may(settings: Any) -> None:
    facts: dict[str, Any] = {
        "legal_name": "Neu GmbH", "trade_name": "Neu", "country": "DE", "tax_number": " ",
        "prices_include_tax": True, "categories": ["reduced"],
    }  # fmt: skip
    owner = make_person(pin=None)
    with pytest.raises(Refused) as no:
        register(actor_id=owner.pk, **facts)
    assert no.value.code == "tax_number_invalid"
    settings.PROVISIONAL_TAX = True
    profile = Merchant.objects.get(pk=register(actor_id=owner.pk, **facts).pk).tax_profile
    assert (profile.provisional, profile.tax_number, profile.categories) == (True, "", ["standard"])


def test_the_database_knows_no_silent_profile(shop: Shop) -> None:
    with pytest.raises(DatabaseError, match="tax_profile_number_said"):
        TaxProfile.objects.filter(pk=shop.merchant.pk).update(provisional=False)


def test_the_pages(shop: Shop, client_of: Callable[[User], Client]) -> None:
    desk = client_of(shop.owner)
    address = f"/shop/{shop.merchant.pk}/tax/"
    text = desk.get(address).content.decode()
    assert "taxed provisionally" in text
    assert f"{address}complete/" in text
    sent = {"tax_number": "DE1", "prices_include_tax": "yes", "categories": ["reduced"], "sold_as": "reduced"}
    answer = desk.post(f"{address}complete/", sent)
    assert (answer.status_code, "not a valid" in answer.content.decode()) == (400, True)
    assert TaxProfile.objects.get(pk=shop.merchant.pk).provisional
    del sent["categories"]
    answer = desk.post(f"{address}complete/", sent | {"tax_number": NUMBER})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert TaxProfile.objects.get(pk=shop.merchant.pk).categories == ["reduced"]
    assert "taxed provisionally" not in desk.get(address).content.decode()


def test_completing_keeps_how_prices_are_said(client_of: Callable[[User], Client]) -> None:
    shop = provisional_shop(inclusive=False)
    page = client_of(shop.owner).get(f"/shop/{shop.merchant.pk}/tax/complete/")
    assert page.context["form"]["prices_include_tax"].value() == "no"
