"""A receipt as a file that verifies without us, and the public keys that it takes."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from payments import queries
from payments.models import Receipt
from payments.queries.receipts import read_receipt_token
from payments.queries.signatures import public_keys, signed_receipt
from payments.web.public_receipt import private
from payments.web.signed_in import SignedIn


@require_safe
@cache_control(public=True, max_age=3600)
def receipt_keys(request: HttpRequest) -> HttpResponse:
    """For everybody, and for their caches: keys are added, never taken away."""
    return JsonResponse(public_keys(), json_dumps_params={"indent": 2})


@login_required
@require_safe
def receipt_json(request: SignedIn, receipt_id: UUID) -> HttpResponse:
    """For the payer, and for those of the shop who may see its sales."""
    return _file(queries.receipt_for(request.user, receipt_id))


@require_safe
def public_json(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the paper."""
    return private(_file(read_receipt_token(token)))


def _file(found: Receipt) -> HttpResponse:
    answer = JsonResponse(signed_receipt(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{found.number}.json"'
    return answer
