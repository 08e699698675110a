"""Trial balance, general ledger, journal, fees, refunds, tips and payouts: what they say, and to whom."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from payments.flows.carry_payouts import carry_payouts
from payments.flows.pay_out import pay_out
from payments.flows.share_out import share_out
from payments.models import Payment, Payout, Receipt
from reports.core.paging import ROWS_A_PAGE, Turn, read_turn
from reports.core.periods import Period, days, month
from reports.core.totals import Movement
from reports.queries.accounts import accounts_of
from reports.queries.general_ledger import account_book, accounts_in, journal_book
from reports.queries.ledger import movements_of
from reports.queries.refunds_payouts import payouts_in, refunds_of
from reports.queries.snapshot import snapshot
from reports.queries.trial_balance import trial_balance
from tests.factories import (
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.payouts.partners import pair
from tests.payments.payouts.stage import PAID_IBAN, RETURNED_IBAN, with_account
from tests.reports.conftest import NOVEMBER, Trade, on
from wallets.models import Account, Entry

BERLIN = "Europe/Berlin"
TO_NOW = days(datetime(2020, 1, 1, tzinfo=UTC).date(), datetime(2029, 12, 31, tzinfo=UTC).date(), BERLIN)


def balances(merchant: Any, period: Period) -> dict[str, tuple[int, int, int, int]]:
    (sheet,) = trial_balance(merchant, period)
    return {
        each.account.name.key: (each.opening_minor, each.debit_minor, each.credit_minor, each.closing_minor)
        for each in sheet.accounts
    }


def test_the_trial_balance_of_a_month(trade: Trade, django_assert_num_queries: Any) -> None:
    merchant = trade.shop.merchant
    with django_assert_num_queries(7):
        (sheet,) = trial_balance(merchant, NOVEMBER)
    found = balances(merchant, NOVEMBER)
    # A cake of 11.90 half refunded with its tip of 1.00; soup and tea refunded whole; a sale of 5.35 kept.
    assert found["EUR:tips"] == (0, 50, 100, 50)
    assert found["EUR:tax:DE:VAT:19.0000"] == (0, 95 + 57, 190 + 57, 95)
    assert found["EUR:tax:DE:VAT:7.0000"] == (0, 70, 70 + 35, 35)
    assert found["EUR:fees"][3] == 9
    assert sheet.is_zero
    assert sheet.closing_minor == sum(closing for *_, closing in found.values()) == 645 + 535
    assert {part.kind: part.amount_minor for part in sheet.others} == {"sale": -3252, "refund": 2072}
    for key, (opening, debit, credit, closing) in found.items():
        assert opening + credit - debit == closing, key


def test_a_balance_is_that_of_its_moment(trade: Trade) -> None:
    """Whatever is asked: the parts of time join, and the last ends at what the ledger keeps."""
    merchant = trade.shop.merchant
    cuts = [days(on(day).date(), on(day).date(), BERLIN) for day in range(1, 9)]
    last: dict[str, int] = {}
    for cut in cuts:
        for key, (opening, _, _, closing) in balances(merchant, cut).items():
            assert opening == last.get(key, 0), (cut.label, key)
            last[key] = closing
    kept = {
        account.code.removeprefix(f"merchant:{merchant.pk}:"): account.balance_minor
        for account in Account.objects.filter(code__startswith=f"merchant:{merchant.pk}:")
    }
    assert {key: last[key] for key in kept} == kept
    assert last == {key: closing for key, (*_, closing) in balances(merchant, TO_NOW).items()}


@pytest.mark.django_db(transaction=True)
def test_a_partners_lane_empties_what_was_set_aside() -> None:
    """The journal that does is the partner's: without it the balances would not end where the ledger is."""
    shop, partner = pair()
    pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 20_000}), happened_at=on(3))
    settle_all()
    aside = balances(shop.merchant, TO_NOW)["EUR:split_due"]
    assert aside == (0, 0, 298, 298)
    share_out()
    assert balances(shop.merchant, TO_NOW)["EUR:split_due"] == (0, 298, 298, 0)
    for merchant in (shop.merchant, partner.merchant):
        (sheet,) = trial_balance(merchant, TO_NOW)
        assert sheet.is_zero
        for each in sheet.accounts:
            rows = Entry.objects.filter(account=each.account.id).values_list("amount_minor", flat=True)
            assert each.closing_minor == sum(rows), each.account.name.key
        assert sheet.closing_minor + sum(part.amount_minor for part in sheet.others) == 0


def test_movements_are_those_of_the_exports(trade: Trade) -> None:
    merchant = trade.shop.merchant
    with snapshot() as cursor:
        moved: list[Movement] = movements_of(cursor, merchant.pk, NOVEMBER)
    by_kind: dict[str, int] = {}
    for each in moved:
        by_kind[each.account] = by_kind.get(each.account, 0) + each.amount_minor
    (sheet,) = trial_balance(merchant, NOVEMBER)
    told: dict[str, int] = {}
    for figures in sheet.accounts:
        kind = figures.account.name.kind
        told[kind] = told.get(kind, 0) + figures.credit_minor - figures.debit_minor
    assert told == by_kind


def test_only_the_clients_own_accounts_have_a_name(trade: Trade) -> None:
    other = make_shop(trade_name="Tea house")
    pay(make_static_code(other), trade.payer, 500, happened_at=on(9))
    settle_all()
    with snapshot() as cursor:
        mine = {each.id for each in accounts_of(cursor, trade.shop.merchant.pk)}
        theirs = {each.id for each in accounts_of(cursor, other.merchant.pk)}
    assert mine and theirs and not mine & theirs
    codes = set(Account.objects.filter(pk__in=mine).values_list("code", flat=True))
    assert all(str(trade.shop.merchant.pk) in code for code in codes)
    assert [each.key for each in accounts_in(other.merchant)] == [
        "EUR:payable",
        "EUR:tax:DE:VAT:19.0000",
        "EUR:fees",
    ]


def test_an_account_line_by_line(trade: Trade, desk: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):
        book = account_book(trade.shop.merchant, NOVEMBER, "EUR:tips", Turn())
    assert book is not None
    rows = [(line.kind, line.amount_minor, line.balance_minor) for line in book.lines.rows]
    assert rows == [("sale", 100, 100), ("refund", -50, 50)]
    receipts = dict(Receipt.objects.values_list("journal", "number"))
    assert [line.receipt_no for line in book.lines.rows] == [
        receipts[line.journal] for line in book.lines.rows
    ]
    assert account_book(trade.shop.merchant, NOVEMBER, "EUR:payable:x", Turn()) is None
    text = desk.get(
        f"/books/{trade.shop.merchant.pk}/ledger/?period=2026-11&account=EUR:tips"
    ).content.decode()
    for line in book.lines.rows:
        assert f"/journals/{line.journal}/?period=2026-11" in text
        assert f'href="/receipts/{line.receipt}/"' in text


def test_a_long_account_is_turned_by_key(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.core.paging.ROWS_A_PAGE", 2)
    merchant = trade.shop.merchant
    seen, turn = [], Turn()
    while True:
        book = account_book(merchant, NOVEMBER, "EUR:payable", turn)
        assert book is not None
        assert len(book.lines.rows) <= 2
        seen += book.lines.rows
        if book.lines.after is None:
            break
        turn = read_turn(after=str(book.lines.after))
    assert len(seen) == 5
    balance = 0
    for line in seen:
        balance += line.amount_minor
        assert line.balance_minor == balance
    assert book.lines.before is not None
    earlier = account_book(merchant, NOVEMBER, "EUR:payable", read_turn(before=str(book.lines.before)))
    assert earlier is not None
    assert earlier.lines.rows == seen[2:4]
    assert ROWS_A_PAGE == 50


def test_a_journal_shows_its_side_and_nobody_elses(trade: Trade, desk: Client) -> None:
    journal = Payment.objects.get(pk=trade.cake.pk).journal
    assert journal is not None
    book = journal_book(trade.shop.merchant, journal)
    assert {name.key: amount for name, amount in book.entries} == {
        "EUR:payable": 1000 - 6, "EUR:tax:DE:VAT:19.0000": 190, "EUR:tips": 100, "EUR:fees": 6,
    }  # fmt: skip
    assert book.others == [("EUR", -1290)]
    text = desk.get(f"/books/{trade.shop.merchant.pk}/journals/{book.line.journal}/").content.decode()
    assert "Paid by customers" in text
    assert f'href="/receipts/{book.line.receipt}/"' in text
    wallet = str(trade.cake.wallet)
    for secret in (wallet, trade.payer.email, str(trade.payer.pk)):
        assert secret not in text


def test_another_shops_journal_is_no_journal(trade: Trade, desk: Client) -> None:
    other = make_shop(trade_name="Tea house")
    sale = pay(make_static_code(other), trade.payer, 500, happened_at=on(9))
    settle_all()
    journal = Payment.objects.get(pk=sale.pk).journal
    own = f"/books/{trade.shop.merchant.pk}"
    theirs = desk.get(f"{own}/journals/{journal}/")
    none = desk.get(f"{own}/journals/{trade.shop.merchant.pk}/")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content
    top_up = Entry.objects.exclude(journal__kind__in=["sale", "refund"]).values_list("journal", flat=True)[0]
    assert desk.get(f"{own}/journals/{top_up}/").status_code == 404
    wallet = Account.objects.get(code__startswith="customer:", shard_key=trade.cake.wallet)
    assert desk.get(f"{own}/ledger/?account={wallet.code}").status_code == 404
    assert desk.get(f"{own}/ledger/?account=EUR:cash:sandbox").status_code == 404


def test_refunds_of_a_month(trade: Trade, desk: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(6):
        page, (total,) = refunds_of(trade.shop.merchant, NOVEMBER, Turn())
    assert [(row.amount_minor, row.tax_minor, row.tip_minor, row.reason) for row in page.rows] == [
        (645, 95, 50, "Cold"), (1427, 127, 0, ""),
    ]  # fmt: skip
    numbers = {r.payment_id: r.number for r in Receipt.objects.filter(kind="sale")}
    assert [row.corrects for row in page.rows] == [numbers[trade.cake.pk], numbers[trade.order.pk]]
    assert (total.refunds, total.amount_minor, total.net_minor) == (2, 2072, 2072 - 222 - 50)
    text = desk.get(f"/books/{trade.shop.merchant.pk}/refunds/?period=2026-11").content.decode()
    assert "Cold" in text and "2 refunds in all" in text and ">20.72" in text
    assert (
        "Nothing went back"
        in desk.get(f"/books/{trade.shop.merchant.pk}/refunds/?period=2026-08").content.decode()
    )


def test_fees_and_tips_of_a_month(trade: Trade, desk: Client) -> None:
    books = f"/books/{trade.shop.merchant.pk}/"
    tips = desk.get(f"{books}tips/?period=2026-11").content.decode()
    assert [f in tips for f in ("<b>1.00</b>", "<b>−0.50</b>", "<b>0.50</b>")] == [True] * 3
    fees = desk.get(f"{books}fees/?period=2026-11").content.decode()
    assert "<b>0.09</b>" in fees
    assert "No fee was charged" in desk.get(f"{books}fees/?period=2026-08").content.decode()
    assert "No tip was given" in desk.get(f"{books}tips/?period=2026-11&currency=USD").content.decode()


def test_payouts_with_their_accounts(trade: Trade, desk: Client) -> None:
    shop = trade.shop
    for iban, day in ((PAID_IBAN, 20), (RETURNED_IBAN, 21)):
        with_account(shop, iban)
        pay_out(
            actor=shop.owner, merchant_id=shop.merchant.pk, key=iban, amount_minor=500, happened_at=on(day)
        )
        carry_payouts()
        carry_payouts()
    assert set(Payout.objects.values_list("state", flat=True)) == {"paid", "returned"}
    page, (total,) = payouts_in(shop.merchant, TO_NOW, Turn())
    assert [(row.kind, row.amount_minor) for row in page.rows] == [
        ("payout", 500), ("payout", 500), ("payout_returned", -500),
    ]  # fmt: skip
    assert (total.sent_minor, total.returned_minor, total.net_minor) == (1000, 500, 500)
    assert all(sum(minor for _, minor in row.parts) == 500 for row in page.rows)
    (sheet,) = trial_balance(shop.merchant, TO_NOW)
    assert sheet.is_zero
    text = desk.get(f"/books/{shop.merchant.pk}/payouts/?period={TO_NOW.label}").content.decode()
    assert "Payout returned" in text


def test_december_begins_where_november_ends(trade: Trade) -> None:
    merchant = trade.shop.merchant
    november = balances(merchant, NOVEMBER)
    december = balances(merchant, month(2026, 12, BERLIN))
    assert {key: row[0] for key, row in december.items()} == {key: row[3] for key, row in november.items()}
