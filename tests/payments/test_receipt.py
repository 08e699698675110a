"""A receipt's bytes are canonical: sorted, integers, no payer, the same for the same facts."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from payments.core.receipt import Paper, Seller, body, digest
from taxes.core.lines import PricedLine, TaxedSale, work_out
from tests.payments.sales import sales

SELLER = Seller(
    merchant=UUID(int=2),
    legal_name="Morgenrot GmbH",
    trade_name="Café Morgenrot",
    tax_number="DE136695976",
    branch="Main",
    place="Torstraße 12, 10119 Berlin",
    country="DE",
    region="",
    time_zone="Europe/Berlin",
    till="Till 1",
)
SALE = work_out([PricedLine("Café", "exempt", 1190, zero_reason="exempt")], inclusive=True, policy="per_line")
PAPER = Paper(
    kind="sale",
    number=1,
    payment=UUID(int=1),
    seller=SELLER,
    happened_at=datetime(2025, 12, 31, 22, 30, 7, 999, tzinfo=UTC),
    currency="EUR",
    minor_units=2,
    sale=SALE,
    tip_minor=100,
    prices_include_tax=True,
    rounding="per_line",
)
papers = st.builds(
    replace,
    st.just(PAPER),
    number=st.integers(1, 10**9),
    sale=sales(),
    tip_minor=st.integers(0, 10**9),
    happened_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    reference=st.text(max_size=40),
)


def no_floats(text: str) -> Any:
    raise AssertionError(f"{text} is not an integer")


@given(papers)
def test_bytes_are_canonical(paper: Paper) -> None:
    text = body(paper)
    facts = json.loads(text, parse_float=no_floats)
    assert json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text
    assert body(paper) == text
    assert digest(text) == hashlib.sha256(text.encode("utf-8")).digest()


@given(papers)
def test_the_figures_of_a_receipt_add_up(paper: Paper) -> None:
    facts = json.loads(body(paper))
    assert facts["net_minor"] + facts["tax_minor"] == facts["gross_minor"]
    assert facts["gross_minor"] + facts["tip_minor"] == facts["total_minor"]
    assert sum(tax["tax_minor"] for tax in facts["taxes"]) == facts["tax_minor"]
    assert sum(line["gross_minor"] for line in facts["lines"]) == facts["gross_minor"]
    for line in facts["lines"]:
        assert line["net_minor"] + sum(tax["tax_minor"] for tax in line["taxes"]) == line["gross_minor"]


def test_one_moment_has_one_text() -> None:
    elsewhere = PAPER.happened_at.astimezone(timezone(timedelta(hours=7)))
    assert body(replace(PAPER, happened_at=elsewhere)) == body(PAPER)
    facts = json.loads(body(PAPER))
    assert facts["happened_at"] == "2025-12-31T22:30:07+00:00"
    assert facts["local_time"] == "2025-12-31T23:30:07+01:00"


def test_a_receipt_names_the_seller_and_never_the_payer() -> None:
    facts = json.loads(body(PAPER))
    assert facts["seller"]["place"] == "Torstraße 12, 10119 Berlin"
    assert set(facts["seller"]) == {
        *("merchant", "legal_name", "trade_name", "tax_number", "branch", "place"),
        *("country", "region", "till"),
    }
    assert not {key for key in facts if "person" in key or "payer" in key or "wallet" in key}


@given(sales())
def test_any_other_fact_has_other_bytes(sale: TaxedSale) -> None:
    others = [
        replace(PAPER, sale=sale, **change)
        for change in (
            {},
            {"number": 2},
            {"kind": "refund"},
            {"tip_minor": 99},
            {"currency": "USD"},
            {"reference": "Table 4"},
            {"corrects": 1},
            {"refund": UUID(int=5)},
            {"payment": UUID(int=6)},
            {"seller": replace(SELLER, legal_name="Other GmbH")},
        )
    ]
    assert len({digest(body(paper)) for paper in others}) == len(others)
