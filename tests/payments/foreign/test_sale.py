"""A wallet in yuan pays 11.90 EUR in Berlin: the journal leg by leg, what is kept, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from base.core.errors import Refused
from base.ids import database_now
from base.models import Event
from payments.flows.choose_wallet import choose_wallet
from payments.flows.set_amount import set_amount
from payments.models import Exchange, Payment, SaleLine
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
    scan,
    settle_all,
    yes_to,
)
from tests.payments.foreign.stage import findings, journal_of, pay_abroad, quoted, say_yes, wang, yuan
from wallets.models import Hold, Spending

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    yuan()
    return make_shop()


@pytest.fixture
def payer() -> User:
    return wang()


def refused(act: Callable[[], Any]) -> Refused:
    """The no of an act, after which nothing is held, promised or told."""
    tables = (Hold, Payment, SaleLine, Exchange, Event)
    before = [table.objects.count() for table in tables]
    with pytest.raises(Refused) as no:
        act()
    assert before == [table.objects.count() for table in tables]
    return no.value


def test_the_journal_of_the_plan_leg_by_leg(shop: Shop, payer: User) -> None:
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    m, w = shop.merchant.pk, payer.wallet.pk
    hold = Hold.objects.select_related("account").get(pk=payment.pk)
    assert (hold.account.code, hold.amount_minor, hold.state) == (f"customer:{w}:CNY", 9270, "held")
    assert settle_all() == 1
    assert journal_of(f"sale:{payment.pk}") == {
        f"customer:{w}:CNY": -9270,
        f"platform:CNY:fx:{m}": 9270,
        f"platform:EUR:fx:{m}": -1190,
        f"merchant:{m}:EUR:payable": 994,
        f"merchant:{m}:EUR:tax:DE:VAT:19.0000": 190,
        f"platform:EUR:fees:{m}": 6,
    }
    assert balance(f"customer:{w}:CNY") == 40_730
    assert not findings()


def test_the_payment_stays_in_the_shops_currency_and_the_terms_are_kept(shop: Shop, payer: User) -> None:
    session = quoted(make_one_time_code(shop, 1190), payer)
    payment = Payment.objects.get(pk=say_yes(session, payer).pk)
    assert (payment.currency, payment.total_minor, payment.tax_minor) == ("EUR", 1190, 190)
    kept = payment.exchange
    assert (kept.payer_currency, kept.payer_minor, kept.rate) == ("CNY", 9270, Decimal("7.79"))
    assert (kept.source, kept.published_on, kept.margin_ppm) == ("ecb", database_now().date(), 0)
    assert kept.quoted_at == session.quoted_at
    told = Event.objects.get(kind="payment.promised").payload
    assert (told["total_minor"], told["currency"]) == (1190, "EUR") and "CNY" not in str(told)


def test_a_payment_in_the_shops_currency_has_no_terms(shop: Shop) -> None:
    payment = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000, "CNY": 50_000}))
    assert not Exchange.objects.filter(payment=payment.pk).exists()


def test_what_is_spent_counts_in_the_wallets_own_currency(shop: Shop, payer: User) -> None:
    pay_abroad(make_one_time_code(shop, 1190), payer)
    assert dict(Spending.objects.values_list("currency", "spent_minor")) == {"CNY": 9270}


def test_the_limits_of_the_wallet_are_those_of_its_currency(shop: Shop) -> None:
    """50 EUR at once stand for 400 CNY; the code's own cap stays in the shop's currency."""
    payer = wang()
    payer.wallet.tier = "basic"
    payer.wallet.save()
    code = make_one_time_code(shop, 5_136)
    assert refused(lambda: pay_abroad(code, payer)).facts == {"cap_minor": 40_000, "period": "payment"}
    assert pay_abroad(make_one_time_code(shop, 5_134), payer).exchange.payer_minor == 39_993
    no = refused(lambda: pay_abroad(make_static_code(shop), payer, typed_minor=5_001))
    assert (no.code, no.facts["cap_minor"]) == ("over_cap", 5_000)


def test_a_wallet_that_lacks_a_fen_is_refused_and_told_what_is_missing(shop: Shop) -> None:
    payer = make_person(funds={"CNY": 9_269})
    no = refused(lambda: pay_abroad(make_one_time_code(shop, 1190), payer))
    assert (no.code, no.facts) == ("balance_too_low", {"missing_minor": 1})


def test_as_many_statements_as_at_home_and_one_for_the_rate(
    shop: Shop, payer: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    pay_abroad(make_static_code(shop), payer, typed_minor=100)
    session = quoted(make_static_code(shop), payer, typed_minor=500)
    token = yes_to(session, payer)
    with django_assert_num_queries(3):
        say_yes(session, payer, token)


def test_the_margin_is_part_of_the_rate_and_of_no_other_leg(payer: User, settings: Any) -> None:
    settings.FX_MARGIN_PPM = 5_000
    yuan()
    shop = make_shop()
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    assert (payment.exchange.payer_minor, payment.exchange.margin_ppm) == (9316, 5_000)
    settle_all()
    m = shop.merchant.pk
    assert balance(f"platform:CNY:fx:{m}") == 9316 and balance(f"platform:EUR:fx:{m}") == -1190


# ---- the minute ----


def test_after_a_minute_the_yes_is_refused_and_nothing_is_taken(shop: Shop, payer: User) -> None:
    now = database_now()
    session = quoted(make_one_time_code(shop, 1190), payer, at=now)
    token = yes_to(session, payer)
    over = now + timedelta(seconds=60)
    no = refused(lambda: say_yes(session, payer, token, happened_at=over))
    assert (no.code, no.status) == ("quote_expired", 409)
    session.refresh_from_db()
    assert session.state == "open"


def test_up_to_the_last_moment_of_the_minute_it_holds(shop: Shop, payer: User) -> None:
    now = database_now()
    session = quoted(make_one_time_code(shop, 1190), payer, at=now)
    token = yes_to(session, payer)
    last = now + timedelta(seconds=60, microseconds=-1)
    assert say_yes(session, payer, token, happened_at=last).exchange.payer_minor == 9270


def test_a_rate_that_changes_between_page_and_yes_does_not_change_the_amount(shop: Shop, payer: User) -> None:
    session = quoted(make_one_time_code(shop, 1190), payer)
    token = yes_to(session, payer)
    yuan("8.0000", source="manual")
    make_rate("CNY", "9.0000", days_old=-1)
    payment = say_yes(session, payer, token)
    assert (payment.exchange.payer_minor, payment.exchange.rate) == (9270, Decimal("7.79"))


def test_a_page_of_an_older_quote_no_longer_fits(shop: Shop, payer: User) -> None:
    session = quoted(make_one_time_code(shop, 1190), payer)
    token = yes_to(session, payer)
    choose_wallet(session_id=session.pk, person_id=payer.pk, currency="CNY")
    assert refused(lambda: say_yes(session, payer, token)).code == "amount_changed"


def test_a_page_for_another_wallet_no_longer_fits(shop: Shop) -> None:
    payer = make_person(funds={"EUR": 5_000, "CNY": 50_000})
    session = quoted(make_one_time_code(shop, 1190), payer)
    token = yes_to(session, payer)
    choose_wallet(session_id=session.pk, person_id=payer.pk, currency="EUR")
    assert refused(lambda: say_yes(session, payer, token)).code == "amount_changed"
    session.refresh_from_db()
    assert (session.pay_currency, session.quoted_at) == (None, None)
    say_yes(session, payer)
    assert not Exchange.objects.exists()


def test_another_amount_is_worked_out_by_the_rate_that_is_held(shop: Shop, payer: User) -> None:
    session = quoted(make_static_code(shop), payer, typed_minor=500)
    set_amount(session_id=session.pk, typed_minor=1190, tip_minor=0)
    session.refresh_from_db()
    assert say_yes(session, payer).exchange.payer_minor == 9270


# ---- choosing ----


def test_who_may_choose_what(shop: Shop, payer: User) -> None:
    session = scan(make_one_time_code(shop, 1190), payer)

    def choose(person: User, currency: str) -> str:
        with pytest.raises(Refused) as no:
            choose_wallet(session_id=session.pk, person_id=person.pk, currency=currency)
        session.refresh_from_db()
        assert (session.pay_currency, session.version) == (None, 1)
        return no.value.code

    assert choose(wang(), "CNY") == "not_found"
    assert choose(payer, "JPY") == "not_found"
    assert choose(payer, "") == "not_found"


def test_without_a_rate_or_with_an_old_one_there_is_no_choice(shop: Shop) -> None:
    payer = make_person(funds={"CNY": 50_000, "JPY": 50_000, "VND": 5_000_000})
    make_rate("JPY", "160.00", days_old=7)
    session = scan(make_one_time_code(shop, 1190), payer)
    for currency, code in (("JPY", "fx_rate_old"), ("VND", "fx_rate_missing")):
        with pytest.raises(Refused) as no:
            choose_wallet(session_id=session.pk, person_id=payer.pk, currency=currency)
        assert (no.value.code, no.value.status) == (code, 409)
    session.refresh_from_db()
    assert session.version == 1


def test_a_wallet_of_yen_pays_a_shop_in_ha_noi_through_the_euro() -> None:
    make_rate("JPY", "160.00")
    make_rate("VND", "30000.00", source="manual")
    shop, payer = make_shop("VN"), make_person(funds={"JPY": 50_000})
    payment = pay_abroad(make_one_time_code(shop, 100_000), payer, currency="JPY")
    assert (payment.exchange.payer_minor, payment.exchange.source) == (533, "ecb+manual")
    settle_all()
    m = shop.merchant.pk
    assert journal_of(f"sale:{payment.pk}")[f"platform:VND:fx:{m}"] == -100_000
    assert balance(f"platform:JPY:fx:{m}") == 533
    assert not findings()


def test_the_database_keeps_the_terms_as_they_were(shop: Shop, payer: User) -> None:
    pay_abroad(make_one_time_code(shop, 1190), payer)
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_exchange SET payer_minor = 1")
