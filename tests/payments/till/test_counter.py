"""The counter: a basket of items and amounts becomes one code, at the prices of the shop's own rows."""

import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from merchants.flows.archive_item import archive_item
from merchants.flows.change_item import change_item
from merchants.models import Item, QrCode
from merchants.queries import offers_today
from payments.core.basket import Basket, Discount, Tapped, Typed
from payments.flows.charge_basket import charge_basket
from payments.papers.receipt_text import receipt_text
from payments.queries.basket import sum_of_basket
from tests.factories import make_one_time_code, make_shop, pay, settle_all
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "amount": "",
    "category": "standard",
    "reference": "",
    "tip_allowed": "on",
    "key": "k1",
}


def put(floor: Floor, name: str = "Cheesecake", price_minor: int = 450, category: str = "reduced") -> Item:
    return Item.objects.create(
        merchant=floor.shop.merchant, name=name, price_minor=price_minor, category=category
    )


def dearer(floor: Floor, item: Item, price_minor: int) -> None:
    facts = {"name": item.name, "category": item.category, "price_minor": price_minor}
    change_item(actor_id=floor.shop.owner.pk, item_id=item.pk, **facts)  # type: ignore[arg-type]


def of(item: Item, pieces: int = 1, seen: int | None = None) -> str:
    return f"item:{item.pk}:{pieces}:{item.price_minor if seen is None else seen}"


def test_a_basket_is_one_code_with_its_tax_pieces_and_discount_on_the_receipt(floor: Floor) -> None:
    cake, wine = put(floor), put(floor, "Wine", 500, "standard")
    said = FORM | {"line": [of(cake, 2), of(wine), "typed:standard:100:1"], "discount": "10 %"}
    answer = floor.browser("cashier").post(f"{floor.till}charge", said | {"amount": "2.00"})
    code = QrCode.objects.get()
    assert answer["Location"] == f"{floor.till}code/{code.pk}/"
    assert [(line["description"], line["amount_minor"], line.get("quantity")) for line in code.lines] == [
        ("Cheesecake (−0.90)", 810, 2),
        ("Wine (−0.50)", 450, None),
        ("Standard rate (−0.10)", 90, None),
        ("Standard rate (−0.20)", 180, None),
    ]
    payment = pay(code, floor.people["customer"])
    assert payment.total_minor == 1530
    settle_all()
    receipt = payment.receipts.get()
    rows = [
        (row.text, row.amount, row.note.split(" · ")[0])
        for row in receipt_text(json.loads(receipt.body)).rows
    ]
    assert rows[0] == ("2 × Cheesecake (−0.90)", "8.10", "4.05 each")
    assert ("Total EUR", "15.30", "") in rows
    assert payment.lines.get(line=1).quantity == 2


def test_without_scripts_items_are_fields(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    page = cashier.get(floor.till).content.decode()
    assert f'name="q:{cake.pk}:450"' in page and 'data-name="Cheesecake"' in page
    cashier.post(f"{floor.till}charge", FORM | {f"q:{cake.pk}:450": "3"})
    (line,) = QrCode.objects.get().lines
    assert (line["amount_minor"], line["quantity"]) == (1350, 3)


def test_prices_never_come_from_the_browser(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    answer = cashier.post(f"{floor.till}charge", FORM | {"line": of(cake, seen=1)})
    assert answer.status_code == 409 and not QrCode.objects.exists()
    cashier.post(f"{floor.till}charge", FORM | {"key": "k2", "line": of(cake)})
    assert QrCode.objects.get().lines[0]["amount_minor"] == 450


def test_a_price_that_changed_is_told_and_the_next_press_is_a_yes(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    line = of(cake, 2)
    dearer(floor, cake, 480)
    answer = cashier.post(f"{floor.till}charge", FORM | {"line": line, "reference": "Table 4"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Cheesecake 4.80" in page and not QrCode.objects.exists()
    assert f'value="item:{cake.pk}:2:480"' in page and 'value="Table 4"' in page
    key = answer.context["form"]["key"].value()
    assert key != "k1"
    cashier.post(f"{floor.till}charge", FORM | {"key": key, "line": f"item:{cake.pk}:2:480"})
    assert QrCode.objects.get().lines[0]["amount_minor"] == 960


def test_a_double_tap_across_a_price_change_is_the_first_code(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    said = FORM | {"line": of(cake)}
    first = cashier.post(f"{floor.till}charge", said)
    dearer(floor, cake, 480)
    assert cashier.post(f"{floor.till}charge", said)["Location"] == first["Location"]
    assert QrCode.objects.get().lines[0]["amount_minor"] == 450


def test_what_is_off_the_counter_is_told(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    archive_item(actor_id=floor.shop.owner.pk, item_id=cake.pk, on=True)
    answer = cashier.post(f"{floor.till}charge", FORM | {"line": of(cake)})
    assert answer.status_code == 409 and "no longer sold" in answer.content.decode()
    assert "Cheesecake" not in cashier.get(floor.till).content.decode()


def test_an_item_of_another_shop_is_unknown(floor: Floor) -> None:
    other = Item.objects.create(
        merchant=make_shop(trade_name="Next door").merchant, name="Secret", price_minor=1, category="reduced"
    )
    for line in (of(other), f"item:{uuid4()}:1:450"):
        answer = floor.browser("cashier").post(f"{floor.till}sum", FORM | {"line": line})
        assert answer.status_code == 409 and "Secret" not in answer.content.decode()
        basket = Basket((Tapped(other.pk, 1, 1),))
        with pytest.raises(Refused, match="item_gone"):
            charge_basket(actor=floor.shop.cashier, till_id=floor.shop.till.pk, basket=basket, key=line)
    assert not QrCode.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "item:no:1:1",
        "item:{id}:0:450",
        "item:{id}:1000:450",
        "item:{id}:-1:450",
        "item:{id}:1",
        "item:{id}:1:450:1",
        "item:{id}:１:450",
        "typed:standard:0:1",
        "typed:reduced_2:100:1",
        "typed:standard:100:1000",
        "gift:standard:1:1",
    ],
)
def test_a_line_that_no_page_of_ours_sends_writes_nothing(floor: Floor, line: str) -> None:
    line = line.format(id=put(floor).pk)
    for page in ("charge", "sum"):
        answer = floor.browser("cashier").post(floor.till + page, FORM | {"line": line})
        assert answer.status_code == 400
    assert not QrCode.objects.exists()


def test_the_fifty_first_line_is_told(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    lines = [f"typed:standard:{amount}:1" for amount in range(1, 51)]
    answer = cashier.post(f"{floor.till}charge", FORM | {"line": lines, "amount": "1.00"})
    assert answer.status_code == 400 and "at most 50 lines" in answer.content.decode()
    assert cashier.post(f"{floor.till}charge", FORM | {"line": lines}).status_code == 302


@pytest.mark.parametrize("discount", ["100 %", "4.51", "4.50", "much"])
def test_a_bad_discount_is_told_at_its_field(floor: Floor, discount: str) -> None:
    said = FORM | {"line": of(put(floor)), "discount": discount}
    answer = floor.browser("cashier").post(f"{floor.till}charge", said)
    assert answer.status_code == 400 and not QrCode.objects.exists()
    assert answer.context["form"].errors.keys() == {"discount"}


def test_a_line_that_a_discount_takes_whole_is_still_paid(floor: Floor) -> None:
    crumb, cake = put(floor, "Crumb", 1), put(floor)
    basket = Basket((Tapped(crumb.pk, 1, 1), Tapped(cake.pk, 1, 450)), Discount(amount_minor=300))
    code = charge_basket(actor=floor.shop.cashier, till_id=floor.shop.till.pk, basket=basket, key="a")
    assert [line["amount_minor"] for line in code.lines] == [0, 151]
    assert pay(code, floor.people["customer"]).total_minor == 151
    assert settle_all() == 1


def test_the_sum_is_what_the_code_asks_for_and_writes_nothing(floor: Floor) -> None:
    cake, cashier = put(floor), floor.browser("cashier")
    said = FORM | {"line": [of(cake, 3)], "amount": "1.19", "discount": "0.69"}
    found = cashier.post(f"{floor.till}sum", said).json()
    assert not QrCode.objects.exists()
    page = cashier.post(f"{floor.till}charge", said, follow=True).content.decode()
    assert found["total"] == 1400 and "14.00" in page and found["discount"] == 69
    assert f"{found['tax'] / 100:.2f} tax in it" in page
    assert cashier.post(f"{floor.till}sum", FORM | {"amount": "1."}).status_code == 400


def test_where_tax_is_added_the_sum_has_it() -> None:
    floor = open_shop("US", inclusive=False, categories=("standard",))
    honey = put(floor, "Honey", 1000, "standard")
    basket = Basket((Tapped(honey.pk, 1, 1000), Typed("standard", 1000)), Discount(ppm=100_000))
    cost = sum_of_basket(floor.shop.till, basket, offers_today(floor.shop.branch))
    assert (cost.sale.net_minor, cost.sale.tax_minor, cost.discount_minor) == (
        1800,
        148,
        200,
    )  # 9.00 + 0.74 each, line by line


def test_the_code_s_page_lists_the_lines_of_an_order(floor: Floor) -> None:
    lines = [
        {"description": "Soup", "category": "reduced", "amount_minor": 1000, "quantity": 2},
        {"description": "Tea", "category": "standard", "amount_minor": 300},
    ]
    code = make_one_time_code(floor.shop, lines=lines)
    page = floor.browser("cashier").get(f"{floor.till}code/{code.pk}/").content.decode()
    assert "2 lines" in page and "2 × Soup" in page


def test_two_hundred_items_in_a_fixed_number_of_queries(
    floor: Floor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cashier = floor.browser("cashier")
    put(floor)
    cashier.get(floor.till)
    with django_assert_num_queries(15):
        cashier.get(floor.till)
    Item.objects.bulk_create(
        Item(merchant=floor.shop.merchant, name=f"Item {number}", price_minor=100, category="reduced")
        for number in range(250)
    )
    with django_assert_num_queries(15):
        page = cashier.get(floor.till).content.decode()
    assert page.count("data-item=") == 251 and page.count('name="q:') == 200
    assert cashier.get(f"{floor.till}?find=cheese").content.decode().count("data-item=") == 1
    lines = [of(item) for item in Item.objects.all()[:50]]
    with django_assert_num_queries(7):
        assert cashier.post(f"{floor.till}sum", FORM | {"line": lines}).status_code == 200
