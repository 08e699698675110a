"""What the counter asks for beside its page: the sum of a basket, pictures of items, a code once more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.flows.create_qr import MAX_LINES
from merchants.models import Till
from merchants.queries import check_open, items_at_till, offers_today, picture_of, till_for
from payments.flows.charge_again import charge_again
from payments.queries.basket import sum_of_basket
from payments.web.charge_form import ChargeForm
from payments.web.signed_in import SignedIn
from taxes.queries import CategoryOnOffer

# Without scripts each item is a field, and Django takes 400 of them; the search finds the others.
PLAIN_ITEMS = 200


def counter_of(
    found: Till, offers: Sequence[CategoryOnOffer], form: ChargeForm | None, *, find: str
) -> dict[str, Any]:
    """The items that a counter page shows, and the lines that come back on a refused one; one query."""
    sent = form.data if form is not None and isinstance(form.data, QueryDict) else QueryDict()
    items = items_at_till(found, {offer.code for offer in offers}, find=find) if offers else []
    pieces = {name.split(":")[1]: value for name, value in sent.items() if name.count(":") == 2}
    return {
        "items": [{"item": item, "pieces": pieces.get(str(item.pk), "")} for item in items],
        "plain_items": PLAIN_ITEMS,
        "find": find,
        "sent_lines": sent.getlist("line"),
        "most_lines": MAX_LINES,
    }


def offers_of(found: Till) -> tuple[list[CategoryOnOffer], Refused | None]:
    """What can be charged here today; or why nothing can, in words for the page."""
    try:
        check_open(found.branch.merchant)
        return offers_today(found.branch), None
    except Refused as no:
        return [], no


@login_required
@require_POST
def basket_sum(request: SignedIn, till_id: UUID) -> HttpResponse:
    """What the basket costs, as JSON: {"total", "tax", "discount"} in minor units, or what stands against it.

    That is {"no"[, "prices", "gone"]}. Nothing is written. A basket that is not whole yet (half an amount) is
    answered 400.
    """
    found = till_for(request.user, till_id, Action.CHARGE)
    offers, closed = offers_of(found)
    form = ChargeForm(request.POST, offers=offers, currency=found.branch.merchant.currency)
    if closed is not None or not form.is_valid():
        return JsonResponse({"no": closed.message if closed else _first_error(form)}, status=400)
    try:
        cost = sum_of_basket(found, form.cleaned_data["basket"], offers)
    except Refused as no:
        told = {"no": no.message, "prices": no.facts.get("prices", {}), "gone": no.facts.get("item", "")}
        return JsonResponse(told, status=no.status)
    sums = {
        "total": cost.sale.gross_minor,
        "tax": cost.sale.tax_minor,
        "discount": cost.discount_minor,
    }
    return JsonResponse(sums)


@login_required
@require_safe
def item_picture(request: SignedIn, till_id: UUID, item_id: UUID) -> HttpResponse:
    """An item's picture for whoever may charge at this till."""
    till_for(request.user, till_id, Action.CHARGE)
    return HttpResponse(
        picture_of(request.user, item_id, Action.CHARGE),
        content_type="image/png",
        # The address names the bytes, so this browser may keep them; nobody between may.
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )


@login_required
@require_POST
def again(request: SignedIn, till_id: UUID, code_id: UUID) -> HttpResponse:
    """The same order under a new code; what stands against it is said on the old one's page."""
    try:
        code_id = charge_again(actor=request.user, till_id=till_id, code_id=code_id).pk
    except Refused as no:
        if no.status == 404:
            raise
        messages.warning(request, no.message)
    return redirect("payments:till_code", till_id, code_id)


def _first_error(form: ChargeForm) -> str:
    return str(next(iter(form.errors.values()))[0])
