"""The pages of a foreign wallet: choosing it, what it shows, a minute that is over, what it says later."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from base.ids import database_now
from payments.core.exchange import QUOTE_LIFE
from payments.flows.refund import refund
from payments.models import Payment, Receipt, Session
from people.models import User
from tests.factories import (
    Shop,
    make_one_time_code,
    make_person,
    make_rate,
    make_shop,
    make_static_code,
    settle_all,
    yes_to,
)
from tests.payments.foreign.stage import pay_abroad, wang, yuan
from tests.payments.web.phone import Phone
from wallets.models import FxRate, Hold

pytestmark = pytest.mark.django_db

BLANK = "\N{NO-BREAK SPACE}"


@pytest.fixture
def shop() -> Shop:
    yuan(days_old=1, imported_at=database_now() - timedelta(hours=1))
    return make_shop()


def choose(phone: Phone, session_id: UUID, currency: str = "CNY") -> Any:
    return phone.client.post(f"/pay/{session_id}/wallet", {"currency": currency})


def chosen(shop: Shop, payer: User) -> tuple[Phone, UUID]:
    """The pay page of 11.90 EUR, with the wallet in yuan chosen."""
    phone = Phone(payer)
    session_id = phone.scan(make_one_time_code(shop, 1190))
    assert choose(phone, session_id)["Location"] == f"/pay/{session_id}/"
    return phone, session_id


def run_out(session_id: UUID) -> None:
    Session.objects.filter(pk=session_id).update(quoted_at=database_now() - QUOTE_LIFE)


def flat(page: str) -> str:
    return re.sub(r"[ \n]+", " ", page)


def test_who_lacks_the_shops_money_is_led_to_the_wallet_that_covers(shop: Shop) -> None:
    phone = Phone(wang())
    session_id = phone.scan(make_one_time_code(shop, 1190))
    page = phone.look(session_id)
    assert f"lacks 11.90{BLANK}EUR" in page and f"From your CNY wallet: about 92.70{BLANK}CNY" in page
    assert 'name="pin"' not in page
    where = phone.client.post(f"/pay/{session_id}/top-up")["Location"]
    assert where.startswith("/wallet/top-up/?currency=EUR&amount_minor=1190&")


def test_the_page_shows_the_shops_amount_first_and_then_all_of_the_exchange(shop: Shop) -> None:
    phone, session_id = chosen(shop, wang())
    page = flat(phone.look(session_id))
    day = FxRate.objects.get().published_on
    shown = [
        "<bdi>11.90</bdi><small> EUR</small>",
        "From your CNY wallet",
        f"92.70{BLANK}CNY",
        "1 EUR = 7.7900 CNY",
        f"European Central Bank, {day.day} {day:%B %Y}",
        "1 day<",
        "Our margin in it",
        "<dd>0 %",
        "Held for 60 seconds",
        "seconds left",
        f"which holds 500.00{BLANK}CNY",
        f"Pay 11.90{BLANK}EUR with 92.70{BLANK}CNY",
    ]
    places = [page.find(text) for text in shown]
    assert -1 not in places and places == sorted(places), dict(zip(shown, places, strict=True))


def test_paid_and_read_again_everywhere(shop: Shop) -> None:
    payer = wang()
    phone, session_id = chosen(shop, payer)
    answer = phone.confirm(session_id, phone.token(session_id))
    payment = Payment.objects.get()
    assert answer["Location"] == f"/paid/{payment.pk}/"
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=595)
    paid = flat(phone.client.get(f"/paid/{payment.pk}/").content.decode())
    for text in (
        f"92.70{BLANK}CNY from your CNY wallet",
        "1 EUR = 7.7900 CNY",
        f"46.35{BLANK}CNY (5.95{BLANK}EUR)",
    ):
        assert text in paid, text
    for address in ("/wallet/", "/wallet/history/"):
        page = phone.client.get(address).content.decode()
        assert f"92.70{BLANK}CNY</strong>" in page and f"(11.90{BLANK}EUR)" in page
    assert f"92.70{BLANK}CNY" in phone.client.get("/wallet/movements/").content.decode()


def test_the_papers_say_it(shop: Shop) -> None:
    payer = wang()
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=595)
    sold, back = Receipt.objects.order_by("number")
    phone = Phone(payer)
    page = phone.client.get(f"/receipts/{sold.pk}/").content.decode()
    assert f"Paid from a CNY wallet: 92.70{BLANK}CNY, at 1 EUR = 7.7900 CNY." in page
    assert "Rate: European Central Bank" in page and "Our margin in it: 0 %." in page
    page = phone.client.get(f"/receipts/{back.pk}/").content.decode()
    assert f"Given back to a CNY wallet: 46.35{BLANK}CNY, at the rate of the sale" in page
    pdf = phone.client.get(f"/receipts/{sold.pk}.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")


def test_the_shops_pages_keep_to_its_own_currency(shop: Shop, client_of: Callable[[User], Client]) -> None:
    payment = pay_abroad(make_one_time_code(shop, 1190), wang())
    settle_all()
    client = client_of(shop.owner)
    place = f"/till/{shop.till.pk}/payments/{payment.pk}/"
    page = client.get(place).content.decode()
    assert "11.90" in page and "CNY" not in page
    ask = flat(client.get(f"{place}refund").content.decode())
    assert f"Refund 11.90{BLANK}EUR?" in ask and f"92.70{BLANK}CNY, by the rate of the sale" in ask


# ---- the minute ----


def test_a_yes_after_the_minute_comes_back_with_the_rate_as_it_is_now(shop: Shop) -> None:
    payer = wang()
    phone, session_id = chosen(shop, payer)
    run_out(session_id)
    token = yes_to(Session.objects.get(pk=session_id), payer)
    answer = phone.confirm(session_id, token)
    page = flat(answer.content.decode())
    assert answer.status_code == 409 and not Hold.objects.exists()
    assert "the minute was over" in page
    assert "looked up again. It is still" in page
    assert phone.confirm(session_id, phone.token(session_id)).status_code == 302


def test_a_yes_to_an_amount_that_is_over_does_not_pay_another(shop: Shop) -> None:
    phone, session_id = chosen(shop, wang())
    token = phone.token(session_id)
    make_rate("CNY", "7.8000")
    run_out(session_id)
    page = flat(phone.confirm(session_id, token).content.decode())
    assert f"it is <strong>92.82{BLANK}CNY</strong> now, and was 92.70{BLANK}CNY" in page
    assert phone.confirm(session_id, token).status_code == 409
    assert not Hold.objects.exists()


def test_a_page_looked_at_after_the_minute_shows_a_rate_that_holds(shop: Shop) -> None:
    phone, session_id = chosen(shop, wang())
    run_out(session_id)
    page = flat(phone.look(session_id))
    assert "looked up again" in page
    quoted_at = Session.objects.get(pk=session_id).quoted_at
    assert quoted_at is not None and quoted_at > database_now() - timedelta(seconds=30)
    assert "looked up again" not in phone.look(session_id)


def test_a_rate_that_grew_old_meanwhile_is_said_and_top_up_is_offered(shop: Shop, settings: Any) -> None:
    phone, session_id = chosen(shop, wang())
    settings.FX_MAX_AGE_DAYS = 0
    run_out(session_id)
    page = flat(phone.look(session_id))
    assert "too old to pay by" in page and "top up in EUR" in page and 'name="pin"' not in page
    assert Session.objects.get(pk=session_id).pay_currency is None


# ---- no rate ----


def test_without_a_rate_the_page_says_so_and_offers_a_top_up() -> None:
    phone = Phone(wang())
    session_id = phone.scan(make_one_time_code(make_shop(), 1190))
    page = flat(phone.look(session_id))
    assert "There is no rate of exchange for CNY here" in page
    assert "holds CNY" in page and "top up in EUR" in page
    answer = choose(phone, session_id)
    assert answer.status_code == 409 and "no rate of exchange for CNY" in answer.content.decode()


def test_an_old_rate_is_said_too() -> None:
    yuan(days_old=7)
    phone = Phone(wang())
    page = flat(phone.look(phone.scan(make_one_time_code(make_shop(), 1190))))
    assert "too old to pay by" in page and "top up in EUR" in page


def test_not_enough_of_the_other_money_is_said(shop: Shop) -> None:
    phone = Phone(make_person(funds={"CNY": 9_269}))
    page = flat(phone.look(phone.scan(make_one_time_code(shop, 1190))))
    assert "holds CNY too, but not enough of it" in page and f"Top up 11.90{BLANK}EUR" in page


# ---- who has both ----


def test_who_has_the_shops_money_pays_with_it_and_may_choose_another(shop: Shop) -> None:
    phone = Phone(make_person(funds={"EUR": 5_000, "CNY": 50_000}))
    session_id = phone.scan(make_one_time_code(shop, 1190))
    page = flat(phone.look(session_id))
    assert f"Pay 11.90{BLANK}EUR</button>" in page and "Pay from another wallet" in page
    assert choose(phone, session_id).status_code == 302
    page = flat(phone.look(session_id))
    assert "1 EUR = 7.7900 CNY" in page and f"From your EUR wallet: 11.90{BLANK}EUR" in page
    assert choose(phone, session_id, "EUR").status_code == 302
    assert "7.7900" not in phone.look(session_id)


def test_the_wallet_that_covers_most_is_proposed_first(shop: Shop) -> None:
    make_rate("JPY", "160.00")
    phone = Phone(make_person(funds={"CNY": 50_000, "JPY": 90_000}))
    page = phone.look(phone.scan(make_one_time_code(shop, 1190)))
    assert page.index("From your JPY wallet") < page.index("From your CNY wallet")


def test_a_wallet_that_no_longer_covers_gives_way_to_one_that_does(shop: Shop) -> None:
    payer = make_person(funds={"EUR": 5_000, "CNY": 9_300})
    phone, session_id = chosen(shop, payer)
    pay_abroad(make_one_time_code(shop, 500), payer)
    page = flat(phone.look(session_id))
    assert "does not hold enough any more" in page and "From your EUR wallet" in page
    assert 'name="pin"' not in page


def test_one_currency_asks_for_no_rates(shop: Shop, django_assert_max_num_queries: Any) -> None:
    phone = Phone(make_person(funds={"EUR": 5_000}))
    session_id = phone.scan(make_static_code(shop))
    phone.type(session_id, amount="8.40")
    with django_assert_max_num_queries(40) as seen:
        phone.look(session_id)
    assert not [each for each in seen.captured_queries if "wallets_fxrate" in each["sql"]]


def test_a_stranger_and_nobody_choose_nothing(shop: Shop) -> None:
    phone = Phone(wang())
    session_id = phone.scan(make_one_time_code(shop, 1190))
    phone.look(session_id)
    for other in (Phone(wang()), Phone()):
        answer = choose(other, session_id)
        assert answer.status_code in (302, 404)
    assert Session.objects.get(pk=session_id).pay_currency is None
    assert choose(Phone(wang()), session_id).status_code == 404
