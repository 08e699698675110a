"""The page after the yes: paid, to whom, how much, when; the receipt's link as soon as it is numbered."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments.models import Receipt
from payments.papers.exchange_text import exchange_text
from payments.papers.receipt_text import local_time
from payments.queries.paid import given_back, my_payment
from payments.web.screen_words import screen_words
from payments.web.signed_in import SignedIn


@login_required
@require_safe
def paid(request: SignedIn, payment_id: UUID) -> HttpResponse:
    payment = my_payment(request.user.pk, payment_id)
    zone = payment.branch.time_zone
    receipts = sorted(payment.receipts.all(), key=lambda receipt: receipt.number)
    paid = getattr(payment, "exchange", None)
    context = {
        "payment": payment,
        "exchange": exchange_text(paid.agreed, currency=payment.currency) if paid else None,
        "back_minor": given_back(payment),
        "when": local_time(payment.happened_at.astimezone(ZoneInfo(zone)), zone),
        "words": screen_words(
            payment.branch, order_id=payment.one_time_code_id, session_id=payment.session_id
        ),
        "receipt": next((each for each in receipts if each.kind == Receipt.Kind.SALE), None),
        "correction": next((each for each in receipts if each.kind == Receipt.Kind.CORRECTION), None),
        "refunds": [each for each in receipts if each.kind == Receipt.Kind.REFUND],
    }
    return render(request, "payments/paid.html", context)
