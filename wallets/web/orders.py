"""Send and withdraw: fill in, read again, yes. Who has nothing to send is shown the top-up."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wallets import queries
from wallets.core.money_text import display_with_code
from wallets.flows.send import send as flow_send
from wallets.flows.withdraw import withdraw as flow_withdraw
from wallets.web.order_forms import LinkForm, NotedForm, WithdrawForm
from wallets.web.steps import Said, SignedIn, two_steps

METHODS = ["GET", "HEAD", "POST"]
STATES = {"paid": "paid", "returned": "danger", "ordered": "info", "sent": "info"}


@login_required
@require_http_methods(METHODS)
def send_start(request: SignedIn) -> HttpResponse:
    """To whom? By the other one's link: there is no search for people."""
    form = LinkForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return redirect("wallets:send_to", form.cleaned_data["token"])
    return render(request, "wallets/send_start.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def send_to(request: SignedIn, token: str) -> HttpResponse:
    receiver = queries.receiver_of(token)
    available = _available(request)

    def fill(said: QueryDict | None) -> NotedForm:
        return NotedForm(said, currencies=available, available=available)

    def act(said: Said, yes: Said) -> HttpResponse:
        sent = flow_send(
            person_id=request.user.pk,
            token=token,
            currency=said["currency"],
            amount_minor=said["amount_minor"],
            note=said["note"],
            pin=yes["pin"],
            key=str(yes["key"]),
        )
        amount = display_with_code(sent.amount_minor, sent.currency)
        messages.success(
            request, _("%(amount)s went to %(name)s.") % {"amount": amount, "name": receiver.name}
        )
        return redirect("payments:wallet")

    mine = receiver.person_id == request.user.pk
    context = {"receiver": receiver, "mine": mine, "available": available}
    pages = ("wallets/send.html", "wallets/send_confirm.html")
    return two_steps(request, fill=fill, act=act, pages=pages, context=context)


@login_required
@require_http_methods(METHODS)
def withdraw(request: SignedIn) -> HttpResponse:
    available = _available(request)

    def fill(said: QueryDict | None) -> WithdrawForm:
        return WithdrawForm(said, currencies=available, available=available)

    def act(said: Said, yes: Said) -> HttpResponse:
        row = flow_withdraw(
            person_id=request.user.pk,
            currency=said["currency"],
            amount_minor=said["amount_minor"],
            iban=said["iban"],
            pin=yes["pin"],
            key=str(yes["key"]),
        )
        amount = display_with_code(row.amount_minor, row.currency)
        messages.success(
            request, _("%(amount)s is on its way to %(to)s.") % {"amount": amount, "to": row.account_shown}
        )
        return redirect("wallets:withdraw")

    rows = [(row, STATES[row.state]) for row in queries.withdrawals_of(request.user.pk)]
    context = {"available": available, "withdrawals": rows}
    pages = ("wallets/withdraw.html", "wallets/withdraw_confirm.html")
    return two_steps(request, fill=fill, act=act, pages=pages, context=context)


def _available(request: SignedIn) -> dict[str, int]:
    """What may be sent, by currency; currencies without money are left out."""
    found = {each.currency: each.available_minor for each in queries.balances_of(request.user.pk)}
    return {currency: minor for currency, minor in found.items() if minor > 0}
