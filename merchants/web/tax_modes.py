"""What happens with the tax of one place until it is filed: asked first, then changed, by owners only."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from merchants.core.roles import Action
from merchants.flows.set_tax_mode import set_tax_mode
from merchants.queries import shop_for, tax_place_of
from merchants.web.frame import SignedIn, shop_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tax_mode(request: SignedIn, merchant_id: UUID, place: str) -> HttpResponse:
    """The page says what the other mode means; the yes names it, so that a second tap changes nothing."""
    merchant = shop_for(request.user, merchant_id, Action.PAY_OUT)
    found = tax_place_of(merchant, place)
    if request.method == "POST":
        set_tax_mode(
            actor_id=request.user.pk, merchant_id=merchant.pk, place=place, mode=request.POST.get("mode", "")
        )
        messages.success(request, f"Saved for {found.name}. All owners get a mail.")
        return redirect("merchants:tax", merchant.pk)
    return shop_page(request, merchant, "tax_mode.html", here="tax", place=found)
