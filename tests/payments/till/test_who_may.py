"""Every page of a till and of the sales, by everybody: the right ones see it, all others find nothing."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from merchants.models import Branch, Item, ItemPicture
from payments.flows.refund import refund
from payments.models import Payment, Receipt
from tests.factories import make_member, make_one_time_code, make_shop, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, statuses

pytestmark = pytest.mark.django_db

AT_TILL = {
    "owner": 200,
    "manager": 200,
    "cashier": 200,
    "accountant": 404,
    "other_owner": 404,
    "customer": 404,
    "anonymous": 302,
}
WHOLE_SHOP = AT_TILL | {"cashier": 404, "accountant": 200}


def answers(floor: Floor, page: str) -> dict[str, int]:
    """The status of a GET by each role."""
    return statuses(floor, lambda browser: browser.get(page).status_code)


@pytest.mark.parametrize("page", ["", "watch/", "live", "manifest.webmanifest"])
def test_till_pages(floor: Floor, page: str) -> None:
    assert answers(floor, floor.till + page) == AT_TILL


@pytest.mark.parametrize("page", ["", "picture.svg"])
def test_code_pages(floor: Floor, page: str) -> None:
    code = make_one_time_code(floor.shop)
    assert answers(floor, f"{floor.till}code/{code.pk}/{page}") == AT_TILL


def test_pictures_of_items(floor: Floor) -> None:
    item = Item.objects.create(
        merchant=floor.shop.merchant, name="Cake", price_minor=450, category="reduced", picture_mark="a" * 16
    )
    ItemPicture.objects.create(item=item, content=b"\x89PNG")
    page = f"{floor.till}items/{item.pk}.png"
    assert answers(floor, page) == AT_TILL
    picture = floor.browser("cashier").get(page)
    assert picture["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")


def test_payment_pages_under_the_till(floor: Floor) -> None:
    payment = pay(make_one_time_code(floor.shop), floor.people["customer"])
    path = f"{floor.till}payments/{payment.pk}/"
    for page in (path, f"{path}refund"):
        assert answers(floor, page) == AT_TILL
    done = refund(actor=floor.shop.owner, payment_id=payment.pk, key="a")
    assert answers(floor, f"{path}refunds/{done.pk}/") == AT_TILL


def test_receipts_at_the_counter(floor: Floor) -> None:
    payment = pay(make_one_time_code(floor.shop), floor.people["customer"])
    shop = f"/shop/{floor.shop.merchant.pk}/"
    for place, right in ((floor.till, AT_TILL), (shop, WHOLE_SHOP)):
        assert answers(floor, f"{place}payments/{payment.pk}/receipt") == right
    settle_all()
    receipt = Receipt.objects.get(payment=payment)
    for place, right in ((floor.till, AT_TILL), (shop, WHOLE_SHOP)):
        assert answers(floor, f"{place}payments/{payment.pk}/receipts/{receipt.pk}/") == right


def test_a_receipt_of_another_payment_or_till_is_not_found(floor: Floor) -> None:
    mine, other = (pay(make_one_time_code(floor.shop), floor.people["customer"]) for _ in range(2))
    settle_all()
    second = floor.shop.branch.tills.create(name="Till 2")
    receipt = Receipt.objects.get(payment=mine)
    cashier = floor.browser("cashier")

    def seen(till: UUID, payment: Payment) -> int:
        return cashier.get(f"/till/{till}/payments/{payment.pk}/receipts/{receipt.pk}/").status_code

    till = floor.shop.till.pk
    assert (seen(till, mine), seen(till, other), seen(second.pk, mine)) == (200, 404, 404)


def test_shop_pages(floor: Floor) -> None:
    payment = pay(make_one_time_code(floor.shop), floor.people["customer"])
    shop = f"/shop/{floor.shop.merchant.pk}/"
    path = f"{shop}payments/{payment.pk}/"
    for page in (f"{shop}sales/", path):
        assert answers(floor, page) == WHOLE_SHOP
    assert answers(floor, f"{path}refund") == WHOLE_SHOP | {"accountant": 404}


def test_writes_by_role(floor: Floor) -> None:
    """A refused POST leaves nothing behind."""
    code = make_one_time_code(floor.shop)
    payment = pay(code, floor.people["customer"])
    settle_all()
    form = {"amount": "1.00", "category": "standard", "key": "k"}
    for role in ("accountant", "other_owner", "customer"):
        browser = floor.browser(role)
        assert browser.post(f"{floor.till}charge", form).status_code == 404
        assert browser.post(f"{floor.till}code/{code.pk}/cancel").status_code == 404
        assert browser.post(f"{floor.till}code/{code.pk}/again").status_code == 404
        assert browser.post(f"{floor.till}sum", form).status_code == 404
        for place in (floor.till, f"/shop/{floor.shop.merchant.pk}/"):
            path = f"{place}payments/{payment.pk}/refund"
            assert browser.post(path, {"key": "k"}).status_code == 404
    for page in ("charge", "sum", f"code/{code.pk}/again"):
        assert Client().post(floor.till + page, form).status_code == 302
    code.refresh_from_db()
    payment.refresh_from_db()
    assert code.state == "active" and payment.refunded_minor == 0
    assert floor.shop.merchant.codes.count() == 1


@pytest.mark.parametrize("role", ["owner", "manager", "cashier"])
def test_whoever_works_at_the_till_may_refund_its_payments(floor: Floor, role: str) -> None:
    payment = pay(make_static_code(floor.shop), floor.people["customer"], 500)
    answer = floor.browser(role).post(f"{floor.till}payments/{payment.pk}/refund", {"key": "k"})
    assert answer.status_code == 302
    assert Payment.objects.get(pk=payment.pk).refunded_minor == 500


def test_a_till_shows_its_own_payments_and_its_branch_s_posters_only(floor: Floor) -> None:
    cashier, customer = floor.browser("cashier"), floor.people["customer"]
    second = floor.shop.branch.tills.create(name="Till 2")
    poster = pay(make_static_code(floor.shop, till=False), customer, 100)
    mine = pay(make_static_code(floor.shop), customer, 200)
    elsewhere = pay(make_one_time_code(make_shop(trade_name="Far away"), 300), customer)
    uptown = Branch.objects.create(merchant=floor.shop.merchant, name="Uptown", country="DE", time_zone="UTC")
    there = pay(make_static_code(replace(floor.shop, branch=uptown), till=False), customer, 400)

    def seen(till: UUID) -> list[int]:
        path, paid = f"/till/{till}/payments/", (poster, mine, elsewhere, there)
        return [cashier.get(f"{path}{each.pk}/").status_code for each in paid]

    assert seen(floor.shop.till.pk) == [200, 200, 404, 404]
    assert seen(second.pk) == [200, 404, 404, 404]
    path = f"/till/{second.pk}/payments/{mine.pk}/refund"
    assert cashier.post(path, {"key": "k"}).status_code == 404
    assert Payment.objects.get(pk=mine.pk).refunded_minor == 0


def test_a_code_of_another_till_is_not_found(floor: Floor) -> None:
    second = floor.shop.branch.tills.create(name="Till 2")
    one_time, printed = make_one_time_code(floor.shop), make_static_code(floor.shop)
    cashier = floor.browser("cashier")
    assert cashier.get(f"/till/{second.pk}/code/{one_time.pk}/").status_code == 404
    assert cashier.get(f"{floor.till}code/{printed.pk}/").status_code == 404


def test_a_payment_of_another_shop_is_not_found_under_mine(floor: Floor) -> None:
    other = make_shop(trade_name="Second shop", owner=floor.shop.owner)
    payment = pay(make_one_time_code(other), floor.people["customer"])
    owner = floor.browser("owner")
    assert owner.get(f"/shop/{floor.shop.merchant.pk}/payments/{payment.pk}/").status_code == 404
    assert owner.get(f"/shop/{other.merchant.pk}/payments/{payment.pk}/").status_code == 200


def test_an_ended_membership_ends_on_the_next_request(floor: Floor) -> None:
    gone = make_member(floor.shop, "cashier")
    floor.people["gone"] = gone
    browser = floor.browser("gone")
    assert browser.get(floor.till).status_code == 200
    gone.memberships.update(ended_at="2026-01-01T00:00:00Z")
    assert browser.get(floor.till).status_code == 404


def test_nothing_is_written_by_looking(floor: Floor) -> None:
    """GET on what only a POST may do."""
    code = make_one_time_code(floor.shop)
    cashier = floor.browser("cashier")
    assert cashier.get(f"{floor.till}charge").status_code == 405
    assert cashier.get(f"{floor.till}code/{code.pk}/cancel").status_code == 405
    assert cashier.get(f"{floor.till}code/{code.pk}/again").status_code == 405
    assert cashier.get(f"{floor.till}sum").status_code == 405
    assert cashier.post(floor.till).status_code == 405
