"""288 edges of months in twelve zones: no row lost, none doubled, and rows and ledger cut alike."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.core.periods import days, month
from reports.core.totals import check_foots, total_up
from reports.flows.write_export import write_export
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.reports.cloning import clone_sale
from tests.reports.reading import both_sides, days_of, read_csv, rows_text
from tests.reports.test_periods import MONTHS, ZONES

TICK = timedelta(microseconds=1)


@pytest.mark.django_db(transaction=True)
def test_rows_at_every_edge_are_in_exactly_one_month(owner_sql):
    """A sale at the first instant of each month, one a microsecond before; in every zone at once."""
    shop = make_shop()
    first = pay(make_static_code(shop), make_person(funds={"EUR": 2000}), 1190, happened_at=_far_away())
    settle_all()
    edges = {month(*name, zone).starts_at for zone in ZONES for name in MONTHS}
    moments = sorted(edges | {edge - TICK for edge in edges})
    clone_sale(owner_sql, first, moments)
    for zone in ZONES:
        periods = [month(*name, zone) for name in MONTHS]
        inside = [at for at in moments if periods[0].starts_at <= at < periods[-1].ends_at]
        assert len(inside) > 48
        sold = by_days = 0
        for period in periods:
            cut = days_of(shop.merchant.pk, period)
            check_foots(total_up(part.sum for part in cut), both_sides(shop.merchant.pk, period)[1])
            by_days += sum(part.sales for part in cut)
            sums, ledger = both_sides(shop.merchant.pk, period)
            check_foots(total_up(sums), ledger)
            sold += sum(part.rows for part in sums if part.kind == "sale")
        assert sold == by_days == len(inside)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("zone", ZONES)
def test_days_of_a_branchs_zone_lose_and_double_nothing(owner_sql, tmp_path, zone):
    """Two changes of the clocks and two turns of the year, by the clock of the branch, in every format.

    A sale at both sides of each month's edge and one at each hour around the clock's changes.
    """
    shop = make_shop()
    type(shop.branch).objects.update(time_zone=zone)
    first = pay(make_static_code(shop), make_person(funds={"EUR": 2000}), 1190, happened_at=_far_away())
    settle_all()
    period = days(date(2025, 10, 1), date(2027, 1, 31), zone)
    edges = [month(*name, zone).starts_at for name in MONTHS]
    moments = {edge for edge in edges} | {edge - TICK for edge in edges}
    moments |= {start + timedelta(hours=n) for start in _changes(zone) for n in range(-3, 4)}
    inside = sorted(at for at in moments if period.starts_at <= at < period.ends_at)
    clone_sale(owner_sql, first, inside)
    local = Counter(at.astimezone(ZoneInfo(zone)).date().isoformat() for at in inside)
    made = {
        name: write_export(merchant_id=shop.merchant.pk, period=period, name=name, folder=tmp_path).data
        for name in ("transactions_csv", "transactions_jsonl", "daily_summary", "xlsx")
    }
    rows = read_csv(made["transactions_csv"].read_bytes())
    assert Counter(row["local_date"] for row in rows if row["kind"] == "sale") == local
    lines = [json.loads(line) for line in made["transactions_jsonl"].read_text().splitlines()]
    assert Counter(row["local_date"] for row in lines if row["kind"] == "sale") == local
    counted: Counter[str] = Counter()
    for row in read_csv(made["daily_summary"].read_bytes()):
        counted[row["local_date"]] += int(row["sales"])
    assert counted == local
    book = openpyxl.load_workbook(made["xlsx"], read_only=True)
    daily: Counter[str] = Counter()
    for cells in list(book["Daily"].values)[1:-1]:
        daily[cells[0].date().isoformat()] += cells[9]
    assert daily == local


def _changes(zone):
    """The hours, UTC, before which the clock of a zone stood otherwise, from autumn 2025 to winter 2027."""
    at, clock = datetime(2025, 10, 1, tzinfo=UTC), ZoneInfo(zone)
    while at.year < 2027:
        if at.astimezone(clock).utcoffset() != (at - timedelta(hours=1)).astimezone(clock).utcoffset():
            yield at
        at += timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_the_local_date_is_the_branchs(owner_sql):
    """22:59 and 23:00 UTC on 31 October are two days, and two months, in Berlin."""
    shop = make_shop()
    first = pay(make_static_code(shop), make_person(funds={"EUR": 2000}), 1190, happened_at=_far_away())
    settle_all()
    november = month(2026, 11, "Europe/Berlin")
    clone_sale(owner_sql, first, [november.starts_at - TICK, november.starts_at])
    dates = {}
    for period in (month(2026, 10, "Europe/Berlin"), november):
        text = rows_text(shop.merchant.pk, period).decode().splitlines()
        dates[period.label] = {line.split(",")[7] for line in text}
    assert dates == {"2026-10": {"2026-10-31"}, "2026-11": {"2026-11-01"}}


def _far_away():
    return month(2020, 6, "UTC").starts_at
