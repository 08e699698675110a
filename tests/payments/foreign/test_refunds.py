"""Refunds to a foreign wallet: its part of what it gave, at the sale's rate; what is off today is ours."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from base.core.errors import Refused
from payments.flows.give_back_excess import give_back_excess
from payments.flows.match_payment import match_payment
from payments.flows.refund import refund
from payments.models import Payment, Receipt, RefundExchange
from people.models import User
from tests.factories import (
    Shop,
    balance,
    make_one_time_code,
    make_person,
    make_rate,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.foreign.stage import findings, journal_of, pay_abroad, wang, yuan
from tests.payments.test_refunds import books
from wallets.models import FxRate

# One of each number of decimals on both sides: shop, its payer's currency, units of both for a euro.
PAIRS = [
    ("DE", "CNY", {"CNY": "7.7900"}, 50_000),
    ("DE", "JPY", {"JPY": "160.37"}, 50_000),
    ("DE", "KWD", {"KWD": "0.3571"}, 50_000),
    ("VN", "EUR", {"VND": "30012.5"}, 50_000),
    ("JP", "KWD", {"JPY": "160.37", "KWD": "0.3571"}, 50_000),
    ("TN", "JPY", {"TND": "3.4012", "JPY": "160.37"}, 90_000),
]


class RefundsInAnyOrder(TestCase):
    """Each example in a transaction of its own."""

    @given(
        pair=st.sampled_from(PAIRS),
        amount=st.integers(2, 6_000),
        cuts=st.lists(st.integers(1, 3_000), max_size=4),
        later=st.integers(500, 2_000),
        tip_minor=st.integers(0, 300),
    )
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_the_sequence_brings_every_account_to_its_end(
        self,
        pair: tuple[str, str, dict[str, str], int],
        amount: int,
        cuts: list[int],
        later: int,
        tip_minor: int,
    ) -> None:
        country, currency, rates, funds = pair
        for each, rate in rates.items():
            make_rate(each, rate)
        shop = make_shop(country, own_rate="19.0000" if country == "TN" else None)
        payer = make_person(funds={currency: funds})
        # What the shop needs to give the last part's fee back before the sale is gone.
        pay(make_one_time_code(shop, 5_000), make_person(funds={shop.merchant.currency: 5_000}))
        settle_all()
        before = books()
        payment = pay_abroad(make_one_time_code(shop, amount), payer, currency=currency, tip_minor=tip_minor)
        settle_all()
        for each, rate in rates.items():  # a rate of another day is fresher
            make_rate(each, str(Decimal(rate) * later / 1000), days_old=-1)
        paid, total, gone, back = payment.exchange.payer_minor, payment.total_minor, 0, 0
        for number, cut in enumerate([*cuts, None]):
            if cut is not None and cut >= total - gone:
                continue
            row = refund(actor=shop.cashier, payment_id=payment.pk, key=f"{number}", amount_minor=cut)
            gone, back = gone + row.amount_minor, back + row.exchange.payer_minor
            assert 0 <= paid * gone - back * total < total, "less than one minor unit, never the payer's gain"
        assert (gone, back) == (total, paid)
        m, own = shop.merchant.pk, shop.merchant.currency
        assert balance(f"platform:{currency}:fx:{m}") == 0
        result = sum(RefundExchange.objects.values_list("result_minor", flat=True))
        assert balance(f"platform:{own}:fx:{m}") == -result == -balance(f"platform:{own}:fx_result")
        ours = {f"platform:{own}:fx:{m}", f"platform:{own}:fx_result"}
        assert {code: row for code, row in books().items() if code not in ours} == before
        assert not findings()


pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    yuan()
    return make_shop()


@pytest.fixture
def payer() -> User:
    return wang()


@pytest.fixture
def paid(shop: Shop, payer: User) -> Payment:
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    settle_all()
    return payment


def test_a_half_at_the_sales_rate_costs_more_by_todays(shop: Shop, payer: User, paid: Payment) -> None:
    """46.35 CNY are 5.95 EUR at 7.79; at 7.60 they are 6.10 (6.0987), so 0.15 are our loss."""
    make_rate("CNY", "7.6000", days_old=-1)
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=595)
    m, w = shop.merchant.pk, payer.wallet.pk
    assert journal_of(f"refund:{row.pk}") == {
        f"customer:{w}:CNY": 4635,
        f"platform:CNY:fx:{m}": -4635,
        f"platform:EUR:fx:{m}": 610,
        "platform:EUR:fx_result": -15,
        f"merchant:{m}:EUR:payable": -500,
        f"merchant:{m}:EUR:tax:DE:VAT:19.0000": -95,
    }
    assert (row.exchange.payer_minor, row.exchange.result_minor) == (4635, -15)
    assert not findings()


def test_at_the_same_rate_there_is_no_difference(shop: Shop, paid: Payment) -> None:
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=595)
    assert row.exchange.result_minor == 0
    assert "platform:EUR:fx_result" not in journal_of(f"refund:{row.pk}")


def test_without_a_fresh_rate_it_goes_back_at_the_sales(shop: Shop, paid: Payment, settings: Any) -> None:
    make_rate("CNY", "7.6000", days_old=-1)
    control = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=100)
    assert control.exchange.result_minor != 0
    settings.FX_MAX_AGE_DAYS = -10
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="b")
    assert (row.amount_minor, row.exchange.result_minor) == (1090, 0)
    assert not findings()


def test_the_margin_stays_out_of_todays_worth(payer: User, settings: Any) -> None:
    settings.FX_MARGIN_PPM = 10_000
    yuan()
    shop = make_shop()
    payment = pay_abroad(make_one_time_code(shop, 1000), payer)
    row = refund(actor=shop.cashier, payment_id=payment.pk, key="a")
    assert (row.exchange.payer_minor, row.exchange.result_minor) == (7867, -10)


def test_a_refund_before_settlement_settles_first(shop: Shop, payer: User) -> None:
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    refund(actor=shop.cashier, payment_id=payment.pk, key="a")
    assert balance(f"customer:{payer.wallet.pk}:CNY") == 50_000
    assert not findings()


def test_a_key_gives_back_once(shop: Shop, payer: User, paid: Payment) -> None:
    first = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=595)
    assert refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=595) == first
    assert balance(f"customer:{payer.wallet.pk}:CNY") == 40_730 + 4635
    with pytest.raises(Refused, match="refund_too_large"):
        refund(actor=shop.cashier, payment_id=paid.pk, key="b", amount_minor=596)


def test_what_is_too_small_for_the_wallets_money_waits_for_the_rest() -> None:
    """One dong is a small part of a cent: the first refund gives none, the last one all."""
    make_rate("VND", "30000", source="manual")
    shop, payer = make_shop("VN"), make_person(funds={"EUR": 5_000})
    payment = pay_abroad(make_one_time_code(shop, 100_000), payer, currency="EUR")
    first = refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=100)
    assert (first.exchange.payer_minor, balance(f"customer:{payer.wallet.pk}:EUR")) == (0, 4667)
    assert not findings()
    pay(make_one_time_code(shop, 100_000), make_person(funds={"VND": 100_000}))
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="b")
    assert balance(f"customer:{payer.wallet.pk}:EUR") == 5_000
    assert not findings()


def test_the_papers_state_the_exchange_and_no_payer(shop: Shop, payer: User, paid: Payment) -> None:
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=595)
    sale = Receipt.objects.get(payment=paid, kind="sale")
    terms = {
        "payer_currency": "CNY",
        "payer_minor": 9270,
        "payer_minor_units": 2,
        "rate": "7.7900",
        "source": "ecb",
        "published_on": FxRate.objects.get().published_on.isoformat(),
        "margin_ppm": 0,
        "quoted_at": paid.exchange.quoted_at.isoformat(timespec="microseconds"),
    }
    assert json.loads(sale.body)["exchange"] == terms
    back = Receipt.objects.get(refund=row)
    assert json.loads(back.body)["exchange"] == terms | {"payer_minor": 4635}
    for body in (sale.body, back.body):
        assert str(payer.pk) not in body and str(payer.wallet.pk) not in body and payer.email not in body
        assert "payer_country" not in body


def test_a_paper_at_home_has_no_word_of_it(shop: Shop) -> None:
    payment = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}))
    settle_all()
    assert "exchange" not in json.loads(Receipt.objects.get(payment=payment).body)


def test_as_many_statements_as_at_home_and_three_for_the_exchange(
    shop: Shop, payer: User, paid: Payment, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    home = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}))
    settle_all()
    with django_assert_max_num_queries(60) as at_home:
        refund(actor=shop.cashier, payment_id=home.pk, key="a", amount_minor=100)
    with django_assert_max_num_queries(60) as abroad:
        refund(actor=shop.cashier, payment_id=paid.pk, key="b", amount_minor=100)
    more = len(abroad.captured_queries) - len(at_home.captured_queries)
    assert more <= 4, [query["sql"][:90] for query in abroad.captured_queries]


def test_what_an_order_got_too_much_goes_back_in_the_payers_money(shop: Shop, payer: User) -> None:
    order = make_one_time_code(shop, 1000)
    paid = pay_abroad(make_static_code(shop), payer, typed_minor=1190)
    said: dict[str, Any] = {"actor": shop.cashier, "till_id": shop.till.pk}
    match_payment(**said, payment_id=paid.pk, code_id=order.pk)
    back = give_back_excess(**said, code_id=order.pk, key="a")
    assert (back.amount_minor, back.exchange.payer_minor) == (190, 1480)
    assert balance(f"customer:{payer.wallet.pk}:CNY") == 50_000 - 9270 + 1480
    assert not findings()
