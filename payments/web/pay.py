"""The pay page: who is paid, how much, yes or no. Every answer leads back to it or to the paid page.

Nothing moves before the PIN; a refused yes comes back on the page with its status and what to do.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import QrCode
from merchants.queries import token_of
from payments import queries
from payments.flows.cancel_session import cancel_session
from payments.flows.choose_wallet import choose_wallet
from payments.flows.claim_session import claim_session
from payments.flows.confirm import confirm as flow_confirm
from payments.flows.keep_open import keep_open
from payments.flows.open_session import already_paid
from payments.flows.report_wrong_shop import report_wrong_shop
from payments.flows.set_amount import set_amount
from payments.models import Session
from payments.queries.floor import pushed_order
from payments.queries.till import sale_of_code
from payments.web.amounts import AmountForm
from payments.web.pay_page import next_step, sale_context, shop_context
from payments.web.pay_quote import fresh_quote
from payments.web.scan import scanned_here


@require_safe
def pay(request: HttpRequest, session_id: UUID) -> HttpResponse:
    return _show(request, session_id)


@require_POST
def amount(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Set what the payer typed; back to the page with lines and total."""
    session = _open_session(request, session_id)
    sale_minor = 0
    if session.code.kind == QrCode.Kind.ONE_TIME:
        sale_minor = queries.quote_of(session, at=database_now()).sale.gross_minor
    form = AmountForm(request.POST, code=session.code, sale_minor=sale_minor)
    if not form.is_valid():
        return _show(request, session_id, form=form)
    said = form.cleaned_data
    try:
        set_amount(session_id=session_id, typed_minor=said["typed_minor"], tip_minor=said["tip_minor"])
    except Refused as no:
        if no.status != 400:
            raise
        form.add_error(None, no.message)
        return _show(request, session_id, form=form)
    return redirect("payments:pay", session_id)


@require_POST
def confirm(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The yes. A double tap, a reload and a retried POST are one payment."""
    if request.user.pk is None:
        return redirect("payments:pay", session_id)
    try:
        payment = flow_confirm(
            session_id=session_id,
            person_id=request.user.pk,
            confirmation=request.POST.get("confirmation", ""),
            pin=request.POST.get("pin", ""),
        )
    except Refused as no:
        # Shown only to whom the scan belongs: for anybody else `_show` finds nothing.
        return _show(request, session_id, no=no)
    return HttpResponseRedirect(reverse("payments:paid", args=[payment.pk]))


@require_POST
def wallet(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Pay from the wallet of this currency: the page shows its rate, which is held for a minute."""
    if request.user.pk is None:
        return redirect("payments:pay", session_id)
    currency = request.POST.get("currency", "")
    try:
        choose_wallet(session_id=session_id, person_id=request.user.pk, currency=currency)
    except Refused as no:
        if no.status == 404:
            raise
        return _show(request, session_id, no=no)
    return redirect("payments:pay", session_id)


@require_POST
def away(request: HttpRequest, session_id: UUID, to: str) -> HttpResponse:
    """Leave for sign-in, sign-up, PIN or top-up: the scan and its code wait meanwhile."""
    session = _open_session(request, session_id)
    keep_open(session_id=session_id)
    back = reverse("payments:pay", args=[session_id])
    if to in {"account_login", "account_signup"}:
        request.session["back_to"] = back
        return redirect(to)
    more = {"next": back}
    if to == "wallets:top_up":
        now = database_now()
        quote = queries.quote_of(session, at=now)
        step = next_step(quote, request.user.pk, at=now)
        if not step.missing_minor:
            return redirect(back)
        more = {"currency": quote.currency, "amount_minor": str(step.missing_minor), **more}
    return redirect(f"{reverse(to)}?{urlencode(more)}")


@require_POST
def say_no(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Do not pay: the till that asked hears it, and the order stays payable by others."""
    session = _session(request, session_id)
    if cancel_session(session_id=session.pk):
        messages.info(request, _("You said no. Nothing was taken."))
    return redirect("payments:wallet" if request.user.pk else "home")


@require_http_methods(["GET", "HEAD", "POST"])
def not_my_shop(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End a scan that leads to another shop than the one the payer stands in, and say what to do."""
    session = _session(request, session_id)
    if request.method == "POST":
        report_wrong_shop(session_id=session_id)
        return redirect("payments:not_my_shop", session_id)
    if session.state != Session.State.CANCELLED:
        return redirect("payments:pay", session_id)
    return render(request, "payments/not_my_shop.html", {"payee": shop_context(session)["payee"]})


def _show(
    request: HttpRequest, session_id: UUID, *, form: AmountForm | None = None, no: Refused | None = None
) -> HttpResponse:
    """The page as the session stands; form, no: what was wrong with what was just sent."""
    session = _session(request, session_id)
    if session.state == Session.State.CONFIRMED:
        return redirect("payments:paid", session.payment.pk)
    paid = queries.payer_of_code(session.code_id)
    if paid is not None and paid[1] == request.user.pk:
        return redirect("payments:paid", paid[0])
    _check_open(session, paid)
    now = database_now()
    asks_amount = session.code.kind == QrCode.Kind.STATIC and (
        session.typed_minor is None or form is not None or "change" in request.GET
    )
    if asks_amount:
        queries.check_payable(session.code, at=now)
        context = shop_context(session) | {"form": form or AmountForm.filled(session)}
        context |= _order_beside(session, now)
    else:
        fresh = fresh_quote(session, person_id=request.user.pk)
        context = sale_context(fresh, person_id=request.user.pk, no=no)
        context |= {"tip_form": form} if form else {}
    status = no.status if no else 400 if form else 200
    page = "payments/pay_amount.html" if asks_amount else "payments/pay.html"
    return render(request, page, {"session": session, **context}, status=status)


@require_safe
def state(request: HttpRequest, session_id: UUID) -> JsonResponse:
    """What the page asks every few seconds: whether it is still what it was drawn as."""
    session = _session(request, session_id)
    answer = JsonResponse({"code": str(session.code_id), "open": session.state == Session.State.OPEN})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def own_amount(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The order on the printed code is another customer's: scan the code for itself."""
    session = _session(request, session_id)
    if session.scanned is None:
        return redirect("payments:pay", session_id)
    return redirect(f"{reverse('payments:scan', args=[token_of(session.scanned)])}?own=1")


def _order_beside(session: Session, now: datetime) -> dict[str, Any]:
    """The order that the shop has put on this printed code since it was scanned; it may be another's."""
    order = pushed_order(session.code_id, at=now)
    if order is None or session.typed_minor is not None:
        return {}
    return {
        "order_minor": sale_of_code(order).gross_minor,
        "order_url": reverse("payments:scan", args=[token_of(session.code)]),
    }


def _session(request: HttpRequest, session_id: UUID) -> Session:
    """The session, if it is this person's or this browser's scan; a scan becomes the person's here."""
    person_id, scanned = request.user.pk, scanned_here(request, session_id)
    session = queries.session_for(session_id, person_id=person_id, scanned=scanned)
    if person_id is not None and session.person_id is None:
        claim_session(session_id=session_id, person_id=person_id)
        session.person_id = person_id
    return session


def _open_session(request: HttpRequest, session_id: UUID) -> Session:
    session = _session(request, session_id)
    _check_open(session, queries.payer_of_code(session.code_id))
    return session


def _check_open(session: Session, paid: tuple[UUID, UUID] | None) -> None:
    """Refuse a page whose code another has paid, or whose own time is over."""
    if paid is not None:
        raise already_paid(session.code, mine=False, payment=paid[0])
    if session.state != Session.State.OPEN or session.expires_at <= database_now():
        again = reverse("payments:scan", args=[token_of(session.scanned or session.code)])
        raise Refused("session_closed", "This page has run out. Nothing was taken.", status=409, again=again)
