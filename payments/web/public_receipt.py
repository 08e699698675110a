"""The door behind a receipt's code, open to whoever holds the paper: its true state, and what it says.

No sign-in, no payer, nothing that the paper does not show; never cached, never listed by a search engine. A
wrong token is answered before the database is asked, as at the door of printed codes.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from base.ids import database_now
from payments.models import Receipt
from payments.papers.code import draw_code
from payments.papers.receipt_text import receipt_text
from payments.queries.receipts import ReceiptState, desk_of, read_receipt_token, receipt_link
from payments.queries.signatures import signature_of
from payments.web.receipts import body_of, pdf_answer
from people.models import User

# The address is the key to the paper: it goes to no search engine and to no other site.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


@require_safe
def public_receipt(request: HttpRequest, token: str) -> HttpResponse:
    found = read_receipt_token(token)
    context = {
        "state": ReceiptState(found, database_now()),
        "text": receipt_text(body_of(found)),
        "code": draw_code(receipt_link(found)),
        "signed": signature_of(found).short,
        "token": token,
        "desk_url": _desk_url(request, found),
    }
    return private(render(request, "payments/public_receipt.html", context))


@require_safe
def public_pdf(request: HttpRequest, token: str) -> HttpResponse:
    return private(pdf_answer(read_receipt_token(token)))


def private(answer: HttpResponse) -> HttpResponse:
    """An answer that no search engine keeps and that tells no other site its address."""
    for name, value in PRIVATE.items():
        answer[name] = value
    return answer


def _desk_url(request: HttpRequest, found: Receipt) -> str:
    """For people of this very shop: the payment at their desk or till; "" for everybody else."""
    place = desk_of(request.user, found) if isinstance(request.user, User) else None
    if place is None:
        return ""
    kind, place_id = place
    return reverse(f"payments:{kind}_payment", args=[place_id, found.payment_id])
