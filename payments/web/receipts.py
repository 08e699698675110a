"""A receipt as page and as PDF, for its payer and for those of the shop who may see its sales."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from base.core.errors import Refused
from payments import queries
from payments.flows.mail_receipt import mail_receipt
from payments.models import Receipt
from payments.papers.code import draw_code
from payments.papers.receipt_pdf import receipt_pdf
from payments.papers.receipt_text import receipt_text
from payments.queries.receipts import receipt_link
from payments.queries.signatures import signature_of
from payments.web.charge_form import new_key, sent_key
from payments.web.signed_in import SignedIn


@login_required
@require_safe
def receipt(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    found = queries.receipt_for(request.user, receipt_id)
    context = {
        "receipt": found,
        "text": receipt_text(body_of(found)),
        "code": draw_code(receipt_link(found)),
        "signed": signature_of(found).short,
        "is_mine": found.payment.person_id == request.user.pk,
        "key": new_key(),
    }
    return render(request, "payments/receipt.html", context)


@login_required
@require_safe
def pdf(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    return pdf_answer(queries.receipt_for(request.user, receipt_id))


@login_required
@require_POST
def mail(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    """The payer has the own receipt sent to the own address."""
    found = queries.receipt_for(request.user, receipt_id)
    if found.payment.person_id != request.user.pk:
        raise Refused("not_found", queries.NOT_FOUND, status=404)
    try:
        mail_receipt(
            actor=request.user,
            receipt_id=found.pk,
            to=request.user.email,
            key=sent_key(request),
        )
        messages.success(request, _("The receipt is on its way to your address."))
    except Refused as no:
        messages.error(request, no.message)
    return redirect("payments:receipt", found.pk)


def pdf_answer(found: Receipt) -> HttpResponse:
    """The paper as a file, with its code."""
    content = receipt_pdf(body_of(found), receipt_link(found), signed=signature_of(found).short)
    disposition = f'inline; filename="receipt-{found.number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def body_of(found: Receipt) -> dict[str, Any]:
    """What the paper says (`payments.core.receipt`)."""
    body: dict[str, Any] = json.loads(found.body)
    return body
