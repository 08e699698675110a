"""A receipt as page and as PDF, for its payer and for those of the shop who may see its sales."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments import queries
from payments.models import Receipt
from payments.papers.receipt_pdf import receipt_pdf
from payments.papers.receipt_text import receipt_text
from payments.web.signed_in import SignedIn


@login_required
@require_safe
def receipt(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    found, body = _receipt(request, receipt_id)
    context = {
        "receipt": found,
        "text": receipt_text(body),
        "is_mine": found.payment.person_id == request.user.pk,
    }
    return render(request, "payments/receipt.html", context)


@login_required
@require_safe
def pdf(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    _, body = _receipt(request, receipt_id)
    answer = HttpResponse(receipt_pdf(body), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{body["number"]}.pdf"'
    return answer


def _receipt(request: SignedIn, receipt_id: UUID) -> tuple[Receipt, dict[str, Any]]:
    found = queries.receipt_for(request.user, receipt_id)
    return found, json.loads(found.body)
