"""Answers to an authority: rebuilt from receipts, equal to the ledger or not made, seen by the right ones."""

from collections import Counter
from decimal import Decimal
from uuid import uuid4

import pytest

from base.core.errors import Refused
from payments.models import Receipt
from reports.core.answer_figures import steps
from reports.flows.build_pack import build_pack
from reports.flows.request_pack import request_pack
from reports.flows.write_answer import write_answer
from reports.models import AnswerPack
from reports.queries import answer as queries
from reports.tasks import build_pack as one_task
from reports.tasks import build_packs as task
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.races.threads import at_once
from tests.reports.answering import ask, figures, made, rows_of, text_of
from tests.reports.conftest import on


def test_the_figures_of_a_month(trade):
    pack = made(trade)
    assert (pack.state, pack.receipts_done, pack.receipts_total) == ("ready", 5, 5)
    # 11.90 + 1.00 tip, 14.27, 5.35; 6.45 of the cake and all of the order went back.
    assert figures(pack) == {
        "paid": 3252,
        "sales": 3152,
        "after_refunds": 3152 - 595 - 1427,
        "net": 1000,
        "taxable_net": 1000,
        "credited": 3252 - 645 - 1427 - 9,
        "paid_out": 0,
    }
    nearest = [code for code, _, difference, mark in pack.result["candidates"] if mark and difference == 0]
    assert nearest == ["sales"]


def test_each_receipt_is_in_the_file_once(trade):
    pack = made(trade)
    rows = rows_of(pack)
    receipts = {str(row.number): row for row in Receipt.objects.filter(merchant=trade.shop.merchant)}
    assert [row["receipt_no"] for row in rows] == sorted(receipts, key=int)
    totals: Counter[str] = Counter()
    for row in rows:
        receipt = receipts[row["receipt_no"]]
        assert row["kind"] == receipt.kind
        assert row["receipt_sha256"] == bytes(receipt.sha256).hex()
        assert row["source_id"] == str(receipt.journal)
        parts = ("taxable_net", "tax_amount", "untaxed_exempt", "untaxed_zero_rated", "untaxed_outside_scope")
        assert sum(Decimal(row[name]) for name in parts) == Decimal(row["gross"])
        assert Decimal(row["gross"]) + Decimal(row["tip"]) == Decimal(row["total"])
        for name in ("taxable_net", "tax_amount", "total"):
            totals[name] += int(Decimal(row[name]) * 100)
    assert totals == {"taxable_net": 1000, "tax_amount": 130, "total": 3252 - 645 - 1427}
    assert rows[0]["taxes"].startswith("VAT 19.0000 DE: 10.00 + 1.90")
    assert rows[-1]["total"].startswith("-")


def test_the_paper_says_all_of_it(trade):
    pack = made(trade, reference="FA 12/345", note="We think tips are in it.")
    text = text_of(pack)
    for words in (
        "Turnover rebuilt from receipts", "Café Morgenrot GmbH", "DE136695976", "FA 12/345", "31.52",
        "2026-11-01 to 2026-11-30", "We think tips are in it.", "All that customers paid",
        "Nearest: the same",
        "3 of sales and 2 of refunds, numbers 1 to 5", "VAT 19", "VAT 7", pack.csv_sha256,
        "Wallets of persons are not the shop's", "no tax return", "Page 1 of", "5 journals",
    ):  # fmt: skip
        assert words in text, words


def test_the_same_pack_gives_the_same_bytes(trade):
    pack = made(trade)
    again = write_answer(pack=pack, told=lambda *_: None)
    assert (again.csv_sha256, again.pdf_sha256) == (pack.csv_sha256, pack.pdf_sha256)


def test_untaxed_sales_are_told_apart(trade):
    shop = make_shop(categories=("exempt", "zero", "standard"))
    payer = make_person(funds={"EUR": 10_000})
    for category in ("exempt", "zero", "standard"):
        pay(make_static_code(shop, category), payer, 1190, happened_at=on(3))
    settle_all()
    pack = request_pack(
        actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, amount="35.70", currency="EUR", period="2026-Q4"
    )
    build_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    found = figures(pack)
    assert (found["paid"], found["net"], found["taxable_net"]) == (3570, 3380, 2190)
    assert [row["untaxed_exempt"] for row in rows_of(pack)] == ["11.90", "0.00", "0.00"]
    assert "Exempt goods or services" in text_of(pack)


def test_the_steps_lead_to_the_taxable_turnover(trade):
    seen = {}

    def keep(tally):
        seen["steps"] = steps(tally)
        return seen["steps"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.flows.write_answer.steps", keep)
        pack = made(trade)
    assert seen["steps"][0].left_minor == figures(pack)["paid"]
    assert seen["steps"][-1].left_minor == figures(pack)["taxable_net"]


WRONG = {
    "a receipt's text": "UPDATE payments_receipt SET body = replace(body, '1190', '1191')",
    "a receipt's hash": "UPDATE payments_receipt SET sha256 = sha256('x')",
    "the journal's hash": "UPDATE wallets_journal SET document_sha256 = sha256('x') WHERE kind = 'sale'",
    "a fee": "UPDATE payments_payment SET fee_minor = fee_minor + 1",
    "an entry": "UPDATE wallets_entry SET amount_minor = amount_minor + 1 WHERE amount_minor > 0",
    "a receipt that is gone": "DELETE FROM payments_receipt WHERE kind = 'refund'",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_it_was_booked_gives_no_answer(trade, owner_sql, what):
    """Each of these is the control of one comparison."""
    owner_sql(WRONG[what])
    pack = made(trade)
    assert pack.state == "failed"
    assert "do not add up to the ledger" in pack.problem
    assert list(pack.folder.iterdir()) == []


def test_a_sale_that_is_settled_meanwhile_begins_it_anew(trade, monkeypatch):
    blocks, late = queries.receipt_blocks, make_static_code(trade.shop)
    seen = []

    def slow(*args):
        seen.append(1)
        yield from blocks(*args)
        if len(seen) == 1:
            pay(late, trade.payer, 1190, happened_at=on(9))
            settle_all()

    monkeypatch.setattr("reports.flows.write_answer.receipt_blocks", slow)
    pack = made(trade)
    assert (pack.state, pack.receipts_done, len(seen)) == ("ready", 6, 2)
    assert len(rows_of(pack)) == 6


def test_progress_is_told_between_blocks(trade, monkeypatch):
    monkeypatch.setattr(queries, "BLOCK", 2)
    told = []
    write_answer(pack=ask(trade), told=lambda done, total: told.append((done, total)))
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_a_full_disk_fails_in_words_and_leaves_nothing(trade, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.flows.part_file.os.fsync", full)
    pack = made(trade)
    assert (pack.state, "could not be written" in pack.problem) == ("failed", True)
    assert list(pack.folder.iterdir()) == []


def test_asked_twice_at_once_it_is_made_once(trade):
    found = at_once(*[lambda: ask(trade).pk] * 6)
    assert len(set(found)) == 1
    assert sum(at_once(*[lambda: build_pack(pack_id=found[0])] * 6)) == 1
    assert AnswerPack.objects.get().state == "ready"
    assert ask(trade).pk != found[0]
    assert (task(), one_task(str(uuid4()))) == (1, False)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"amount": "12,345.60"}, "amount_invalid"),
        ({"currency": "XXX"}, "currency_unknown"),
        ({"period": "2026-13"}, "period_invalid"),
        ({"period": "2150"}, "period_not_begun"),
        ({"note": "a\N{RIGHT-TO-LEFT OVERRIDE}b"}, "text_invalid"),
        ({"reference": "x" * 61}, "text_too_long"),
        ({"personal": True}, "personal_not_yours"),
    ],
)
def test_a_wish_that_makes_no_sense(trade, wish, code):
    with pytest.raises(Refused) as no:
        ask(trade, **wish)
    assert no.value.code == code
    assert not AnswerPack.objects.exists()


def test_other_currencies_are_named_and_not_added(trade):
    pack = made(trade, currency="USD", amount="1")
    assert figures(pack)["paid"] == 0
    assert "Receipts in EUR, not in this paper 5" in text_of(pack)
