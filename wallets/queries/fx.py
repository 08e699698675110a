"""Reads of the rates of exchange: the terms of a payment, what a file would add, what operators see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection

from wallets.core.fx import ECB, EUR, EurRate, FxTerms, pick_leg, terms_between
from wallets.core.fx_file import Compared, Quoted, RateFile, compare
from wallets.fx import RATE_SOURCES
from wallets.models import FxImport, FxRate

# It is tomorrow already where the day begins first.
AHEAD = timedelta(hours=14)

# Four looks into the index, however long the history is.
_NEWEST = """
SELECT r.currency, r.rate, r.source, r.published_on
FROM unnest(%s::text[]) wanted(currency) CROSS JOIN unnest(%s::text[]) known(source)
CROSS JOIN LATERAL (
    SELECT * FROM wallets_fxrate f
    WHERE f.currency = wanted.currency AND f.source = known.source AND f.imported_at <= %s
    ORDER BY f.published_on DESC LIMIT 1
) r
"""


def fx_terms(payer_currency: str, shop_currency: str, at: datetime) -> FxTerms:
    """What a wallet in one currency pays a shop in another by, at a moment; one query.

    Only rates that were known at that moment and young enough then (`FX_MAX_AGE_DAYS`) count, so the same
    moment gives the same terms later. Refused: fx_rate_missing (409), fx_rate_old (409).
    """
    currencies = [currency for currency in (payer_currency, shop_currency) if currency != EUR]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [currencies, list(RATE_SOURCES), at])
        known = [EurRate(*row) for row in cursor.fetchall()]
    day, max_age = at.astimezone(UTC).date(), settings.FX_MAX_AGE_DAYS
    legs = {currency: pick_leg(currency, known, on=day, max_age_days=max_age) for currency in currencies}
    return terms_between(payer_currency, shop_currency, legs, margin_ppm=settings.FX_MARGIN_PPM)


def read_rates(source: str, content: bytes, *, now: datetime) -> tuple[RateFile, Compared]:
    """What a file says, and how it compares with the rates that are kept. Refused: fx_file_invalid."""
    read = RATE_SOURCES[source].read(content, latest=(now.astimezone(UTC) + AHEAD).date())
    return read, compare(read.rates, known=_kept(source, read.rates), newest=_newest())


def _kept(source: str, rates: Iterable[Quoted]) -> dict[tuple[str, date], Decimal]:
    days = sorted({quoted.published_on for quoted in rates})
    rows = FxRate.objects.filter(source=source, published_on__range=(days[0], days[-1]))
    return {
        (currency, day): rate for currency, day, rate in rows.values_list("currency", "published_on", "rate")
    }


def _newest() -> dict[str, tuple[date, Decimal]]:
    rows = FxRate.objects.order_by("currency", "-published_on", "source").distinct("currency")
    return {
        currency: (day, rate) for currency, day, rate in rows.values_list("currency", "published_on", "rate")
    }


@dataclass(frozen=True, slots=True)
class RateShown:
    """The newest rate of a currency and source. state: used, old, or spare (the ECB's own goes first)."""

    row: FxRate
    age_days: int
    state: str


def rates_shown(now: datetime) -> list[RateShown]:
    """The newest rate of each currency and source, by currency; one query."""
    rows = list(FxRate.objects.order_by("currency", "source", "-published_on").distinct("currency", "source"))
    today, max_age = now.astimezone(UTC).date(), settings.FX_MAX_AGE_DAYS
    ages = {row.pk: (today - row.published_on).days for row in rows}
    by_ecb = {row.currency for row in rows if row.source == ECB and ages[row.pk] <= max_age}

    def state(row: FxRate) -> str:
        if ages[row.pk] > max_age:
            return "old"
        return "spare" if row.source != ECB and row.currency in by_ecb else "used"

    return [RateShown(row, max(0, ages[row.pk]), state(row)) for row in rows]


def imports_shown(*, limit: int = 10) -> list[FxImport]:
    """The last tries to import, newest first; one query."""
    return list(FxImport.objects.select_related("actor").order_by("-created_at", "-id")[:limit])


def last_import(source: str) -> FxImport | None:
    """The newest try of a source."""
    return FxImport.objects.filter(source=source).order_by("-created_at", "-id").first()


def newest_day(source: str) -> date | None:
    """The day of a source's newest rate."""
    rows = FxRate.objects.filter(source=source).order_by("-published_on")
    return rows.values_list("published_on", flat=True).first()
