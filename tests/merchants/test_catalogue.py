"""The catalogue: who may change it, what is on record of a price, and nothing half made."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine
from merchants.core.item_list import MOST_ITEMS, read_items
from merchants.core.roles import Action
from merchants.flows.add_item import add_item
from merchants.flows.archive_item import archive_item
from merchants.flows.change_item import PICTURE_SIDE, change_item
from merchants.flows.import_items import Imported, import_items
from merchants.models import Item, ItemPicture, TaxProfile
from merchants.queries import items_at_till, items_of, picture_of, price_changes_of
from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
CAKE: dict[str, Any] = {"name": "Cheesecake", "price_minor": 450, "category": "reduced"}


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def add(shop: Shop, **other: Any) -> Item:
    said = {"actor_id": shop.owner.pk, "merchant_id": shop.merchant.pk, **CAKE}
    return add_item(**(said | other))


def change(shop: Shop, item: Item, **other: Any) -> Item:
    return change_item(**({"actor_id": shop.owner.pk, "item_id": item.pk, **CAKE} | other))


def take(shop: Shop, text: str, **other: Any) -> Imported:
    wanted = read_items(
        text, categories={"standard": "Standard rate", "reduced": "Reduced rate"}, currency="EUR"
    )
    said: dict[str, Any] = {"actor_id": shop.owner.pk, "merchant_id": shop.merchant.pk, "wanted": wanted}
    return import_items(**(said | other))


def png(side: int = 800) -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), "teal").save(file, "PNG")
    return file.getvalue()


def test_a_price_change_is_logged_with_both_prices_and_who(shop: Shop) -> None:
    item, manager = add(shop), make_member(shop, "manager")
    change(shop, item, price_minor=480, actor_id=manager.pk)
    line = AuditLine.objects.get(action="item.price_changed")
    assert (line.actor_id, line.subject, line.merchant) == (manager.pk, item.pk, shop.merchant.pk)
    assert line.detail == {"name": "Cheesecake", "old_minor": 450, "new_minor": 480}
    (told,) = price_changes_of(item)
    assert (told.who, told.old_minor, told.new_minor) == (manager.email, 450, 480)


def test_what_is_not_changed_is_not_logged(shop: Shop) -> None:
    item = add(shop)
    change(shop, item)
    assert not AuditLine.objects.filter(action__in=["item.price_changed", "item.changed"]).exists()
    change(shop, item, favourite=True)
    assert AuditLine.objects.get(action="item.changed").detail["fields"] == ["favourite"]


def test_only_who_manages_the_shop_may_change_it(shop: Shop) -> None:
    item = add(shop)
    strangers = [make_shop().owner, make_person(pin=None), shop.cashier, make_member(shop, "accountant")]
    for person in strangers:
        for act in (
            lambda who: add(shop, name="Other", actor_id=who),
            lambda who: change(shop, item, price_minor=1, actor_id=who),
            lambda who: archive_item(actor_id=who, item_id=item.pk, on=True),
            lambda who: take(shop, "Cheesecake; 1.00; reduced", actor_id=who),
        ):
            with pytest.raises(Refused, match="not_found"):
                act(person.pk)
    item.refresh_from_db()
    assert (item.price_minor, item.archived_at, Item.objects.count()) == (450, None, 1)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "x" * 61}, "name_too_long"),
        ({"price_minor": 0}, "amount_invalid"),
        ({"price_minor": 10**12 + 1}, "amount_too_large"),
        ({"category": "super_reduced"}, "category_not_sold"),
        ({"picture": b"GIF89a"}, "picture_kind_unsupported"),
    ],
)
def test_what_is_refused_changes_nothing(shop: Shop, other: dict[str, Any], code: str) -> None:
    item, lines = add(shop), AuditLine.objects.count()
    for act in (lambda: add(shop, **({"name": "Second"} | other)), lambda: change(shop, item, **other)):
        with pytest.raises(Refused, match=code):
            act()
    item.refresh_from_db()
    assert (item.name, item.price_minor, item.picture_mark) == ("Cheesecake", 450, "")
    assert Item.objects.count() == 1 and AuditLine.objects.count() == lines


def test_a_name_stands_once_until_it_is_archived(shop: Shop) -> None:
    item, tea = add(shop), add(shop, name="Tea")
    for act in (lambda: add(shop), lambda: change(shop, tea)):
        with pytest.raises(Refused, match="item_name_taken"):
            act()
    archive_item(actor_id=shop.owner.pk, item_id=item.pk, on=True)
    again = add(shop, price_minor=500)
    with pytest.raises(Refused, match="item_name_taken"):
        archive_item(actor_id=shop.owner.pk, item_id=item.pk, on=False)
    with pytest.raises(Refused, match="item_archived"):
        change(shop, item)
    assert list(items_of(shop.merchant)) == [again, tea] and list(items_of(shop.merchant, archived=True)) == [
        item
    ]


def test_the_database_holds_a_price_above_zero(shop: Shop) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(merchant=shop.merchant, name="Free", price_minor=0, category="standard")
    assert not Item.objects.exists()


def test_archiving_is_undone_and_doing_it_twice_is_once(shop: Shop) -> None:
    item = add(shop)
    for on in (True, True, False, False):
        archive_item(actor_id=shop.owner.pk, item_id=item.pk, on=on)
    done = AuditLine.objects.filter(subject=item.pk).order_by("id").values_list("action", flat=True)
    assert list(done) == ["item.added", "item.archived", "item.restored"]


def test_the_counter_sees_favourites_first_and_only_what_is_on_offer(shop: Shop) -> None:
    names = [("Tea", 2, False), ("Ale", 2, False), ("Soup", 1, False), ("Zest", 9, True)]
    for name, position, favourite in names:
        add(shop, name=name, position=position, favourite=favourite)
    add(shop, name="Wine", category="standard")
    found = items_at_till(shop.till, {"reduced"})
    assert [item.name for item in found] == ["Zest", "Soup", "Ale", "Tea"]


def test_a_list_adds_and_changes_all_or_nothing(shop: Shop) -> None:
    cake, tea = add(shop), add(shop, name="Tea", price_minor=200)
    done = take(shop, "Soup; 7.20; reduced\nCheesecake; 4.80; reduced\nTea; 2.00; reduced")
    assert done == Imported(added=1, changed=1, same=1)
    cake.refresh_from_db()
    tea.refresh_from_db()
    assert (cake.price_minor, tea.price_minor) == (480, 200)
    assert [each.new_minor for each in price_changes_of(cake)] == [480] and not price_changes_of(tea)
    TaxProfile.objects.filter(merchant=shop.merchant).update(categories=["reduced"])
    with pytest.raises(Refused, match="category_not_sold"):
        take(shop, "Pie; 3.00; reduced\nWine; 9.00; standard")
    assert not Item.objects.filter(name="Pie").exists()


def test_a_thousand_rows_are_taken_and_no_more(shop: Shop, django_assert_num_queries: Any) -> None:
    text = "\n".join(f"Item {number}; 1.00; reduced" for number in range(MOST_ITEMS))
    with django_assert_num_queries(8):
        assert take(shop, text).added == MOST_ITEMS
    for act in (lambda: add(shop), lambda: take(shop, "One more; 1.00; reduced")):
        with pytest.raises(Refused, match="catalogue_full"):
            act()
    assert Item.objects.count() == MOST_ITEMS


def test_a_picture_is_made_anew_and_shown_to_the_shop_alone(shop: Shop) -> None:
    item = add(shop, picture=png())
    first = item.picture_mark
    kept = picture_of(shop.cashier, item.pk, Action.CHARGE)
    assert max(Image.open(BytesIO(kept)).size) == PICTURE_SIDE and len(first) == 16
    for person in (make_shop().owner, make_member(shop, "accountant"), make_person(pin=None)):
        with pytest.raises(Refused, match="not_found"):
            picture_of(person, item.pk, Action.CHARGE)
    assert change(shop, item, picture=png(100)).picture_mark not in {first, ""}
    assert change(shop, item, drop_picture=True).picture_mark == "" and not ItemPicture.objects.exists()


def test_the_pages_add_change_archive_and_undo(shop: Shop, client_of: SignIn) -> None:
    client, listed = client_of(shop.owner), reverse("merchants:items", args=[shop.merchant.pk])
    assert "No item yet" in client.get(listed).content.decode()
    said = {"key": "k1", "name": "Cheesecake", "price": "4,50", "category": "reduced", "favourite": "on"}
    address = reverse("merchants:add_item", args=[shop.merchant.pk])
    for _ in range(2):  # a double tap is one item
        sent = said | {"picture": SimpleUploadedFile("c.png", png())}
        assert client.post(address, sent)["Location"] == listed
    item = Item.objects.get()
    assert (item.price_minor, item.favourite, bool(item.picture_mark)) == (450, True, True)
    picture = client.get(reverse("merchants:item_picture", args=[item.pk]))
    assert picture["Cache-Control"] == "private, max-age=31536000, immutable"
    assert picture.content.startswith(b"\x89PNG") and picture["X-Content-Type-Options"] == "nosniff"
    page = reverse("merchants:item", args=[item.pk])
    assert client.post(page, said | {"price": "4.80"}).status_code == 302
    assert "4.50" in client.get(page).content.decode() and "4.80" in client.get(page).content.decode()
    assert client.post(page, said | {"price": "free"}).status_code == 400
    undo = client.post(reverse("merchants:archive_item", args=[item.pk]), follow=True).content.decode()
    restore = reverse("merchants:restore_item", args=[item.pk])
    assert restore in undo and "Undo" in undo
    assert client.get(f"{listed}?undo=x").status_code == 200
    client.post(restore)
    assert item.name in client.get(f"{listed}?find=cheese").content.decode()
    assert "No item has" in client.get(f"{listed}?find=pie").content.decode()


def test_the_price_list_s_page_tells_every_wrong_line(shop: Shop, client_of: SignIn) -> None:
    client, address = client_of(shop.owner), reverse("merchants:import_items", args=[shop.merchant.pk])
    bad = "\n".join(f"Item {number}; much; reduced" for number in range(1_010))
    answer = client.post(address, {"key": "k1", "rows": f"Cake; 1.00; reduced\n{bad}"})
    page = answer.content.decode()
    assert answer.status_code == 400 and not Item.objects.exists()
    assert all(f"Line {number}:" in page for number in range(2, 1_002)) and "And 10 more." in page
    good = SimpleUploadedFile("p.csv", "name;price;category\nKäse;3,20;reduced\n".encode("cp1252"))
    assert client.post(address, {"key": "k2", "file": good}).status_code == 302
    assert Item.objects.get().name == "Käse"


def test_the_list_in_a_fixed_number_of_queries(
    shop: Shop, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, listed = client_of(shop.owner), reverse("merchants:items", args=[shop.merchant.pk])
    add(shop)
    client.get(listed)
    with django_assert_num_queries(8):
        client.get(listed)
    take(shop, "\n".join(f"Item {number}; 1.00; reduced" for number in range(99)))
    with django_assert_num_queries(8):
        assert client.get(listed).content.decode().count('data-label="Price"') == 100
