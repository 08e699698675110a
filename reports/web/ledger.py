"""The ledger's pages of one client: trial balance, an account's lines, one journal, lists drawn from them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from merchants.core.roles import Action, allowed
from merchants.queries import not_found
from reports.core.paging import Turn, read_turn
from reports.queries.general_ledger import AccountBook, account_book, accounts_in, journal_book
from reports.queries.refunds_payouts import payouts_in, refunds_of
from reports.queries.trial_balance import trial_balance
from reports.web.journal_words import SOLD, account_sheet, journal_sheet, trial_sheet
from reports.web.picker import Desk, open_desk
from reports.web.signed_in import SignedIn


@require_safe
@login_required
def trial(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    sheets = [trial_sheet(each) for each in trial_balance(desk.merchant, desk.period)]
    return render(request, "reports/trial.html", desk.context("trial", sheets=sheets))


@require_safe
@login_required
def ledger(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """The chart, or one account of it."""
    desk = open_desk(request, merchant_id, keep=["account"])
    asked = request.GET.get("account", "")
    if not asked:
        chart = accounts_in(desk.merchant)
        return render(request, "reports/chart.html", desk.context("ledger", accounts=chart))
    book = account_book(desk.merchant, desk.period, asked, _turn(request))
    if book is None:
        raise not_found()
    return render(request, "reports/account.html", desk.context("ledger", **account_sheet(book)))


@require_safe
@login_required
def journal(request: SignedIn, merchant_id: UUID, journal_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    book = journal_book(desk.merchant, journal_id)
    sees_payouts = allowed(desk.role, Action.SEE_PAYOUTS)
    context = desk.context("ledger", **journal_sheet(book, sees_payouts=sees_payouts))
    return render(request, "reports/journal.html", context)


@require_safe
@login_required
def fees(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    return _of_kind(request, merchant_id, "fees")


@require_safe
@login_required
def tips(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    return _of_kind(request, merchant_id, "tips")


@require_safe
@login_required
def refunds(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    page, sums = refunds_of(desk.merchant, desk.period, _turn(request))
    return render(request, "reports/refunds.html", desk.context("refunds", page=page, sums=sums))


@require_safe
@login_required
def payouts(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    desk = open_desk(request, merchant_id)
    if not allowed(desk.role, Action.SEE_PAYOUTS):
        raise not_found()
    page, sums = payouts_in(desk.merchant, desk.period, _turn(request))
    return render(request, "reports/payouts.html", desk.context("payouts", page=page, sums=sums))


def _of_kind(request: SignedIn, merchant_id: UUID, kind: str) -> HttpResponse:
    """What sales and refunds booked on the fees or the tips, in the client's currency or another."""
    desk = open_desk(request, merchant_id, keep=["currency"])
    currency = request.GET.get("currency", desk.merchant.currency)
    book = _book(desk, f"{currency}:{kind}", _turn(request))
    sheet = account_sheet(book) if book else {"currency": currency}
    return render(request, "reports/of_kind.html", desk.context(kind, kind=kind, **sheet))


def _book(desk: Desk, account: str, turn: Turn) -> AccountBook | None:
    return account_book(desk.merchant, desk.period, account, turn, SOLD)


def _turn(request: SignedIn) -> Turn:
    return read_turn(request.GET.get("after", ""), request.GET.get("before", ""))
