"""A shop's payouts: what can leave, the order with its yes, and each payout's own paper.

Owners order and read, accountants read; for everybody else there is nothing here.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.roles import Action
from merchants.models import Merchant
from payments.core.payouts import Part, minimum, take
from payments.flows.pay_out import pay_out
from payments.queries.payouts import check_may_pay_out, money_of, payout_for, payouts_of
from payments.queries.tax_releases import tax_releases_of
from payments.web.charge_form import new_key
from payments.web.payout_rows import PayoutRow, fenced_rows, part_rows, release_rows
from payments.web.sales import desk
from payments.web.signed_in import SignedIn
from wallets.core.money import format_minor, parse_amount

PAGE_SIZE = 25
RELEASES_SHOWN = 10


class PayoutForm(forms.Form):
    """amount: as typed, in the shop's currency. key: one key is one payout."""

    amount = forms.CharField(max_length=20)
    key = forms.CharField(max_length=40)


@login_required
@require_safe
def payouts(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    rows = payouts_of(request.user, merchant_id)
    merchant, context = _frame(request, merchant_id, Action.SEE_PAYOUTS)
    money = money_of(merchant)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "money": money,
        "account": shops.bank_account_of(merchant),
        "stopped": shops.payout_stop_of(merchant.pk),
        "all_of_it": format_minor(money.total_minor, money.currency),
        "enough": money.total_minor >= minimum(money.currency),
        "parts": part_rows(money.free),
        "fenced": fenced_rows(money.fenced),
        "releases": release_rows(tax_releases_of(request.user, merchant_id)[:RELEASES_SHOWN]),
        "page": page,
        "rows": [PayoutRow(payout) for payout in page],
    }
    return render(request, "payments/payouts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """Asked first, with the amount and the account; then ordered, once for one asking."""
    merchant, context = _frame(request, merchant_id, Action.PAY_OUT)
    try:
        if request.method == "POST":
            return _order(request, merchant)
        context |= _asked(merchant, request.GET.get("amount", ""))
    except Refused as no:
        if no.status in {403, 404}:
            raise
        context["no"] = no
    return render(request, "payments/payout_order.html", context, status=409 if "no" in context else 200)


@login_required
@require_safe
def payout(request: SignedIn, merchant_id: UUID, payout_id: UUID) -> HttpResponse:
    found = payout_for(request.user, merchant_id, payout_id)
    _, context = _frame(request, merchant_id, Action.SEE_PAYOUTS)
    context |= {"row": PayoutRow(found), "payout": found, "parts": part_rows(PayoutRow(found).parts)}
    return render(request, "payments/payout.html", context)


def _frame(request: SignedIn, merchant_id: UUID, action: Action) -> tuple[Merchant, dict[str, Any]]:
    merchant = shops.shop_for(request.user, merchant_id, action)
    role = shops.role_in(request.user, merchant)
    context = desk(merchant, role) | {"here": "payouts"}
    return merchant, context


def _asked(merchant: Merchant, typed: str) -> dict[str, Any]:
    """What would be done, as the page says it before the yes."""
    account, money = check_may_pay_out(merchant), money_of(merchant)
    amount_minor = parse_amount(typed.strip(), merchant.currency)
    parts: tuple[Part, ...] = take(money.free, merchant.currency, amount_minor=amount_minor)
    return {
        "amount": format_minor(amount_minor, merchant.currency),
        "amount_minor": amount_minor,
        "account": account,
        "parts": part_rows(parts),
        "key": new_key(),
    }


def _order(request: SignedIn, merchant: Merchant) -> HttpResponse:
    form = PayoutForm(request.POST)
    if not form.is_valid():
        raise Refused("amount_invalid", "Type an amount, please. Nothing was moved.")
    amount_minor = parse_amount(form.cleaned_data["amount"], merchant.currency)
    made = pay_out(
        actor=request.user, merchant_id=merchant.pk, key=form.cleaned_data["key"], amount_minor=amount_minor
    )
    messages.success(request, "Ordered. It leaves within a minute; the bank needs its own time.")
    return redirect("payments:payout", merchant.pk, made.pk)
