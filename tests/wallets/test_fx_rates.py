"""Kept rates of exchange: only ever added to, and terms of a moment are of what was known then."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DataError, ProgrammingError
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from base.core.errors import Refused
from base.ids import database_now
from tests.factories import make_rate
from wallets.models import FxRate
from wallets.queries.fx import fx_terms

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], Any], error: type[Exception]) -> bool:
    try:
        with transaction.atomic():
            act()
    except error:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    ["UPDATE wallets_fxrate SET rate = 8", "DELETE FROM wallets_fxrate", "TRUNCATE wallets_fxrate"],
)
def test_the_application_may_only_add(change: str) -> None:
    make_rate("CNY", "7.79")
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(change), ProgrammingError)
    assert FxRate.objects.get().rate == Decimal("7.79")


def test_one_rate_a_currency_source_and_day() -> None:
    make_rate("CNY", "7.79")
    assert refused(lambda: make_rate("CNY", "7.80"), IntegrityError)
    make_rate("CNY", "7.80", source="manual")
    make_rate("CNY", "7.80", days_old=1)
    assert FxRate.objects.count() == 3


@pytest.mark.parametrize("rate", ["0", "-7.79", "0.0009", "10000001", "NaN"])
def test_no_rate_outside_of_its_bounds(rate: str) -> None:
    with connection.cursor() as cursor:
        sql = "INSERT INTO wallets_fxrate (currency, source, published_on, rate, publisher, imported_at) "
        values = f"VALUES ('CNY', 'ecb', '2026-11-27', '{rate}', '', now())"
        assert refused(lambda: cursor.execute(sql + values), (IntegrityError, DataError))  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["EUR", "cny", "CN", ""])
def test_no_rate_of_what_is_no_foreign_currency(currency: str) -> None:
    assert refused(lambda: make_rate(currency, "7.79"), IntegrityError)


def test_a_rate_by_hand_says_whose_it_is() -> None:
    day = database_now().date()
    by_hand = {"currency": "VND", "rate": "30500", "published_on": day}
    assert refused(lambda: FxRate.objects.create(source="manual", **by_hand), IntegrityError)
    assert refused(lambda: FxRate.objects.create(source="ecb", publisher="me", **by_hand), IntegrityError)
    assert refused(lambda: FxRate.objects.create(source="other", publisher="me", **by_hand), IntegrityError)


def test_terms_in_one_query_however_many_rates_there_are() -> None:
    for days_old in range(9):
        make_rate("CNY", f"7.7{9 - days_old}", days_old=days_old)
        make_rate("VND", f"3050{days_old}", days_old=days_old, source="manual")
    with CaptureQueriesContext(
        connection,
    ) as done:
        found = fx_terms("CNY", "VND", database_now())
    # One more asks for the clock.
    assert len(done) == 2
    assert (found.payer_amount(30500), found.source) == (779, "ecb+manual")
    assert fx_terms("CNY", "EUR", database_now()).rate == Decimal("7.79")
    assert fx_terms("EUR", "CNY", database_now()).payer_amount(779) == 100


def test_what_came_later_changes_nothing_of_a_moment() -> None:
    now = database_now()
    make_rate("CNY", "7.70", days_old=2, imported_at=now - timedelta(days=2))
    before = now - timedelta(hours=1)
    first = fx_terms("CNY", "EUR", before)
    make_rate("CNY", "7.80", days_old=1)
    make_rate("CNY", "8.80", source="manual")
    assert fx_terms("CNY", "EUR", before) == first
    assert fx_terms("CNY", "EUR", database_now()).rate == Decimal("7.80")
    with pytest.raises(Refused, match="fx_rate_missing"):
        fx_terms("CNY", "EUR", now - timedelta(days=3))


def test_age_is_that_of_the_moment() -> None:
    now = database_now()
    make_rate("CNY", "7.79", days_old=6)
    assert fx_terms("CNY", "EUR", now + timedelta(seconds=1)).rate == Decimal("7.79")
    with pytest.raises(Refused, match="fx_rate_old"):
        fx_terms("CNY", "EUR", now + timedelta(days=1))
    with override_settings(FX_MAX_AGE_DAYS=7):
        assert fx_terms("CNY", "EUR", now + timedelta(days=1)).rate == Decimal("7.79")
    with override_settings(FX_MAX_AGE_DAYS=5), pytest.raises(Refused, match="fx_rate_old"):
        fx_terms("CNY", "EUR", now + timedelta(seconds=1))


@override_settings(FX_MARGIN_PPM=10_000)
def test_the_houses_margin_is_in_the_terms() -> None:
    make_rate("CNY", "7.79")
    found = fx_terms("CNY", "EUR", database_now())
    assert (found.rate, found.margin_ppm) == (Decimal("7.8679"), 10_000)
