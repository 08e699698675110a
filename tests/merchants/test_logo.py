"""A shop's logo: made anew, kept apart, shown to its own people only, and taken away again."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine
from merchants.core.roles import Action
from merchants.flows.remove_logo import remove_logo
from merchants.flows.set_logo import LONGEST_SIDE, set_logo
from merchants.models import Logo
from merchants.queries import shop_for
from merchants.queries.logos import logo_of, logo_picture
from people.models import User
from tests.factories import Shop, make_member, make_shop
from tests.merchants.test_picture import HTML, ZIP, file_of, halves

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
RED_AND_BLUE = file_of(halves(), "PNG")


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def give(shop: Shop, content: bytes = RED_AND_BLUE) -> Logo:
    return set_logo(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, content=content)


def address(shop: Shop, name: str = "logo") -> str:
    return reverse(f"merchants:{name}", args=[shop.merchant.pk])


def send(client: Client, shop: Shop, content: bytes, name: str = "logo.png", kind: str = "image/png") -> Any:
    return client.post(address(shop), {"picture": SimpleUploadedFile(name, content, kind)})


def lines(shop: Shop) -> list[str]:
    rows = AuditLine.objects.filter(merchant=shop.merchant.pk, action__startswith="logo.").order_by("id")
    return [row.action for row in rows]


def test_it_is_kept_as_it_was_made_anew(shop: Shop) -> None:
    row = give(shop, file_of(halves(1200, 400), "JPEG"))
    kept = logo_picture(shop.merchant)
    assert kept is not None and (kept.width, kept.height) == (LONGEST_SIDE, LONGEST_SIDE // 3)
    assert kept.content.startswith(b"\x89PNG") and kept.content == bytes(row.content)
    found = logo_of(shop.merchant)
    assert found is not None and (found.set_by, bytes(found.sha256)) == (shop.owner, bytes(row.sha256))
    assert lines(shop) == ["logo.set"]


def test_another_one_takes_its_place(shop: Shop) -> None:
    first = give(shop)
    manager = make_member(shop, "manager")
    other = file_of(Image.new("RGB", (10, 30), "green"), "WEBP")
    set_logo(actor_id=manager.pk, merchant_id=shop.merchant.pk, content=other)
    row = Logo.objects.get()
    assert (row.width, row.height, row.set_by_id) == (10, 30, manager.pk)
    assert row.sha256 != first.sha256 and row.set_at > first.set_at
    assert lines(shop) == ["logo.set", "logo.set"]


def test_the_same_again_changes_nothing(shop: Shop) -> None:
    first = give(shop)
    again = give(shop)
    assert again.set_at == first.set_at
    assert lines(shop) == ["logo.set"], "a double tap is one act"


def test_it_is_taken_away_once(shop: Shop) -> None:
    give(shop)
    asked: dict[str, Any] = {"actor_id": shop.owner.pk, "merchant_id": shop.merchant.pk}
    assert remove_logo(**asked) and not remove_logo(**asked)
    assert logo_picture(shop.merchant) is None
    assert lines(shop) == ["logo.set", "logo.removed"]


@pytest.mark.parametrize("role", ["cashier", "accountant"])
def test_the_flows_ask_for_the_role_themselves(shop: Shop, role: str) -> None:
    give(shop)
    for actor in (make_member(shop, role), make_shop().owner):
        for attempt in (
            lambda actor=actor: set_logo(
                actor_id=actor.pk, merchant_id=shop.merchant.pk, content=file_of(halves(9, 9), "PNG")
            ),
            lambda actor=actor: remove_logo(actor_id=actor.pk, merchant_id=shop.merchant.pk),
        ):
            with pytest.raises(Refused, match="not_found"):
                attempt()
    assert lines(shop) == ["logo.set"]


def test_a_picture_that_is_refused_leaves_the_one_before(shop: Shop) -> None:
    give(shop)
    with pytest.raises(Refused, match="picture_kind_unsupported"):
        give(shop, HTML)
    assert lines(shop) == ["logo.set"] and logo_picture(shop.merchant) is not None


def test_the_database_takes_no_picture_without_sides(shop: Shop) -> None:
    give(shop)
    with pytest.raises(IntegrityError, match="logo_has_sides"), transaction.atomic():
        Logo.objects.update(width=0)
    assert Logo.objects.get().width == 60


def test_reading_a_shop_reads_no_picture(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(shop)
    with django_assert_num_queries(1) as asked:
        shop_for(shop.owner, shop.merchant.pk, Action.MANAGE_SHOP)
    assert "logo" not in asked.captured_queries[0]["sql"]
    with django_assert_num_queries(1) as asked:
        assert logo_of(shop.merchant) is not None
    assert "content" not in asked.captured_queries[0]["sql"]
    with django_assert_num_queries(1):
        assert logo_picture(shop.merchant) is not None


# --- the pages --------------------------------------------------------------------------------


def test_an_owner_sends_looks_at_replaces_and_removes_it(shop: Shop, client_of: SignIn) -> None:
    client = client_of(shop.owner)
    page = client.get(address(shop)).content.decode()
    assert 'accept="image/png,image/jpeg,image/webp"' in page and "Remove it" not in page
    assert send(client, shop, RED_AND_BLUE).headers["Location"] == address(shop)
    page = client.get(address(shop)).content.decode()
    row = Logo.objects.get()
    assert f"{address(shop, 'logo_file')}?v={row.version}" in page and "Replace the logo" in page
    asked = client.get(address(shop, "remove_logo"))
    assert "Remove your logo?" in asked.content.decode() and Logo.objects.exists(), "a look removes nothing"
    assert client.post(address(shop, "remove_logo")).headers["Location"] == address(shop)
    assert not Logo.objects.exists()
    assert client.get(address(shop, "remove_logo")).status_code == 302
    assert client.get(address(shop, "logo_file")).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (HTML, "logo.png", "no PNG, JPEG or WebP"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "logo.svg", "no PNG, JPEG or WebP"),
        (RED_AND_BLUE[:-4], "logo.png", "damaged or cut short"),
        (RED_AND_BLUE.ljust(2 * 1024 * 1024 + 1), "logo.png", "larger than 2 MB"),
        (b"", "logo.png", "empty"),
    ],
)
def test_the_page_says_why_a_picture_is_not_taken(
    shop: Shop, client_of: SignIn, content: bytes, name: str, told: str
) -> None:
    answer = send(client_of(shop.owner), shop, content, name)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert 'id="id_picture_error"' in answer.content.decode(), "at its field"
    assert not Logo.objects.exists()


def test_it_is_served_as_the_picture_that_we_made(shop: Shop, client_of: SignIn) -> None:
    client = client_of(shop.owner)
    send(client, shop, RED_AND_BLUE + HTML + ZIP, "logo.html", "text/html")
    answer = client.get(address(shop, "logo_file"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Disposition"] == 'inline; filename="logo.png"'
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert b"script" not in answer.content and b"PK" not in answer.content
    assert Image.open(BytesIO(answer.content)).size == (60, 20)


def test_the_logo_of_another_shop_is_not_there(shop: Shop, client_of: SignIn) -> None:
    give(shop)
    client = client_of(make_shop().owner)
    foreign = client.get(address(shop, "logo_file"))
    unknown = client.get(reverse("merchants:logo_file", args=[uuid4()]))
    assert foreign.status_code == unknown.status_code == 404 and foreign.content == unknown.content
    assert send(client, shop, file_of(halves(9, 9), "PNG")).status_code == 404
    assert Logo.objects.get().width == 60
