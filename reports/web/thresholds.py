"""The meter of a client: what was sold, beside the dated amounts of turnover that a law compares it with."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.ids import database_now
from merchants.core.places import country_name
from reports.models import ThresholdNotice
from reports.queries.books import client_for, zone_of
from reports.queries.turnover import countries_of, threshold_notices_of, turnover_of
from reports.web.nav import frame
from reports.web.signed_in import SignedIn
from taxes.core.thresholds import (
    LEVELS,
    NEAR,
    REACHED,
    UNION,
    YEARS_LATER,
    Reading,
    Threshold,
    earliest,
    read,
    unmeasured,
    watched,
)
from taxes.queries import THRESHOLDS

BASES = {
    "taxable_net": "without tax, less refunds; tips and exempt sales are left out",
    "taxable_gross": "with tax, less refunds; tips and exempt sales are left out",
    "all_net": "without tax, less refunds; exempt sales count, tips do not",
    "all_gross": "with tax, less refunds; exempt sales count, tips do not",
    "payments": "all that payers paid, with tax and tips, before refunds and fees",
}
PILLS = {0: ("plain", "below"), NEAR: ("warn", "near"), REACHED: ("danger", "reached")}


@dataclass(frozen=True, slots=True)
class Row:
    """One bar. bar: of a hundred, at most. decides: the later year that this one decides, "" for its own."""

    reading: Reading
    pill: str
    word: str
    bar: int
    basis: str
    decides: str
    told: list[ThresholdNotice]


@require_safe
@login_required
def thresholds(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    zone = zone_of(merchant)
    today = database_now().astimezone(ZoneInfo(zone)).date()
    sold = turnover_of([merchant.pk], earliest(today)).get(merchant.pk, [])
    countries = countries_of([merchant.pk]).get(merchant.pk, set())
    told = threshold_notices_of(merchant)
    readings = [read(row, span, sold) for row, span in watched(THRESHOLDS, countries, today)]
    # A year that is over and had no sales says nothing.
    rows = [_row(one, told) for one in readings if one.span.running or one.turnover_minor]
    page = frame(request, merchant, "thresholds") | {
        "today": today,
        "time_zone": zone,
        "places": _places(rows),
        "unmeasured": unmeasured(THRESHOLDS, countries, today),
        "unknown": sorted(
            country_name(code) for code in countries - {row.reading.threshold.country for row in rows}
        ),
    }
    return render(request, "reports/thresholds.html", page)


def _row(reading: Reading, told: dict[tuple[str, str, int], ThresholdNotice]) -> Row:
    row = reading.threshold
    pill, word = PILLS[reading.level]
    keys = [(row.code, reading.span.label, level) for level in LEVELS]
    return Row(
        reading=reading,
        pill=pill,
        word=word,
        bar=min(reading.percent, 100),
        basis=BASES[row.basis],
        decides=_decides(row, reading.span.first.year),
        told=[told[key] for key in keys if key in told and told[key].mailed],
    )


def _decides(row: Threshold, year: int) -> str:
    later = YEARS_LATER.get(row.period, 0)
    return str(year + later) if later else ""


def _places(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """By country, in the table's order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.reading.threshold.country, []).append(row)
    return [
        ("European Union" if code == UNION else country_name(code), there) for code, there in found.items()
    ]
