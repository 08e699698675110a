"""288 edges of months in twelve zones: no row lost, none doubled, and rows and ledger cut alike."""

from datetime import timedelta

import pytest

from reports.core.periods import month
from reports.core.totals import check_foots, total_up
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.reports.cloning import clone_sale
from tests.reports.reading import both_sides, rows_text
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
        sold = 0
        for period in periods:
            sums, ledger = both_sides(shop.merchant.pk, period)
            check_foots(total_up(sums), ledger)
            sold += sum(part.rows for part in sums if part.kind == "sale")
        assert sold == len(inside)


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
