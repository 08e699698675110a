"""The shop's desk as a person uses it: from an empty page to a poster, without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from base.models import Notice
from merchants.core.words import words_of
from merchants.flows.retire_qr import retire_qr
from merchants.models import Branch, Merchant, NameChange, OwnRate, PrintedSheet, QrCode, TaxProfile, Till
from merchants.queries import link_of
from merchants.sheets import SHEETS
from people.models import User
from tests.factories import make_member, make_person, make_shop, make_static_code
from tests.merchants.test_staff import send

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
BUSINESS = {
    "key": "k1",
    "legal_name": "Morgenrot GmbH",
    "trade_name": "Café Morgenrot",
    "mcc": "5814",
    "country": "DE",
    "currency": "",
    "tax_number": "DE136695976",
    "prices_include_tax": "yes",
    "categories": ["standard", "restaurant_food"],
}


def page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(f"merchants:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_from_nothing_to_a_poster(client_of: SignIn) -> None:
    client = client_of(make_person(pin=None))
    assert reverse("merchants:register") in page(client, "home")
    assert "Step 1 of 3" in page(client, "register")
    answer = client.post(reverse("merchants:register"), BUSINESS)
    merchant = Merchant.objects.get()
    assert answer.headers["Location"] == reverse("merchants:add_branch", args=[merchant.pk])
    assert "Step 2 of 3" in page(client, "add_branch", merchant.pk)
    branch_form = {
        "key": "k2",
        "name": "Mitte",
        "street": "Torstraße 12",
        "city": "Berlin",
        "time_zone": "Europe/Berlin",
    }
    answer = client.post(answer.headers["Location"], branch_form)
    branch = Branch.objects.get()
    assert answer.headers["Location"] == reverse("merchants:add_till", args=[branch.pk])
    assert "Step 3 of 3" in page(client, "add_till", branch.pk)
    client.post(answer.headers["Location"], {"key": "k3", "name": "Till 1"})
    till = Till.objects.get()
    shop_page = client.get(reverse("merchants:home"), follow=True).content.decode()
    assert "not yet reviewed" in shop_page
    assert reverse("payments:till", args=[till.pk]) in shop_page
    add_code = reverse("merchants:add_code", args=[branch.pk])
    assert f'href="{add_code}">Print a code' in shop_page
    assert "Food eaten in · 7" in client.get(add_code).content.decode()
    made = {
        "key": "k4",
        "category": "standard",
        "till": str(till.pk),
        "label": "Counter",
        "tip_allowed": "on",
    }
    answer = client.post(add_code, made)
    code = QrCode.objects.get()
    assert answer.headers["Location"] == reverse("merchants:code", args=[code.pk])
    assert (code.label, code.till_id, code.tip_allowed) == ("Counter", till.pk, True)
    shown = page(client, "code", code.pk)
    assert link_of(code) in shown
    assert " ".join(words_of(code.pk)) in shown
    assert "Print a code" not in page(client, "shop", merchant.pk)
    assert "Counter" in page(client, "codes", merchant.pk)


def test_a_double_tap_makes_one(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    forms: list[tuple[str, list[Any], dict[str, Any], type[Model]]] = [
        ("register", [], BUSINESS, Merchant),
        (
            "add_branch",
            [shop.merchant.pk],
            {"name": "B", "street": "S", "city": "C", "time_zone": "Europe/Berlin"},
            Branch,
        ),
        ("add_till", [shop.branch.pk], {"name": "Bar"}, Till),
        ("add_code", [shop.branch.pk], {"category": "standard", "label": "L"}, QrCode),
    ]
    for name, args, data, model in forms:
        before = model._default_manager.count()
        answers = [
            client.post(reverse(f"merchants:{name}", args=args), {**data, "key": "same"}) for _ in range(3)
        ]
        assert {answer.status_code for answer in answers} == {302}, name
        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert model._default_manager.count() == before + 1


def test_what_is_mended_is_sent_again_and_taken(client_of: SignIn) -> None:
    client = client_of(make_person(pin=None))
    wrong = client.post(reverse("merchants:register"), {**BUSINESS, "tax_number": "DE136695977"})
    text = wrong.content.decode()
    assert wrong.status_code == 400
    assert "not a valid VAT number" in text
    assert 'value="Café Morgenrot"' in text
    key = re.search(r'name="key" value="([^"]+)"', text)
    assert key is not None
    assert key[1] != BUSINESS["key"]
    assert client.post(reverse("merchants:register"), {**BUSINESS, "key": key[1]}).status_code == 302
    assert Merchant.objects.count() == 1


def test_a_used_key_with_other_words_is_asked_again(client_of: SignIn) -> None:
    client = client_of(make_person(pin=None))
    client.post(reverse("merchants:register"), BUSINESS)
    other = client.post(reverse("merchants:register"), {**BUSINESS, "trade_name": "Other"})
    assert other.status_code == 400
    assert "Send it again" in other.content.decode()
    assert Merchant.objects.count() == 1


@pytest.mark.parametrize(("sheet", "start"), [("a4", b"%PDF-"), ("svg", b"<"), ("png", b"\x89PNG")])
def test_sheets_are_files_that_are_kept(client_of: SignIn, sheet: str, start: bytes) -> None:
    shop = make_shop()
    code, client = make_static_code(shop), client_of(shop.owner)
    address = reverse("merchants:sheet", args=[code.pk, sheet])
    first = client.get(address)
    Merchant.objects.filter(pk=shop.merchant.pk).update(trade_name="Another")
    assert first.content.startswith(start)
    assert client.get(address).content == first.content
    kept = PrintedSheet.objects.get(code=code)
    assert first.headers["Content-Disposition"] == f'attachment; filename="{kept.file_name}"'
    assert first.headers["Content-Type"] == kept.media_type
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Cache-Control"].startswith("private")


def test_every_sheet_is_offered_and_a_kept_one_says_since_when(client_of: SignIn) -> None:
    shop = make_shop()
    code, client = make_static_code(shop), client_of(shop.owner)
    shown = page(client, "code", code.pk)
    for name, plug in SHEETS.items():
        assert reverse("merchants:sheet", args=[code.pk, name]) in shown and plug.title in shown
    assert "kept" not in shown.replace("A file is kept when", "")
    client.get(reverse("merchants:sheet", args=[code.pk, "roll"]))
    retire_qr(actor_id=shop.owner.pk, code_id=code.pk)
    shown = page(client, "code", code.pk)
    assert shown.count("/sheets/roll/") == 3 == shown.count("/sheets/"), "small, large, the file"
    assert SHEETS["roll"].title in shown and "kept " in shown


def test_looking_at_a_code_prints_nothing(client_of: SignIn) -> None:
    shop = make_shop()
    code, client = make_static_code(shop), client_of(shop.owner)
    page(client, "code", code.pk)
    picture = client.get(reverse("merchants:picture", args=[code.pk]))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert client.get(reverse("merchants:sheet", args=[code.pk, "flag"])).status_code == 404
    assert not PrintedSheet.objects.exists()


def test_retiring_asks_first_and_the_page_says_so_after(client_of: SignIn) -> None:
    shop = make_shop()
    code, client = make_static_code(shop, label="Counter"), client_of(shop.owner)
    assert "cannot be undone" in page(client, "retire", code.pk)
    code.refresh_from_db()
    assert code.state == "active"
    after = client.post(reverse("merchants:retire", args=[code.pk]), follow=True).content.decode()
    assert "This code is retired since" in after
    assert reverse("merchants:retire", args=[code.pk]) not in after
    assert reverse("merchants:sheet", args=[code.pk, "a4"]) not in after
    assert "retired" in page(client, "codes", shop.merchant.pk)


def test_in_the_us_the_own_rate_comes_first(client_of: SignIn) -> None:
    shop = make_shop("US", inclusive=False, categories=("standard",))
    OwnRate.objects.all().delete()
    client = client_of(shop.owner)
    assert "Enter the tax rate" in page(client, "shop", shop.merchant.pk)
    answer = client.get(reverse("merchants:add_code", args=[shop.branch.pk]))
    assert answer.headers["Location"] == reverse("merchants:own_rates", args=[shop.merchant.pk])
    assert 'value="SALES"' in page(client, "own_rates", shop.merchant.pk)
    form = {"category": "standard", "tax": "SALES", "rate": "8,25", "valid_from": "2026-01-01"}
    assert client.post(answer.headers["Location"], form).status_code == 302
    assert str(OwnRate.objects.get().rate) == "8.2500"
    assert "SALES 8.25" in page(client, "own_rates", shop.merchant.pk)
    assert "Standard rate · 8.25" in page(client, "add_code", shop.branch.pk)


@pytest.mark.parametrize("rate", ["0", "1e1", "８", "-1", "8.12345", "100", "NaN", ""])
def test_a_rate_is_plain_digits(client_of: SignIn, rate: str) -> None:
    shop = make_shop()
    form = {"category": "standard", "tax": "VAT", "rate": rate, "valid_from": "2026-01-01"}
    answer = client_of(shop.owner).post(reverse("merchants:own_rates", args=[shop.merchant.pk]), form)
    assert answer.status_code == 400
    assert not OwnRate.objects.exists()


def test_the_business_page_shows_the_profile_and_changes_what_is_sold(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    shown = page(client, "tax", shop.merchant.pk)
    assert "DE136695976" in shown
    assert "digits checked" in shown
    address = reverse("merchants:tax", args=[shop.merchant.pk])
    assert client.post(address, {"categories": ["standard", "exempt"]}).status_code == 302
    assert TaxProfile.objects.get().categories == ["standard", "exempt"]
    assert client.post(address, {"categories": ["luxury"]}).status_code == 400


def test_another_name_waits_for_an_operator(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    address = reverse("merchants:name", args=[shop.merchant.pk])
    assert client.post(address, {"trade_name": "A\u202eB"}).status_code == 400
    answer = client.post(address, {"trade_name": "Abendrot"}, follow=True).content.decode()
    assert "You asked for <strong>Abendrot</strong>" in answer
    assert NameChange.objects.get().state == "asked"


def test_staff_are_invited_withdrawn_and_ended(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    address = reverse("merchants:staff", args=[shop.merchant.pk])
    assert client.post(address, {"email": "x", "role": "cashier"}).status_code == 400
    shown = client.post(
        address, {"email": "linh@example.com", "role": "cashier"}, follow=True
    ).content.decode()
    assert "on its way to linh@example.com" in shown
    withdraw = re.search(r'action="(/shop/[^"]+/withdraw/)"', shown)
    assert withdraw is not None
    assert client.get(withdraw[1]).status_code == 405
    assert "is withdrawn" in client.post(withdraw[1], follow=True).content.decode()
    member = shop.merchant.memberships.get(person=shop.cashier)
    end = reverse("merchants:end_membership", args=[shop.merchant.pk, member.pk])
    assert shop.cashier.email in client.get(end).content.decode()
    assert shop.cashier.email not in client.post(end, follow=True).content.decode().split("<table")[1]
    mine = shop.merchant.memberships.get(person=shop.owner)
    last = client.post(reverse("merchants:end_membership", args=[shop.merchant.pk, mine.pk]))
    assert last.status_code == 409


def test_the_mailed_link_leads_through_sign_in_to_the_shop(client_of: SignIn) -> None:
    shop = make_shop()
    token = send(shop)
    address = reverse("merchants:invite", args=[token])
    assert address in Notice.objects.get().body
    assert Client().get(address).headers["Location"] == f"{reverse('account_login')}?next={address}"
    other = client_of(make_person(pin=None))
    assert "sent to another e-mail address" in other.get(address).content.decode()
    assert other.post(address).status_code == 403
    linh = make_person("linh@example.com", pin=None)
    client = client_of(linh)
    assert "Accept" in client.get(address).content.decode()
    home = client.post(address, follow=True).content.decode()
    assert reverse("payments:till", args=[shop.till.pk]) in home
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_home_opens_the_door_of_each_role(client_of: SignIn) -> None:
    shop, other = make_shop(), make_shop(trade_name="Tea House")
    accountant = make_member(shop, "accountant")
    other.merchant.memberships.create(person=accountant, role="cashier")
    shown = page(client_of(accountant), "home")
    assert reverse("reports:books", args=[shop.merchant.pk]) in shown
    assert reverse("payments:till", args=[other.till.pk]) in shown
    assert reverse("merchants:shop", args=[shop.merchant.pk]) not in shown
    one = client_of(shop.owner).get(reverse("merchants:home"))
    assert one.headers["Location"] == reverse("merchants:shop", args=[shop.merchant.pk])


def test_a_manager_is_shown_no_way_to_the_staff_list(client_of: SignIn) -> None:
    shop = make_shop()
    staff = reverse("merchants:staff", args=[shop.merchant.pk])
    assert staff not in page(client_of(make_member(shop, "manager")), "shop", shop.merchant.pk)
    assert staff in page(client_of(shop.owner), "shop", shop.merchant.pk)
