"""Reads are scoped by their actor, and cost a number of queries that does not grow with the data."""

from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from merchants.core.roles import Action, allowed
from merchants.models import Membership, Merchant, TaxProfile
from merchants.queries import (
    branch_for,
    branches_of,
    code_by_token,
    code_for,
    codes_of,
    invite_by_token,
    members_of,
    name_change_of,
    offers_today,
    open_invites_of,
    own_rates_of,
    payee_of,
    place_rates,
    role_in,
    shop_for,
    shops_of,
    shops_waiting,
    tax_profile_of,
    till_for,
    tills_of,
    token_of,
)
from merchants.queries.sheets import draw_sheet, sheets_of
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code
from tests.merchants.test_staff import send

pytestmark = pytest.mark.django_db


def big_shop() -> Shop:
    """Enough rows for a query in a loop to be seen."""
    shop = make_shop("US", inclusive=False)
    for number in range(3):
        branch = shop.merchant.branches.create(
            name=f"B{number}", street="1 Main St", city="Austin", country="US", region="US-TX",
            time_zone="America/Chicago",
        )  # fmt: skip
        for till in range(3):
            branch.tills.create(name=f"T{till}")
        make_static_code(shop)
        make_member(shop, "cashier")
    return shop


@pytest.mark.parametrize("role", ["owner", "manager", "cashier", "accountant"])
@pytest.mark.parametrize("action", Action)
def test_each_read_follows_the_matrix(role: str, action: Action) -> None:
    shop = make_shop()
    actor, code = make_member(shop, role), make_static_code(shop)
    for find in (
        lambda: shop_for(actor, shop.merchant.pk, action),
        lambda: branch_for(actor, shop.branch.pk, action),
        lambda: till_for(actor, shop.till.pk, action),
        lambda: code_for(actor, code.pk, action),
    ):
        if allowed(role, action):
            assert find().pk
        else:
            with pytest.raises(Refused, match="not_found"):
                find()


def test_strangers_and_unknown_ids_get_the_same_answer() -> None:
    shop, other = make_shop(), make_shop()
    code = make_static_code(shop)
    former = make_member(shop, "owner")
    Membership.objects.filter(person=former).update(ended_at="2026-01-01T00:00:00Z")
    answers = set()
    for actor in (other.owner, former, shop.cashier, AnonymousUser(), uuid4(), make_person(pin=None)):
        for find, known in (
            (shop_for, shop.merchant.pk),
            (branch_for, shop.branch.pk),
            (till_for, shop.till.pk),
            (code_for, code.pk),
        ):
            for row_id in (known, uuid4()):
                with pytest.raises(Refused) as no:
                    find(actor, row_id, Action.MANAGE_SHOP)
                answers.add((no.value.code, no.value.message, no.value.status, str(no.value.facts)))
    assert len(answers) == 1


def test_query_counts(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop = big_shop()
    code = make_static_code(shop)
    token, invited, owner = token_of(code), send(shop), shop.owner
    counts = [
        (1, lambda: shop_for(owner, shop.merchant.pk, Action.MANAGE_SHOP)),
        (1, lambda: branch_for(owner, shop.branch.pk, Action.MANAGE_SHOP).merchant.trade_name),
        (1, lambda: till_for(owner, shop.till.pk, Action.CHARGE).branch.merchant.trade_name),
        (1, lambda: code_for(owner, code.pk, Action.MANAGE_CODES).branch.merchant.trade_name),
        (1, lambda: payee_of((found := code_by_token(token)).merchant, found.branch)),
        (0, lambda: draw_sheet(code, "svg")),
        (1, lambda: role_in(owner, shop.merchant)),
        (3, lambda: [m.merchant.branches.all() and m.merchant.trade_name for m in shops_of(owner)]),
        (2, lambda: [list(branch.tills.all()) for branch in branches_of(shop.merchant)]),
        (1, lambda: [till.branch.name for till in tills_of(shop.merchant)]),
        (1, lambda: [row.branch.name for row in codes_of(shop.merchant)]),
        (1, lambda: [row.person.email for row in members_of(shop.merchant)]),
        (1, lambda: open_invites_of(shop.merchant)),
        (1, lambda: invite_by_token(invited).merchant.trade_name),
        (1, lambda: name_change_of(shop.merchant)),
        (1, lambda: own_rates_of(shop.merchant)),
        (1, lambda: place_rates(shop.branch, ["standard", "reduced", "exempt"], date(2026, 1, 1))),
        (3, lambda: offers_today(shop.branch)),
        (1, lambda: sheets_of(code)),
    ]
    for expected, read in counts:
        with django_assert_num_queries(expected):
            read()


def test_the_operators_list_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    staff = make_person(pin=None, is_staff=True)
    for _ in range(3):
        make_shop(reviewed=False)
    with django_assert_num_queries(5):  # who asks; shops with profiles, branches, memberships, people
        for shop in shops_waiting(staff):
            assert shop.tax_profile.tax_number
            assert [row.person.email for row in shop.memberships.all()]
            assert shop.branches.all()


def test_what_a_payer_is_shown() -> None:
    shop = make_shop("VN")
    payee = payee_of(Merchant.objects.get(pk=shop.merchant.pk), shop.branch)
    assert (payee.trade_name, payee.place) == ("Café Morgenrot", "Torstraße 12, 10119 Ha Noi")
    assert (payee.tax_label, payee.tax_number) == ("MST", "0100233488")
    assert (payee.category_label, payee.country, payee.reviewed) == ("Shop", "VN", True)


def test_a_shop_without_a_tax_profile_shows_no_number_and_sells_nothing() -> None:
    shop = make_shop()
    TaxProfile.objects.filter(merchant=shop.merchant).delete()
    assert payee_of(Merchant.objects.get(pk=shop.merchant.pk), shop.branch).tax_number == ""
    merchant = Merchant.objects.get(pk=shop.merchant.pk)
    with pytest.raises(Refused) as no:
        tax_profile_of(merchant)
    assert (no.value.code, no.value.status) == ("tax_profile_missing", 409)


def test_offers_are_what_is_sold_and_can_be_taxed_here() -> None:
    german = make_shop(categories=("standard", "restaurant_food", "super_reduced", "exempt"))
    assert [offer.code for offer in offers_today(german.branch)] == ["standard", "restaurant_food", "exempt"]
    american = make_shop("US", inclusive=False)
    american.merchant.own_rates.filter(category="reduced").delete()
    assert [offer.code for offer in offers_today(american.branch)] == ["standard"]
