"""Text that wants to be a formula, to break a line or to hide: none gets through, no sum changes."""

import json
import re
from collections import Counter
from datetime import timedelta
from functools import partial

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.db import DataError, connection
from django.db.models import CharField, TextField
from hypothesis import example, given, settings
from hypothesis import strategies as st

from merchants.models import Branch, Merchant, Till
from payments.models import Payment, Refund, SaleLine
from people.models import User
from reports.core.totals import check_foots, total_up
from reports.flows.write_export import write_export
from reports.formats import FORMATS
from reports.formats.daily_summary import COLUMNS as DAILY
from reports.queries.rows import safe_text
from tests.reports.cloning import clone_sale
from tests.reports.conftest import on
from tests.reports.reading import both_sides, read_csv, totals_in

STARTS = [
    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u2028=", "\u202e=",
    "'", '"', ",", ";",
]  # fmt: skip
TAILS = [
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example";"x")', "SUM(A1:A9)", "\\.", '"', '""', "'",
    ",,,", "line\r\nbreak", "line\nbreak", "a\tb", "\x1b[31m", "\u202eecirp", "🍰👩‍🍳🏴", "Cà phê sữa đá",
    "שלום", "<script>", "${7*7}", "%s%n", "NULL", "\\N", "0.02", "a;b", "\u0085x", "\u2029x", "\x7f", "𝟙+𝟙",
]  # fmt: skip
HOSTILE = [(start + tail)[:80] for start in STARTS for tail in TAILS]
FORMULA = re.compile(r"\A\s*[=+\-@＝＋－＠]")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
NUMBERS = ("receipt_no", "tax_rate", "net", "tax_amount", "gross", "minor_units", "payer_amount")
DAILY_NUMBERS = [column.name for column in DAILY if column.type in ("number", "integer")]


def test_there_are_five_hundred():
    assert len(set(HOSTILE)) >= 500


@pytest.fixture
def hostile_trade(trade):
    """Each string as a line of its own (of nothing, so that the ledger still agrees), and in every name."""
    SaleLine.objects.bulk_create(
        SaleLine(
            payment=trade.cake, line=number, description=text, category="=x", zero_reason="exempt",
            rate=0, net_minor=0, tax_minor=0,
        )
        for number, text in enumerate(HOSTILE, start=2)
    )  # fmt: skip
    Merchant.objects.filter(pk=trade.shop.merchant.pk).update(legal_name="=legal()\r\nname", trade_name="@x")
    Branch.objects.filter(pk=trade.shop.branch.pk).update(name='+branch",')
    Till.objects.filter(pk=trade.shop.till.pk).update(name="-till\n1")
    User.objects.filter(pk=trade.shop.cashier.pk).update(name="＝cashier")
    Payment.objects.filter(pk=trade.order.pk).update(reference="@note\u202e")
    return trade


@pytest.fixture
def hostile_rows(hostile_trade, tmp_path):
    trade = hostile_trade
    made = write_export(
        merchant_id=trade.shop.merchant.pk, period=trade.period, name="transactions_csv", folder=tmp_path
    )
    return made, read_csv(made.data.read_bytes())


def test_no_cell_is_a_formula_and_numbers_stay_numbers(hostile_rows):
    _, rows = hostile_rows
    assert len(rows) == 13 + len(HOSTILE)
    for row in rows:
        for name, cell in row.items():
            if name in NUMBERS:
                assert re.fullmatch(r"(-?[0-9]+(\.[0-9]+)?)?", cell)
            else:
                assert not FORMULA.match(cell), (name, cell)
                assert not HIDDEN.search(cell), (name, cell)
    assert min(float(row["net"]) for row in rows) < 0


def test_the_text_can_still_be_read(hostile_rows):
    _, rows = hostile_rows
    written = [row["description"] for row in rows if row["zero_reason"] == "exempt"]
    for text, cell in zip(HOSTILE, written, strict=True):
        shown = HIDDEN.sub(" ", text)
        assert cell == ("'" + shown if FORMULA.match(shown) else shown)
    assert {row["cashier"] for row in rows} >= {"'＝cashier"}
    assert {row["merchant"] for row in rows} == {"'=legal()  name"}
    assert "'@note " in {row["note"] for row in rows}


# Of the list of exceptions nothing was typed by anybody.
@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"exceptions_csv"}))
def test_no_format_has_a_formula_or_a_sign_that_hides(hostile_trade, tmp_path, name):
    """Read back by csv, json and openpyxl: every file whole, every text a text, every number a number."""
    made = write_export(
        merchant_id=hostile_trade.shop.merchant.pk, period=hostile_trade.period, name=name, folder=tmp_path
    )
    found = list(_cells(name, made.data))
    for kind, cell in found:
        assert kind in ("text", "number", "yes or no", "day")
        if kind == "text":
            assert not FORMULA.match(cell) and not HIDDEN.search(cell), cell
    if name == "daily_summary":
        assert len(found) == 21 * 13
    else:
        shown = Counter(cell for kind, cell in found if kind == "text")
        for text in map(partial(HIDDEN.sub, " "), HOSTILE):
            assert shown["'" + text if FORMULA.match(text) else text] >= 1, text
    assert min(float(cell) for kind, cell in found if kind == "number") < 0


def _cells(name, path):
    """What a reader of the format sees: what kind of thing each cell is, and the thing."""
    if path.suffix == ".xlsx":
        kinds = {
            "s": "text",
            "inlineStr": "text",
            "n": "number",
            "b": "yes or no",
            "d": "day",
            "f": "formula",
        }
        for sheet in openpyxl.load_workbook(path):
            yield from ((kinds[c.data_type], c.value) for row in sheet for c in row if c.value is not None)
    elif path.suffix == ".jsonl":
        for line in path.read_text().split("\n")[:-1]:
            for column, value in json.loads(line).items():
                yes = isinstance(value, bool)
                if value is not None:
                    kind = "yes or no" if yes else "number" if column in NUMBERS else "text"
                    yield kind, value
    else:
        for row in read_csv(path.read_bytes()):
            numbers = NUMBERS if name != "daily_summary" else DAILY_NUMBERS
            yield from (("number" if key in numbers and cell else "text", cell) for key, cell in row.items())


def test_the_totals_are_rebuilt_from_it(hostile_rows, trade):
    made, rows = hostile_rows
    assert totals_in(rows) == made.totals.columns
    sums, ledger = both_sides(trade.shop.merchant.pk, trade.period)
    check_foots(total_up(sums), ledger)
    assert made.file_name == "quittance-x-2026-11-transactions.csv"


@pytest.mark.django_db
@settings(max_examples=200)
@given(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
    | st.text(st.sampled_from(" \u00a0\u2003\u3000\ufeff\t=+-@＝x'1"), max_size=6)
)
@example("\u3000=1+1")
@example("\u2007\u00a0@x")
def test_any_text_at_all(text):
    """The SQL of a cell, against the same rule written in Python. (PostgreSQL holds no NUL.)"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {safe_text('%(text)s::text')}", {"text": text})
        cell = cursor.fetchone()[0]
    assert not HIDDEN.search(cell)
    assert not FORMULA.match(cell)
    shown = HIDDEN.sub(" ", text)
    assert cell in (shown, f"'{shown}")


@pytest.mark.django_db
def test_a_nul_never_reaches_the_database():
    with pytest.raises((ValueError, DataError)):
        SaleLine.objects.filter(description="a\x00b").exists()


@pytest.mark.django_db
def test_ten_thousand_signs_are_one_cell():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {safe_text('%(text)s::text')}", {"text": "=\n" * 5000})
        cell = cursor.fetchone()[0]
    assert cell == "'" + "= " * 5000


@pytest.fixture
def hostile_names(trade, owner_sql):
    """Five hundred sales, each at a till and with a reference of its own, by a cashier of that name."""
    shop = trade.shop
    clone_sale(owner_sql, trade.cake, [on(8) + timedelta(seconds=s) for s in range(len(HOSTILE))])
    sales = Payment.objects.filter(merchant=shop.merchant, happened_at__gte=on(8)).order_by("happened_at")
    tills = Till.objects.bulk_create(
        Till(branch=shop.branch, name=f"{text[:30]}{number}") for number, text in enumerate(HOSTILE)
    )
    for sale, till, text in zip(sales, tills, HOSTILE, strict=True):
        sale.till, sale.reference = till, text[:40]
    Payment.objects.bulk_update(sales, ["till", "reference"])
    return trade


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_name_or_note_is_a_formula(hostile_names, tmp_path, name):
    made = write_export(
        merchant_id=hostile_names.shop.merchant.pk, period=hostile_names.period, name=name, folder=tmp_path
    )
    texts = [cell for kind, cell in _cells(name, made.data) if kind == "text"]
    assert not [cell for cell in texts if FORMULA.match(cell) or HIDDEN.search(cell)]
    assert "formula" not in {kind for kind, _ in _cells(name, made.data)}
    assert made.totals.rows > len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE[:: len(HOSTILE) // 20])
def test_what_belongs_to_the_business_is_made_safe_too(trade, tmp_path, text):
    """Its name, its branch, who refunded and why: one of each, so one file for each string."""
    said = text.replace("\x00", "")
    Merchant.objects.filter(pk=trade.shop.merchant.pk).update(legal_name=said[:120])
    Branch.objects.filter(pk=trade.shop.branch.pk).update(name=said[:60])
    User.objects.filter(pk=trade.shop.owner.pk).update(name=said[:120])
    Refund.objects.filter(merchant=trade.shop.merchant).update(reason=said[:120])
    made = write_export(
        merchant_id=trade.shop.merchant.pk, period=trade.period, name="transactions_csv", folder=tmp_path
    )
    rows = read_csv(made.data.read_bytes())
    assert len(rows) == 13
    for row in rows:
        cells = (row["merchant"], row["branch"], row["cashier"], row["note"], row["description"])
        assert not [cell for cell in cells if FORMULA.match(cell) or HIDDEN.search(cell)]


def test_a_text_of_ten_thousand_characters_is_refused_by_every_field():
    """No text that reaches an export is unbounded, so none is ever cut short in one."""
    fields = [
        field
        for model in (Merchant, Branch, Till, User, Payment, Refund, SaleLine)
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
    ]
    assert fields
    assert all(field.max_length and field.max_length < 10_000 for field in fields)
