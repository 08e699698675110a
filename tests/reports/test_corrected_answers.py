"""An answer pack of corrected sales: the tax that it is, equal to the sales by rate and to the ledger."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.core.answer import AnswerDoesNotFoot, changed_by, read_slip
from reports.core.periods import Period, days, month
from reports.core.totals import TRADE_KINDS
from reports.models import AnswerPack
from reports.queries.returns import sold_by_category
from tests.factories import make_member, make_person, make_static_code, pay, settle_all
from tests.payments.provisional import complete, provisional_shop
from tests.reports.answering import figures, made, rows_of, text_of
from tests.reports.correcting import Corrected, corrected_world, day
from tests.reports.reading import both_sides

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = "Europe/Berlin"
SEPTEMBER, OCTOBER, NOVEMBER = (month(2026, number, BERLIN) for number in (9, 10, 11))
ALL = days(date(2026, 9, 1), date(2026, 11, 30), BERLIN)
Split = dict[str, tuple[int, int]]


def in_pack(pack: AnswerPack) -> Split:
    """(net, tax) by rate or reason, as somebody adds them up who has the file alone."""
    nets, taxes = Counter[str](), Counter[str]()
    for row in rows_of(pack):
        assert row["gross"] == "0.00" or row["kind"] != "correction"
        for part in filter(None, row["taxes"].split("; ")):
            name, _, amounts = part.partition(": ")
            net, tax = amounts.split(" + ")
            nets[name] += cents(net)
            taxes[name] += cents(tax)
        for column, text in row.items():
            if column.startswith("untaxed_"):
                nets[column.removeprefix("untaxed_")] += cents(text)
        parts = sum(cents(text) for name, text in row.items() if name.startswith("untaxed_"))
        assert cents(row["taxable_net"]) + cents(row["tax_amount"]) + parts == cents(row["gross"])
    return some(nets, taxes)


def by_rate(trade: Corrected, period: Period) -> Split:
    """The same of the page of sales by rate."""
    nets, taxes = Counter[str](), Counter[str]()
    for part in sold_by_category(trade.shop.merchant, period):
        name = f"{part.tax} {part.rate} {part.place}" if part.tax else part.zero_reason
        nets[name] += part.net_minor
        taxes[name] += part.tax_minor
    return some(nets, taxes)


def booked(trade: Corrected, period: Period) -> dict[str, int]:
    """What the ledger has moved on each tax account."""
    _, movements = both_sides(trade.shop.merchant.pk, period)
    return {
        f"{move.tax} {move.rate} {move.place}": move.amount_minor
        for move in movements
        if move.account == "tax" and move.amount_minor
    }


def some(nets: Counter[str], taxes: Counter[str]) -> Split:
    return {name: (nets[name], taxes[name]) for name in sorted(nets) if nets[name] or taxes[name]}


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


@pytest.mark.parametrize("sold_as", ["reduced", "below_threshold", "exempt"])
@pytest.mark.parametrize(("inclusive", "rounding"), [(True, "per_line"), (False, "per_rate_total")])
def test_pack_sales_by_rate_and_ledger_are_one(sold_as: str, inclusive: bool, rounding: str) -> None:
    trade = corrected_world(sold_as, inclusive=inclusive, rounding=rounding)
    for period in (SEPTEMBER, OCTOBER, NOVEMBER, ALL):
        pack = made(trade, period=period.label)
        assert pack.state == "ready", pack.problem
        found = in_pack(pack)
        assert found == by_rate(trade, period), period.label
        assert {name: tax for name, (_, tax) in found.items() if tax} == booked(trade, period)
        told = figures(pack)
        sold = sum(part.gross_minor for part in both_sides(trade.shop.merchant.pk, period)[0]
                   if part.kind in TRADE_KINDS)  # fmt: skip
        assert told["after_refunds"] == sold
        assert told["net"] == sold - sum(tax for _, tax in found.values())
        exempt = found.get("exempt", (0, 0))[0]
        assert told["taxable_net"] == told["net"] - exempt
    # All was corrected within these months: nothing provisional is left in it.
    assert "VAT 19.0000 DE" not in found


def test_the_tax_to_the_cent_and_what_the_paper_says() -> None:
    trade = corrected_world()
    # September has the sale as it was taxed then: 11.90 holds 1.90.
    september = made(trade, period="2026-09")
    assert in_pack(september) == {"VAT 19.0000 DE": (1000, 190)}
    assert "1 sale was made in this period and corrected after it" in text_of(september)
    assert "provisional tax, 1.90 EUR after refunds. It is 0.78 EUR now" in text_of(september)
    # At 7 %, 10.03 holds 0.66 and 3.07 holds 0.20; 5.01 of the order went back with 0.33.
    october = made(trade, period="2026-10")
    rows = [row for row in rows_of(october) if row["kind"] == "correction"]
    order = next(row for row in rows if row["corrects"] == "3")
    assert (order["taxable_net"], order["tax_amount"], order["total"]) == ("1.23", "-1.23", "0.00")
    assert order["taxes"] == "VAT 19.0000 DE: -11.01 + -2.09; VAT 7.0000 DE: 12.24 + 0.86"
    # 19 %: 20.00 + 3.80 of the late one, and September's going out; 7 %: early, and the order less 5.01.
    assert in_pack(october) == {"VAT 19.0000 DE": (1000, 190), "VAT 7.0000 DE": (1112 + 756, 78 + 53)}
    text = text_of(october)
    for words in (
        "4 of sales, 4 of refunds and 3 of corrected tax", "Corrected",
        "3 sales were taxed provisionally, at the full rate, and corrected in this period",
        "Of these, 1 sale was made before this period. The tax was 1.90 EUR and is 0.78 EUR",
        "1 sale was made in this period and corrected after it",
    ):  # fmt: skip
        assert words in text, words
    assert in_pack(made(trade, period="2026-11")) == {
        "VAT 19.0000 DE": (-2000, -380), "VAT 7.0000 DE": (2224, 156)
    }  # fmt: skip


def test_the_page_says_how_many_were_corrected(client_of: Any) -> None:
    trade = corrected_world()
    pack = made(trade, period="2026-10")
    page = client_of(trade.accountant).get(f"/books/{trade.shop.merchant.pk}/answers/{pack.pk}/")
    assert "3 sales were taxed provisionally" in page.content.decode()
    AnswerPack.objects.filter(pk=pack.pk).update(result={"candidates": pack.result["candidates"]})
    page = client_of(trade.accountant).get(f"/books/{trade.shop.merchant.pk}/answers/{pack.pk}/")
    assert (page.status_code, "provisionally" in page.content.decode()) == (200, False)


def test_sales_that_are_not_corrected_yet_are_named() -> None:
    shop, payer = provisional_shop(), make_person(funds={"EUR": 5_000})
    pay(make_static_code(shop), payer, 1190, happened_at=day(10, 3))
    settle_all()
    trade = Corrected(shop, payer, make_member(shop, "accountant"), *[None] * 5)  # type: ignore[arg-type]
    assert "1 sale was taxed provisionally, at the full rate, and not corrected yet" in text_of(
        made(trade, period="2026-10")
    )
    complete(shop, "standard")
    assert "not corrected yet" in text_of(made(trade, period="2026-10", amount="2"))


WRONG = {
    "a correction's text": "UPDATE payments_receipt SET body = body || ' ' WHERE kind = 'correction'",
    "a correction that is gone": "DELETE FROM payments_receipt WHERE kind = 'correction' AND number = 8",
    # The sale is in September: only its correction reads it in October.
    "the sale that was corrected": "UPDATE payments_receipt SET body = body || ' ' WHERE number = 1",
    "a correction's entry": """UPDATE wallets_entry SET amount_minor = amount_minor + 1 WHERE journal_id =
        (SELECT journal FROM payments_correction ORDER BY id LIMIT 1) AND amount_minor > 0""",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_it_was_booked_gives_no_answer(what: str, owner_sql: Any) -> None:
    """Each is the control of one comparison."""
    trade = corrected_world()
    owner_sql(WRONG[what])
    assert made(trade, period="2026-10").state == "failed"


def test_a_correction_that_moves_money_is_refused() -> None:
    sale = {
        "kind": "sale", "number": 1, "seller": {"country": "DE", "region": ""}, "untaxed": [],
        "taxes": [{"tax": "VAT", "rate": "19.0000", "net_minor": 1000, "tax_minor": 190}],
        "net_minor": 1000, "tax_minor": 190, "gross_minor": 1190, "tip_minor": 100, "total_minor": 1290,
    }  # fmt: skip
    free = {
        "kind": "correction", "number": 2, "taxes": [], "tax_minor": 0, "tip_minor": 0,
        "untaxed": [{"zero_reason": "exempt", "net_minor": 1190}],
        "net_minor": 1190, "gross_minor": 1190, "total_minor": 1190,
    }  # fmt: skip
    slip = changed_by(read_slip(sale | free), [read_slip(sale)])
    assert (slip.gross_minor, slip.tip_minor, slip.total_minor) == (0, 0, 0)
    assert (slip.taxable_net_minor, slip.tax_minor, slip.untaxed) == (-1000, -190, {"exempt": 1190})
    more = free | {"untaxed": [{"zero_reason": "exempt", "net_minor": 1191}]}
    more |= {"net_minor": 1191, "gross_minor": 1191, "total_minor": 1191}
    with pytest.raises(AnswerDoesNotFoot, match="receipt 2: total"):
        changed_by(read_slip(sale | more), [read_slip(sale)])
