"""A receipt at the counter: on the roll of a receipt printer, or as a code that the customer scans.

It stands under a till and under the shop, like the payment it belongs to, for the same people. The page is
drawn for paper of 58 and of 80 mm; which of the two is remembered by the device (roll.js), not by us.
"""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from merchants.core.roles import Action
from payments.papers.code import draw_code
from payments.papers.receipt_text import receipt_text
from payments.queries.receipts import receipt_link, receipt_of, sale_receipt_of
from payments.web.payments import PLACES
from payments.web.receipts import body_of
from payments.web.signed_in import SignedIn

WIDTHS = ("58", "80")


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
    found = receipt_of(place.payment, receipt_id)
    width = request.GET.get("width", "")
    context = {
        "receipt": found,
        "text": receipt_text(body_of(found)),
        "code": draw_code(receipt_link(found)),
        "width": width if width in WIDTHS else WIDTHS[-1],
        "widths": WIDTHS,
    }
    return render(request, "payments/counter_receipt.html", place.context() | context)
