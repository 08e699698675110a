"""Receipts on paper: the words, that the PDF says them all, and equal bytes for equal bodies."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from merchants.qr.link import Door, LinkKey, link, make_token
from payments.core.receipt import Paper, Seller, body
from payments.papers import receipt_pdf as drawing
from payments.papers.receipt_pdf import UNPRINTABLE
from payments.papers.receipt_text import receipt_text
from payments.papers.rows import Row, sale_rows
from taxes.core.lines import PER_LINE, PricedLine, work_out
from taxes.core.rates import TaxRate
from tests.pixels import codes_in, pdf_pixels

VAT_19, VAT_7 = TaxRate("VAT", Decimal(19)), TaxRate("VAT", Decimal(7))
CAKE = PricedLine("Carrot cake", "reduced", 440, (VAT_7,))
COFFEE = PricedLine("Filter coffee", "standard", 400, (VAT_19,), quantity=2)
KEY = LinkKey(1, b"k" * 32)
BOOK = PricedLine("Course", "exempt", 1000, zero_reason="exempt")


def paper(*lines: PricedLine, inclusive: bool = True, **changes: Any) -> dict[str, Any]:
    seller: dict[str, Any] = {
        "merchant": UUID(int=1),
        "legal_name": "Café Morgenrot GmbH", "trade_name": "Café Morgenrot",
        "tax_number": "DE136695976", "branch": "Main", "place": "Torstraße 12, 10119 Berlin", "country": "DE",
        "region": "", "time_zone": "Europe/Berlin", "till": "Till 2",
    }  # fmt: skip
    seller |= {name: changes.pop(name) for name in list(changes) if name in seller}
    facts: dict[str, Any] = {
        "kind": "sale", "number": 217, "payment": UUID(int=2), "currency": "EUR", "minor_units": 2,
        "happened_at": datetime(2026, 1, 1, 0, 30, tzinfo=UTC), "tip_minor": 0, "rounding": PER_LINE,
        "prices_include_tax": inclusive,
    }  # fmt: skip
    sale = work_out(lines or (CAKE, COFFEE), inclusive=inclusive, policy=PER_LINE)
    found: dict[str, Any] = json.loads(body(Paper(seller=Seller(**seller), sale=sale, **(facts | changes))))
    return found


LINK = link("https://pay.example.com", make_token(UUID(int=7), key=KEY, door=Door.RECEIPT), door=Door.RECEIPT)


def receipt_pdf(found: dict[str, Any]) -> bytes:
    return drawing.receipt_pdf(found, LINK)


def pdf_text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")


def plain(rows: list[Row] | tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(row.text.replace("\N{NO-BREAK SPACE}", " "), row.amount) for row in rows]


def test_prices_with_tax_name_it_below_the_total() -> None:
    assert plain(receipt_text(paper(tip_minor=60)).rows) == [
        ("Carrot cake", "4.40"), ("2 × Filter coffee", "4.00"), ("Tip", "0.60"), ("Total EUR", "9.00"),
        ("includes VAT 7 % on 4.11", "0.29"), ("includes VAT 19 % on 3.36", "0.64"),
    ]  # fmt: skip


def test_prices_without_tax_add_it_before_the_total() -> None:
    assert plain(receipt_text(paper(COFFEE, inclusive=False, tip_minor=60)).rows) == [
        ("2 × Filter coffee", "4.00"), ("VAT 19 % on 4.00", "0.76"), ("Tip", "0.60"), ("Total EUR", "5.36"),
    ]  # fmt: skip


def test_a_quantity_and_a_reason_for_no_tax_are_said() -> None:
    sale = work_out([COFFEE, BOOK], inclusive=True, policy=PER_LINE)
    rows = sale_rows(sale, tip_minor=0, inclusive=True, currency="EUR")
    assert (rows[0].text, rows[0].note) == ("2 × Filter coffee", "2.00 each · VAT 19\N{NO-BREAK SPACE}%")
    assert (rows[-1].text, rows[-1].amount, rows[-1].note) == (
        "no tax on 10.00",
        "0.00",
        "Exempt goods or services",
    )
    assert rows[1].note == "Exempt goods or services"


def test_one_piece_s_price_is_said_where_it_is_whole_and_nothing_went_back() -> None:
    odd = PricedLine("Filter coffee", "standard", 401, (VAT_19,), quantity=2)
    assert [row.note for row in receipt_text(paper(odd)).rows[:1]] == [""]
    assert [row.note for row in receipt_text(paper(COFFEE)).rows[:1]] == ["2.00 each"]
    back = paper(COFFEE, kind="refund", corrects=216, refund=UUID(int=3))
    assert [row.note for row in receipt_text(back).rows[:1]] == [""]


def test_the_time_is_that_of_the_branch() -> None:
    assert receipt_text(paper()).when == "1 Jan 2026, 01:30 (Europe/Berlin)"
    hanoi = paper(time_zone="Asia/Ho_Chi_Minh")
    assert receipt_text(hanoi).when == "1 Jan 2026, 07:30 (Asia/Ho_Chi_Minh)"


def test_a_refund_names_the_old_receipt_and_leaves_out_what_stays() -> None:
    stays = PricedLine("Filter coffee", "standard", 0, (VAT_19,))
    text = receipt_text(paper(CAKE, stays, kind="refund", corrects=216, refund=UUID(int=3)))
    assert (text.title, text.stamp, text.is_refund) == ("Refund receipt", "Refunded", True)
    assert text.notes == ("Gives back money of receipt Nº 216.",)
    assert [row.text for row in text.rows if "coffee" in row.text or "19" in row.text] == []
    assert any(row.text == "Filter coffee" for row in receipt_text(paper(CAKE, stays)).rows)


def test_the_pdf_says_what_the_text_says() -> None:
    found = paper(tip_minor=60, reference="Table 4")
    text, pdf = receipt_text(found), pdf_text(receipt_pdf(found))
    parts = (
        text.title, text.number, text.trade_name, text.legal_name, text.place, text.tax_number, text.when,
        text.spot, text.payment, "Table 4", "PAID", *(part for row in plain(text.rows) for part in row),
    )  # fmt: skip
    for part in parts:
        assert part in pdf, part


def test_equal_bodies_are_equal_bytes_also_when_drawn_at_once() -> None:
    found, other = paper(), paper(reference="Table 5")
    first, second = receipt_pdf(found), receipt_pdf(other)
    assert first != second
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(receipt_pdf, [found, other] * 10))
    assert drawn == [first, second] * 10


def test_a_long_receipt_goes_over_pages_and_loses_no_line() -> None:
    lines = [PricedLine(f"Item number {number}", "standard", 100, (VAT_19,)) for number in range(120)]
    content = receipt_pdf(paper(*lines))
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) >= 3
    text = pdf_text(content)
    assert all(f"Item number {number}\n" in text for number in range(120))
    assert text.count("continued") == len(pages) - 1


@pytest.mark.parametrize("count", [1, 12, 14, 16, 18, 20, 22, 60])
def test_the_code_is_whole_wherever_the_lines_end(count: int) -> None:
    """At 203 dots an inch, and the last page holds more than a torn edge."""
    lines = [PricedLine(f"Item {number}", "standard", 100, (VAT_19,)) for number in range(count)]
    content = receipt_pdf(paper(*lines))
    pages = PdfReader(BytesIO(content)).pages
    found = [text for page in range(len(pages)) for text in codes_in(pdf_pixels(content, dpi=203, page=page))]
    assert found == [LINK]
    assert "see its state now" in pages[-1].extract_text()


def test_letters_we_have_not_got_are_marked_and_said() -> None:
    text = pdf_text(receipt_pdf(paper(trade_name="茶館 Sen", place="12 ถนน, Ha Noi")))
    assert UNPRINTABLE in text and "Sen" in text and "page shows it" in text
    assert UNPRINTABLE not in pdf_text(receipt_pdf(paper(trade_name="Trà Sen Hà Nội ₫ ₹ Ж Ω")))


@pytest.mark.parametrize("name", ["\u202egro.evil", "שלום", "مقهى", "a\x00b\x1b[31m"])
def test_a_name_cannot_turn_the_paper_around(name: str) -> None:
    assert UNPRINTABLE in pdf_text(receipt_pdf(paper(trade_name=name)))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.integers(1, 10**12))
def test_any_text_and_amount_is_drawn(text: str, minor: int) -> None:
    content = receipt_pdf(paper(PricedLine(text, "standard", minor, (VAT_19,)), trade_name=text, place=text))
    assert content.startswith(b"%PDF-") and len(PdfReader(BytesIO(content)).pages) >= 1
