"""A receipt at the counter: on the roll of a receipt printer, or as a code that the customer scans.

It stands under a till and under the shop, like the payment it belongs to, for the same people. The page is
drawn for paper of 58 and of 80 mm; which of the two is remembered by the device (roll.js), not by us.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from base.core.errors import Refused
from merchants.core.roles import Action
from payments.flows.mail_receipt import mail_receipt
from payments.models import Receipt
from payments.papers.code import draw_code
from payments.papers.receipt_text import receipt_text
from payments.queries.receipts import receipt_link, receipt_of, sale_receipt_of
from payments.queries.signatures import signature_of
from payments.web.charge_form import new_key, sent_key
from payments.web.payments import PLACES, Place
from payments.web.receipts import body_of
from payments.web.signed_in import SignedIn

WIDTHS = ("58", "80")
ADDRESS_LENGTH = 254
SENT = "The receipt is on its way. Its address is deleted a day after it has gone."


@login_required
@require_safe
def newest(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID) -> HttpResponse:
    """The receipt of a sale just made: the page waits the second or two until it has its number."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.SEE_SALES)
    found = sale_receipt_of(place.payment)
    if found is not None:
        return redirect(place.url("receipt", found.pk))
    return render(request, "payments/counter_wait.html", place.context())


@login_required
@require_safe
def receipt(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID, receipt_id: UUID) -> HttpResponse:
    """The paper as it will be printed, and its code big enough for a phone across the counter."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.SEE_SALES)
    return _page(request, place, receipt_of(place.payment, receipt_id))


@login_required
@require_POST
def mail(request: SignedIn, kind: str, place_id: UUID, payment_id: UUID, receipt_id: UUID) -> HttpResponse:
    """Send it to the address that was typed; for those who may charge here."""
    place = PLACES[kind](request.user, place_id, payment_id, Action.CHARGE)
    found = receipt_of(place.payment, receipt_id)
    try:
        mail_receipt(
            actor=request.user,
            receipt_id=found.pk,
            to=request.POST.get("to", "")[:ADDRESS_LENGTH],
            key=sent_key(request),
        )
    except Refused as no:
        if no.status == 404:
            raise
        return _page(request, place, found, no=no)
    messages.success(request, SENT)
    return redirect(place.url("receipt", found.pk))


def _page(request: SignedIn, place: Place, found: Receipt, *, no: Refused | None = None) -> HttpResponse:
    """no: why a mail was not sent; the address stays in its field, and the next one goes under a new key."""
    width = request.GET.get("width", "")
    context = {
        "receipt": found,
        "text": receipt_text(body_of(found)),
        "code": draw_code(receipt_link(found)),
        "signed": signature_of(found).short,
        "width": width if width in WIDTHS else WIDTHS[-1],
        "widths": WIDTHS,
        "may_mail": place.may_charge,
        "mail_url": place.url("receipt_mail", found.pk),
        "no": no,
        "to": request.POST.get("to", "")[:ADDRESS_LENGTH] if no else "",
        "key": sent_key(request) if no and no.code == "still_working" else new_key(),
    }
    page = place.context() | context
    return render(request, "payments/counter_receipt.html", page, status=no.status if no else 200)
