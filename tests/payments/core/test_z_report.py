"""The Z report's text: canonical, whole, the same bytes for the same shift."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.receipt import Seller
from payments.core.z_report import (
    CashMove,
    Drawer,
    Figures,
    HandOver,
    RateSum,
    Refunds,
    Sales,
    ShiftReport,
    Taken,
    body,
    facts,
    people_in,
)
from payments.papers.z_text import GONE, z_text

LINH, NOAH, MARA = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {str(LINH): "Linh", str(NOAH): "Noah", str(MARA): "Mara"}
OPENED = datetime(2026, 11, 27, 7, tzinfo=UTC)
SHOP = Seller(
    merchant=UUID(int=9), legal_name="Morgenrot GmbH", trade_name="Café Morgenrot", tax_number="DE136695976",
    branch="Main", place="Torstraße 12, 10119 Berlin", country="DE", region="", time_zone="Europe/Berlin",
    till="Till 1",
)  # fmt: skip
minor = st.integers(0, 10**12)
moments = st.integers(0, 86_400).map(lambda seconds: OPENED + timedelta(seconds=seconds))
moves = st.builds(
    CashMove,
    kind=st.sampled_from(["paid_in", "paid_out"]),
    amount_minor=st.integers(1, 10**12),
    reason=st.text(min_size=1, max_size=20),
    person=st.sampled_from([LINH, NOAH]),
    happened_at=moments,
)
rates = st.builds(
    RateSum,
    tax=st.just("VAT"),
    rate=st.decimals(0, 99, places=4),
    zero_reason=st.just(""),
    net_minor=minor,
    tax_minor=minor,
)
sales = st.builds(
    lambda lines, tip, payments: Sales(
        payments=payments,
        sale_minor=sum(line.net_minor + line.tax_minor for line in lines),
        tax_minor=sum(line.tax_minor for line in lines),
        tip_minor=tip,
        total_minor=sum(line.net_minor + line.tax_minor for line in lines) + tip,
        rates=tuple(lines),
    ),
    st.lists(rates, max_size=3),
    minor,
    st.integers(0, 1000),
)
reports = st.builds(
    ShiftReport,
    shift=st.uuids(),
    till=st.uuids(),
    shop=st.just(SHOP),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    minor_units=st.just(2),
    opened_by=st.just(LINH),
    opened_at=moments,
    holder=st.just(NOAH),
    figures=st.builds(
        Figures,
        sales=sales,
        sales_outside=sales,
        refunds=st.builds(Refunds, refunds=st.integers(0, 9)),
        cashiers=st.lists(st.builds(Taken, st.just(LINH), minor, minor, minor), max_size=2).map(tuple),
    ),
    drawer=st.builds(Drawer, float_minor=minor, moves=st.lists(moves, max_size=4).map(tuple)),
    number_before=st.integers(0, 9),
    hand_overs=st.lists(
        st.builds(HandOver, st.just(LINH), st.just(NOAH), moments, st.none() | minor), max_size=2
    ).map(tuple),
)


def closed(report: ShiftReport, counted_minor: int) -> ShiftReport:
    drawer = replace(report.drawer, counted_minor=counted_minor, reason="r")
    return replace(report, drawer=drawer, number=7, closed_by=MARA, closed_at=OPENED + timedelta(days=2))


@given(reports, minor)
def test_the_text_is_canonical_and_says_what_it_was_given(report: ShiftReport, counted_minor: int) -> None:
    text = body(closed(report, counted_minor))
    said = json.loads(text)
    assert json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text
    assert said == facts(closed(report, counted_minor))
    assert not any(isinstance(each, float) for each in leaves(said))
    for part, given_ in (("sales", report.figures.sales), ("sales_outside", report.figures.sales_outside)):
        assert said[part]["net_minor"] + said[part]["tax_minor"] == said[part]["gross_minor"]
        assert said[part]["gross_minor"] + said[part]["tip_minor"] == said[part]["total_minor"]
        assert sum(rate["gross_minor"] for rate in said[part]["rates"]) == given_.sale_minor
    assert said["opened"]["at"] == report.opened_at.isoformat(timespec="seconds")


@given(reports, minor)
def test_the_drawer_adds_up(report: ShiftReport, counted_minor: int) -> None:
    cash = facts(closed(report, counted_minor))["cash"]
    signed = [move["amount_minor"] * (1 if move["kind"] == "paid_in" else -1) for move in cash["moves"]]
    assert cash["expected_minor"] == cash["float_minor"] + sum(signed)
    assert cash["expected_minor"] == cash["float_minor"] + cash["paid_in_minor"] - cash["paid_out_minor"]
    assert cash["counted_minor"] == cash["expected_minor"] + cash["difference_minor"]


@given(reports, minor)
def test_the_paper_names_everybody_and_shows_every_part(report: ShiftReport, counted_minor: int) -> None:
    said = facts(closed(report, counted_minor))
    assert {str(person) for person in people_in(said)} <= NAMES.keys()
    text = z_text(said, NAMES)
    titles = [section.title for section in text.sections]
    assert ("By cashier" in titles) == bool(said["cashiers"])
    assert any(title.startswith("Outside any shift") for title in titles) == bool(
        said["sales_outside"]["payments"]
    )
    assert text.number == "Z 7" and text.opened.endswith(", Linh") and text.closed.endswith(", Mara")
    assert GONE not in repr(text) and GONE in repr(z_text(said, {}))


def test_an_open_shift_has_no_number_and_no_difference() -> None:
    report = ShiftReport(
        shift=UUID(int=5), till=UUID(int=6), shop=SHOP, currency="EUR", minor_units=2, opened_by=LINH,
        opened_at=OPENED, holder=LINH, figures=Figures(), drawer=Drawer(500), number_before=0,
    )  # fmt: skip
    said = facts(report)
    assert (said["number"], said["closed"], said["cash"]["difference_minor"]) == (None, None, None)
    text = z_text(said, NAMES)
    assert (text.title, text.number, text.closed) == ("Shift so far", "", "")
    assert "Counted" not in [row.text for row in text.sections[-1].rows]


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00+01:00"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=ZoneInfo("UTC")), "2026-03-29T03:00:00+02:00"),
    ],
)
def test_the_clock_change_is_told_by_the_offset(moment: datetime, local: str) -> None:
    report = ShiftReport(
        shift=UUID(int=5), till=UUID(int=6), shop=SHOP, currency="EUR", minor_units=2, opened_by=LINH,
        opened_at=moment, holder=LINH, figures=Figures(), drawer=Drawer(0), number_before=0,
    )  # fmt: skip
    assert facts(report)["opened"]["local"] == local


def leaves(said: Any) -> list[Any]:
    if isinstance(said, dict):
        return [leaf for each in said.values() for leaf in leaves(each)]
    if isinstance(said, list):
        return [leaf for each in said for leaf in leaves(each)]
    return [said]
