"""What the till's pages show of payments, and where their script begins to listen."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from base.ids import database_now
from base.models import Event
from merchants.core.words import words_on_screen
from payments.flows.refund import refund
from tests.factories import make_one_time_code, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db


def test_a_row_says_time_words_state_and_source(floor: Floor) -> None:
    customer, cashier = floor.people["customer"], floor.browser("cashier")
    at = database_now().replace(hour=7, minute=5)
    order = pay(make_one_time_code(floor.shop, 840, reference="Table 4"), customer)
    poster = pay(
        make_static_code(floor.shop, label="Counter", till=False),
        customer,
        420,
        happened_at=at - timedelta(days=3),
    )
    page = cashier.get(floor.till).content.decode()
    assert words_on_screen(order.code_id, "DE") in page and "Table 4" in page
    assert words_on_screen(poster.session_id, "DE") in page and "Counter" in page
    assert page.count('class="pill plain">poster<') == 1
    assert page.count(">promised<") == 2
    # By the branch's clock, not ours: 7:05 in UTC is not 7:05 in Berlin.
    assert "07:05" not in page and ":05 · " in page
    settle_all()
    refund(actor=floor.shop.owner, payment_id=order.pk, key="a")
    refund(actor=floor.shop.owner, payment_id=poster.pk, key="b", amount_minor=100)
    page = cashier.get(floor.till).content.decode()
    assert page.count(">settled<") == 2
    assert page.count(">refunded<") == 1 and page.count(">part refunded<") == 1
    assert 'data-progress="841"' in page and 'data-progress="101"' in page


def test_the_green_screen_is_for_a_fresh_payment_and_never_beside_another_order(floor: Floor) -> None:
    cashier, customer = floor.browser("cashier"), floor.people["customer"]
    assert "paidscreen" not in cashier.get(floor.till).content.decode()
    pay(make_static_code(floor.shop), customer, 420)
    for page in ("", "watch/", "live"):
        assert "data-fresh" in cashier.get(floor.till + page).content.decode(), page
    code = make_one_time_code(floor.shop)
    page = cashier.get(f"{floor.till}code/{code.pk}/").content.decode()
    assert "data-fresh" not in page and "4.20" in page
    assert f"live?beside={code.pk}" in page
    assert "data-fresh" not in cashier.get(f"{floor.till}live?beside={code.pk}").content.decode()


def test_a_page_listens_from_the_last_event_it_shows(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    empty = cashier.get(floor.till)
    assert empty.context["after"].version == 7 and "No payment yet" in empty.content.decode()
    pay(make_static_code(floor.shop), floor.people["customer"], 420)
    last = Event.objects.order_by("id").last()
    assert last is not None and last.id > empty.context["after"]
    page = cashier.get(floor.till)
    assert page.context["after"] == last.id
    assert f'data-after="{last.id}"' in page.content.decode()


def test_without_scripts_the_pages_that_wait_load_themselves_again(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    again = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    code = make_one_time_code(floor.shop)
    assert again in cashier.get(f"{floor.till}code/{code.pk}/").content.decode()
    assert again in cashier.get(f"{floor.till}watch/").content.decode()
    # The keypad does not: half an amount would be gone. It leads to the page that does.
    page = cashier.get(floor.till).content.decode()
    assert "refresh" not in page and f'<a href="{floor.till}watch/">' in page


def test_the_newest_thirty_in_a_fixed_number_of_queries(
    floor: Floor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cashier, customer = floor.browser("cashier"), floor.people["customer"]
    poster = make_static_code(floor.shop)
    pay(poster, customer, 100)
    cashier.get(floor.till)
    with django_assert_num_queries(14):
        cashier.get(floor.till)
    with django_assert_num_queries(9):
        cashier.get(f"{floor.till}live")
    for amount in range(101, 133):
        pay(poster, customer, amount)
    with django_assert_num_queries(14):
        page = cashier.get(floor.till).content.decode()
    assert page.count("data-payment=") == 30


def test_amounts_without_decimals() -> None:
    floor = open_shop("VN", categories=("standard",))
    pay(make_static_code(floor.shop), floor.people["customer"], 40_000)
    assert "40,000" in floor.browser("cashier").get(floor.till).content.decode()
