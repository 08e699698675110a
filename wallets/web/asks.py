"""Ask for money and pay an ask. The link shows who asks, how much and what for, to whoever has it."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from base.core.errors import Refused
from base.ids import database_now
from people.queries import display_name, pin_state
from wallets import queries
from wallets.core.money_text import display_with_code
from wallets.flows.ask import ask as flow_ask
from wallets.flows.end_ask import end_ask as flow_end_ask
from wallets.flows.pay_ask import pay_ask
from wallets.models import Ask
from wallets.web.order_forms import AskForm, YesForm
from wallets.web.quick import USUAL_CURRENCIES, quick_currencies
from wallets.web.steps import Said, SignedIn, say_yes

METHODS = ["GET", "HEAD", "POST"]
KINDS = {"open": "info", "paid": "paid", "declined": "danger", "cancelled": "plain", "expired": "plain"}


@login_required
@require_http_methods(METHODS)
def request_money(request: SignedIn) -> HttpResponse:
    owned = [each.currency for each in queries.balances_of(request.user.pk)]
    currencies = quick_currencies(owned[0] if owned else USUAL_CURRENCIES[0], owned)
    form = AskForm(request.POST or None, currencies=currencies, initial={"key": uuid4()})
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            asked = flow_ask(
                person_id=request.user.pk,
                currency=said["currency"],
                amount_minor=said["amount_minor"],
                note=said["note"],
                key=str(said["key"]),
            )
        except Refused as no:
            form.add_error(None, no.message)
            status = HTTPStatus(no.status)
        else:
            return redirect("wallets:ask", asked.token)
    elif form.is_bound:
        status = HTTPStatus.BAD_REQUEST
    context = {
        "form": form,
        "named": bool(display_name(request.user.pk)),
        "asks": [_shown(each) for each in queries.asks_of(request.user.pk)],
    }
    return render(request, "wallets/request.html", context, status=status)


@login_required
@require_http_methods(METHODS)
def ask(request: SignedIn, token: str) -> HttpResponse:
    """For who asked: the link and its state. For everybody else who has it: pay with the PIN, or say no."""
    asked = queries.ask_of_link(token)
    context = _shown(asked) | {"pin": pin_state(request.user.pk)}
    if asked.wallet.owner_id == request.user.pk:
        context["link"] = settings.BASE_URL + reverse("wallets:ask", args=[token])
        return render(request, "wallets/ask_own.html", context)

    def act(yes: Said) -> HttpResponse:
        sent = pay_ask(person_id=request.user.pk, token=token, pin=yes["pin"], key=str(yes["key"]))
        amount = display_with_code(sent.amount_minor, sent.currency)
        name = asked.wallet.owner.name
        messages.success(request, _("%(amount)s went to %(name)s.") % {"amount": amount, "name": name})
        return redirect("payments:wallet")

    shown: Said = {"yes": YesForm.fresh()}
    if request.method == "POST":
        answer, shown = say_yes(request, act)
        if answer is not None:
            return answer
        context |= _shown(queries.ask_of_link(token))
    status = shown.pop("status", HTTPStatus.OK)
    return render(request, "wallets/ask.html", context | shown, status=status)


@login_required
@require_POST
def end_ask(request: SignedIn, token: str) -> HttpResponse:
    state = flow_end_ask(person_id=request.user.pk, token=token)
    messages.info(request, _("This request is %(state)s.") % {"state": state})
    return redirect("wallets:ask", token)


def _shown(asked: Ask) -> dict[str, Any]:
    """An ask as a page shows it: one whose time is over says so before the sweep has come."""
    late = asked.state == Ask.State.OPEN and asked.expires_at <= database_now()
    state = Ask.State.EXPIRED.value if late else asked.state
    return {"ask": asked, "state": state, "kind": KINDS[state], "is_open": state == Ask.State.OPEN}
