"""What happens with a place's tax: who may say so, what is told and kept, and that nothing is forgotten."""

from collections.abc import Callable
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine, Notice
from merchants.flows.set_tax_mode import set_tax_mode
from merchants.models import Branch, TaxKept, TaxMode
from merchants.queries import kept_of, tax_modes_of, tax_places_of
from people.models import User
from tests.factories import (
    Shop,
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    pay,
    settle_all,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def set_mode(shop: Shop, mode: str, place: str = "DE", *, actor: User | None = None) -> bool:
    by = actor or shop.owner
    return set_tax_mode(actor_id=by.pk, merchant_id=shop.merchant.pk, place=place, mode=mode)


def sold(shop: Shop, amount_minor: int = 1190) -> None:
    pay(make_one_time_code(shop, amount_minor), make_person(funds={"EUR": 20_000}))
    settle_all()


def modes(shop: Shop) -> list[tuple[str, int, str]]:
    rows = TaxMode.objects.filter(merchant=shop.merchant).order_by("place", "number")
    return list(rows.values_list("place", "number", "mode"))


def test_without_a_choice_the_tax_is_recorded() -> None:
    shop = make_shop()
    (place,) = tax_places_of(shop.merchant)
    assert (place.place, place.name, place.mode, place.row, place.standing_minor) == (
        "DE", "Germany", "record", None, 0,
    )  # fmt: skip
    assert not set_mode(shop, "record")  # it is so already
    assert modes(shop) == []


def test_the_newest_choice_counts_and_the_older_ones_stay() -> None:
    shop = make_shop()
    assert [set_mode(shop, mode) for mode in ("ring_fence", "ring_fence", "record", "ring_fence")] == [
        True, False, True, True,
    ]  # fmt: skip
    assert modes(shop) == [("DE", 1, "ring_fence"), ("DE", 2, "record"), ("DE", 3, "ring_fence")]
    assert tax_modes_of(shop.merchant.pk)["DE"].number == 3
    lines = AuditLine.objects.filter(action="tax_mode.set").order_by("id")
    assert [(line.actor_id, line.detail["before"], line.detail["after"]) for line in lines] == [
        (shop.owner.pk, "record", "ring_fence"),
        (shop.owner.pk, "ring_fence", "record"),
        (shop.owner.pk, "record", "ring_fence"),
    ]


def test_each_place_has_its_own() -> None:
    shop = make_shop("US")
    Branch.objects.create(
        merchant=shop.merchant, name="Two", street="Main 1", city="Reno", country="US", region="US-NV",
        time_zone="America/Los_Angeles",
    )  # fmt: skip
    set_mode(shop, "ring_fence", "US-TX")
    assert [(place.name, place.mode) for place in tax_places_of(shop.merchant)] == [
        ("Nevada, United States", "record"),
        ("Texas, United States", "ring_fence"),
    ]


def test_a_place_where_only_tax_stands_is_listed() -> None:
    shop = make_shop()
    sold(shop)
    Branch.objects.filter(merchant=shop.merchant).update(country="AT")
    assert [(place.place, place.standing_minor) for place in tax_places_of(shop.merchant)] == [
        ("AT", 0),
        ("DE", 190),
    ]


def test_what_was_set_aside_is_kept_when_the_fence_ends() -> None:
    shop = make_shop()
    set_mode(shop, "ring_fence")
    sold(shop)
    assert not TaxKept.objects.exists()
    set_mode(shop, "record")
    mode = tax_modes_of(shop.merchant.pk)["DE"]
    code = f"merchant:{shop.merchant.pk}:EUR:tax:DE:VAT:19.0000"
    assert kept_of([mode]) == {mode.pk: {code: 190}}
    set_mode(shop, "ring_fence")
    assert kept_of(tax_modes_of(shop.merchant.pk).values()) == {tax_modes_of(shop.merchant.pk)["DE"].pk: {}}


def test_every_owner_is_told() -> None:
    shop = make_shop()
    partner = make_member(shop, "owner")
    set_mode(shop, "ring_fence")
    letters = Notice.objects.filter(subject__contains="the tax of Germany")
    assert {letter.to for letter in letters} == {shop.owner.email, partner.email}
    assert all("until an owner says" in letter.body for letter in letters)


@pytest.mark.parametrize("role", ["manager", "accountant", "cashier", "stranger"])
def test_only_owners_may(role: str) -> None:
    shop = make_shop()
    actor = make_shop().owner if role == "stranger" else make_member(shop, role)
    with pytest.raises(Refused, match="not_found"):
        set_mode(shop, "ring_fence", actor=actor)
    assert modes(shop) == []


def test_what_is_no_mode_and_no_place() -> None:
    shop = make_shop()
    with pytest.raises(Refused, match="tax_mode_unknown"):
        set_mode(shop, "remit")
    for place in ("FR", "", "DE-BE"):
        with pytest.raises(Refused, match="not_found"):
            set_mode(shop, "ring_fence", place)
    with pytest.raises(Refused, match="not_found"):
        set_tax_mode(actor_id=shop.owner.pk, merchant_id=uuid4(), place="DE", mode="record")


def test_the_application_may_only_add() -> None:
    shop = make_shop()
    set_mode(shop, "ring_fence")
    for act in (
        lambda: TaxMode.objects.update(mode="record"),
        lambda: TaxMode.objects.all()._raw_delete("default"),
        lambda: TaxKept.objects.update(amount_minor=1),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()
    assert modes(shop) == [("DE", 1, "ring_fence")]


def test_the_database_refuses_a_second_choice_of_one_number() -> None:
    shop = make_shop()
    set_mode(shop, "ring_fence")
    with pytest.raises(IntegrityError, match="tax_mode_number_once"), transaction.atomic():
        TaxMode.objects.create(merchant=shop.merchant, place="DE", number=1, mode="record")
    with pytest.raises(IntegrityError, match="tax_mode_known"), transaction.atomic():
        TaxMode.objects.create(merchant=shop.merchant, place="DE", number=2, mode="remit")


def test_the_page_says_what_it_means_and_the_owner_changes_it(client_of: SignIn) -> None:
    shop = make_shop()
    sold(shop)
    client = client_of(shop.owner)
    page = client.get(reverse("merchants:tax", args=[shop.merchant.pk])).content.decode()
    there = reverse("merchants:tax_mode", args=[shop.merchant.pk, "DE"])
    for said in ("Germany", "You keep the tax and pay the authority yourself", "1.90", there):
        assert said in page
    asked = client.get(there).content.decode()
    assert "Set aside the tax of Germany?" in asked
    assert "1.90" in asked
    for _ in range(2):  # a double tap
        assert client.post(there, {"mode": "ring_fence"}).status_code == 302
    assert modes(shop) == [("DE", 1, "ring_fence")]
    page = client.get(reverse("merchants:tax", args=[shop.merchant.pk])).content.decode()
    assert "Tax stays here until you say that you have filed it" in page
    assert "stays here until you release it" in client.get(there).content.decode()


def test_a_manager_reads_and_cannot_change(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(make_member(shop, "manager"))
    there = reverse("merchants:tax_mode", args=[shop.merchant.pk, "DE"])
    page = client.get(reverse("merchants:tax", args=[shop.merchant.pk])).content.decode()
    assert "Only owners change this" in page
    assert there not in page
    assert client.post(there, {"mode": "ring_fence"}).status_code == 404
    assert modes(shop) == []


def test_a_mode_that_is_none_and_a_foreign_place_are_refused(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    there = reverse("merchants:tax_mode", args=[shop.merchant.pk, "DE"])
    assert client.post(there, {"mode": "remit"}).status_code == 400
    elsewhere = reverse("merchants:tax_mode", args=[shop.merchant.pk, "FR"])
    assert client.get(elsewhere).status_code == 404
    assert client.post(elsewhere, {"mode": "ring_fence"}).status_code == 404
    assert modes(shop) == []


def test_the_reads_cost_the_same_for_any_history(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shop = make_shop()
    for mode in ("ring_fence", "record") * 3:
        set_mode(shop, mode)
    with django_assert_num_queries(3):
        assert len(tax_places_of(shop.merchant)) == 1


def test_the_profiles_mode_moved_to_the_places_of_its_branches(owner_sql: Callable[..., None]) -> None:
    """The migrations' own statements, on a profile of the version before, there and back."""
    from_before = import_module("merchants.migrations.0010_modes_by_place")
    dropped = import_module("merchants.migrations.0015_drop_profile_mode")
    owner_sql("SET CONSTRAINTS ALL IMMEDIATE")  # a migration meets no row that is half written
    owner_sql(dropped.ADD)  # refused while the column is there
    fenced, plain = make_shop("US"), make_shop()
    owner_sql(
        f"UPDATE merchants_taxprofile SET mode = 'ring_fence' WHERE merchant_id = '{fenced.merchant.pk}'"
    )
    for _ in range(2):
        owner_sql(from_before.TO_PLACES)
    assert modes(fenced) == [("US-TX", 1, "ring_fence")]
    assert modes(plain) == []
    owner_sql("UPDATE merchants_taxprofile SET mode = 'record'")
    owner_sql(from_before.TO_PROFILES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT merchant_id FROM merchants_taxprofile WHERE mode = 'ring_fence'")
        assert cursor.fetchall() == [(fenced.merchant.pk,)]
    owner_sql(dropped.DROP)
    set_mode(plain, "ring_fence")
    assert modes(plain) == [("DE", 1, "ring_fence")]
