"""The top-up page over HTTP: what it offers, what it takes, what it refuses, and only once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from people.models import User
from wallets.core.currencies import CURRENCIES
from wallets.core.limits import caps
from wallets.core.money import exponent
from wallets.models import TopUp
from wallets.queries import balances_of
from wallets.web.quick import quick_amounts, quick_currencies

pytestmark = pytest.mark.django_db
PAGE = "/wallet/top-up/"
PAY = "/pay/01890000-0000-7000-8000-000000000001/"
BAD_AMOUNTS = [
    "", "0", "0.00", "-5", "+5", "1e2", "1_000", "NaN", "Infinity", "0x10", "12.345", "12.9.0", "1,000",
    "１００", "٣", "1 000", "9" * 40, "twelve", "12€",
]  # fmt: skip
ELSEWHERE = ["https://evil.com/", "//evil.com", "/\\evil.com", "javascript:alert(1)", "evil.com"]


@pytest.fixture
def payer() -> User:
    return User.objects.create_user("linh@example.org", "correct horse battery")


@pytest.fixture
def wallet(payer: User) -> Client:
    client = Client()
    client.force_login(payer)
    return client


def said(amount: str, currency: str = "EUR", *, key: object = None, back: str = "") -> dict[str, str]:
    return {"amount": amount, "currency": currency, "key": str(key or uuid4()), "next": back}


def have(person: User) -> dict[str, int]:
    return {each.currency: each.balance_minor for each in balances_of(person.pk)}


def value(page: str, name: str) -> str:
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


def test_a_stranger_signs_in_first_and_comes_back(client: Client) -> None:
    answer = client.get(PAGE, {"currency": "EUR", "amount_minor": "340", "next": PAY})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/wallet/top-up/%3Fcurrency%3DEUR")
    assert client.post(PAGE, said("5")).status_code == 302
    assert TopUp.objects.count() == 0


def test_other_methods_are_not_allowed(wallet: Client) -> None:
    assert [wallet.put(PAGE).status_code, wallet.delete(PAGE).status_code] == [405, 405]


def test_a_look_books_nothing_and_says_that_it_is_test_money(wallet: Client) -> None:
    page = wallet.get(PAGE).content.decode()
    assert "This is test money" in page
    assert (value(page, "currency"), value(page, "amount")) == ("EUR", "")
    assert UUID(value(page, "key"))
    assert TopUp.objects.count() == 0


def test_each_page_has_its_own_key(wallet: Client) -> None:
    keys = {value(wallet.get(PAGE).content.decode(), "key") for _ in range(3)}
    assert len(keys) == 3


def test_money_comes_in_and_the_wallet_follows(wallet: Client, payer: User) -> None:
    answer = wallet.post(PAGE, said("12.90"))
    assert (answer.status_code, answer["Location"]) == (302, "/wallet/")
    assert have(payer) == {"EUR": 1290}
    assert "EUR" in next(str(m) for m in wallet.get(PAGE).context["messages"])


@pytest.mark.parametrize(("text", "currency", "minor"), [
    ("12,90", "EUR", 1290), (" 7 ", "USD", 700), ("40000", "VND", 40000), ("1.234", "KWD", 1234),
])  # fmt: skip
def test_amounts_are_read_as_their_currency_has_them(
    wallet: Client, payer: User, text: str, currency: str, minor: int
) -> None:
    assert wallet.post(PAGE, said(text, currency)).status_code == 302
    assert have(payer) == {currency: minor}


@pytest.mark.parametrize("text", BAD_AMOUNTS)
def test_what_is_no_amount_is_shown_again_with_the_reason(wallet: Client, payer: User, text: str) -> None:
    key = uuid4()
    answer = wallet.post(PAGE, said(text, key=key, back=PAY))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'class="errorlist"' in page
    assert value(page, "next") == PAY
    assert value(page, "key") == str(key)
    assert have(payer) == {}
    assert TopUp.objects.count() == 0


@pytest.mark.parametrize("text", ["40000.5", "40000.00", "40.000"])
def test_dong_have_no_decimals(wallet: Client, payer: User, text: str) -> None:
    answer = wallet.post(PAGE, said(text, "VND"))
    assert (answer.status_code, "VND has no decimals" in answer.content.decode()) == (400, True)
    assert have(payer) == {}


@pytest.mark.parametrize("currency", ["", "XXX", "eur", "EURO", "<b>"])
def test_a_currency_that_is_none_is_refused(wallet: Client, payer: User, currency: str) -> None:
    assert wallet.post(PAGE, said("5", currency)).status_code == 400
    assert have(payer) == {}


@pytest.mark.parametrize("key", ["not-a-key", "1"])
def test_a_key_that_is_none_is_replaced(wallet: Client, payer: User, key: str) -> None:
    answer = wallet.post(PAGE, said("5", key=key))
    assert answer.status_code == 400
    assert UUID(value(answer.content.decode(), "key"))
    assert have(payer) == {}


def test_more_than_one_top_up_may_be_is_refused_with_the_limit_and_a_new_key(
    wallet: Client, payer: User
) -> None:
    key = uuid4()
    answer = wallet.post(PAGE, said("1000.01", key=key))
    page = answer.content.decode()
    assert (answer.status_code, "The most for one top-up is 1000.00 EUR" in page) == (400, True)
    assert value(page, "key") != str(key)
    assert wallet.post(PAGE, said("1000", key=value(page, "key"))).status_code == 302
    assert have(payer) == {"EUR": 100_000}


def test_a_double_tap_books_once(wallet: Client, payer: User) -> None:
    twice = said("20", back=PAY)
    answers = [wallet.post(PAGE, twice) for _ in range(3)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, PAY)] * 3
    assert have(payer) == {"EUR": 2000}
    assert TopUp.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_taps_at_the_same_moment_book_once(wallet: Client, payer: User) -> None:
    form, gate = said("20"), threading.Barrier(4)

    def tap(_: int) -> int:
        client = Client()
        client.cookies = wallet.cookies
        try:
            gate.wait()
            return client.post(PAGE, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as taps:
        assert list(taps.map(tap, range(4))) == [302] * 4
    assert have(payer) == {"EUR": 2000}


def test_a_used_key_with_another_amount_books_nothing_and_gets_a_new_key(wallet: Client, payer: User) -> None:
    key = uuid4()
    wallet.post(PAGE, said("20", key=key))
    answer = wallet.post(PAGE, said("30", key=key))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert value(page, "key") != str(key)
    assert have(payer) == {"EUR": 2000}


def test_one_person_s_key_is_not_another_s(wallet: Client, payer: User) -> None:
    other = User.objects.create_user("otto@example.org", "correct horse battery")
    second = Client()
    second.force_login(other)
    form = said("20")
    assert [wallet.post(PAGE, form).status_code, second.post(PAGE, form).status_code] == [302, 302]
    assert (have(payer), have(other)) == ({"EUR": 2000}, {"EUR": 2000})


def test_exactly_what_a_payment_misses_is_offered_and_said(wallet: Client) -> None:
    page = wallet.get(PAGE, {"currency": "VND", "amount_minor": "13500", "next": PAY}).content.decode()
    assert "Your payment needs 13,500\xa0VND more: exactly that is filled in." in page
    assert (value(page, "amount"), value(page, "currency"), value(page, "next")) == ("13500", "VND", PAY)
    answer = wallet.post(PAGE, said(value(page, "amount"), "VND", key=value(page, "key"), back=PAY))
    assert answer["Location"] == PAY


@pytest.mark.parametrize("amount", ["-5", "1_000", "12.345", "<b>", "９"])
def test_a_strange_round_amount_in_the_address_is_left_out(wallet: Client, amount: str) -> None:
    answer = wallet.get(PAGE, {"currency": "EUR", "amount": amount})
    assert (answer.status_code, value(answer.content.decode(), "amount")) == (200, "")


@pytest.mark.parametrize("minor", ["-5", "0", "1e3", "٣", "9" * 14, "abc", "3.40"])
def test_a_strange_amount_in_the_address_is_left_out(wallet: Client, minor: str) -> None:
    answer = wallet.get(PAGE, {"currency": "EUR", "amount_minor": minor, "next": PAY})
    page = answer.content.decode()
    assert (answer.status_code, value(page, "amount")) == (200, "")
    assert "exactly that is filled in" not in page


def test_a_strange_currency_in_the_address_becomes_the_wallet_s_own(wallet: Client) -> None:
    assert value(wallet.get(PAGE, {"currency": "XXX"}).content.decode(), "currency") == "EUR"
    wallet.post(PAGE, said("100000", "VND"))
    assert value(wallet.get(PAGE, {"currency": "XXX"}).content.decode(), "currency") == "VND"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_another_site_is_never_next(wallet: Client, elsewhere: str) -> None:
    assert "evil.com" not in wallet.get(PAGE, {"next": elsewhere}).content.decode()
    assert wallet.post(PAGE, said("5", back=elsewhere))["Location"] == "/wallet/"
    again = wallet.post(PAGE, said("", back=elsewhere)).content.decode()
    assert "?currency=USD" in again
    assert "evil.com" not in re.sub(r"<input[^>]*>", "", again)


def test_where_test_money_is_not_taken_it_is_refused(
    wallet: Client, payer: User, settings: LazySettings
) -> None:
    settings.DEMO = False
    answer = wallet.post(PAGE, said("5"))
    assert (answer.status_code, "not offered here" in answer.content.decode()) == (400, True)
    assert have(payer) == {}


# --- quick amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("currency", "whole"), [
    ("EUR", [10, 20, 50, 100]), ("USD", [10, 20, 50, 100]), ("CNY", [10, 20, 50, 100]),
    ("VND", [100_000, 200_000, 500_000, 1_000_000]), ("JPY", [1_000, 2_000, 5_000, 10_000]),
])  # fmt: skip
def test_quick_amounts_are_in_the_currency_s_own_scale(currency: str, whole: list[int]) -> None:
    assert quick_amounts(currency) == [each * 10 ** exponent(currency) for each in whole]


def test_every_quick_amount_is_whole_and_allowed() -> None:
    for currency in CURRENCIES:
        offered = quick_amounts(currency)
        assert all(0 < each <= caps(currency, reviewed=True).top_up for each in offered)
        assert all(each % 10 ** exponent(currency) == 0 for each in offered)


def test_a_quick_amount_is_filled_in_and_keeps_the_way_back(wallet: Client) -> None:
    page = wallet.get(PAGE, {"currency": "VND", "next": PAY}).content.decode()
    href = re.search(r'href="(\?currency=VND&amp;amount=200000&[^"]*)"', page)
    assert href
    filled = wallet.get(PAGE + href[1].replace("&amp;", "&")).content.decode()
    # It is a choice, not what the payment misses, and the page does not say so.
    assert "exactly that is filled in" not in filled
    assert "you are back at the payment" in filled
    assert (value(filled, "amount"), value(filled, "next")) == ("200000", PAY)


def test_currencies_offered_begin_with_the_own() -> None:
    assert quick_currencies("VND", ["CNY", "VND"]) == ["VND", "CNY", "EUR", "USD"]
