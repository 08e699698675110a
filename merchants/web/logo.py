"""The shop's logo: sent, looked at, replaced, taken away."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from merchants.core.roles import Action
from merchants.flows.remove_logo import remove_logo
from merchants.flows.set_logo import set_logo
from merchants.queries import (
    not_found,
    shop_for,
)
from merchants.queries.logos import logo_of
from merchants.web.frame import SignedIn, file_answer, shop_page, submitted


class LogoForm(forms.Form):
    """What a picture is, and how large it may be, is told by `merchants.core.picture`."""

    picture = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, at most 2 MB. A PNG with a transparent background looks best.",
    )


@login_required
def logo(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if request.method == "POST":
        saved = submitted(
            form,
            lambda data: set_logo(
                actor_id=request.user.pk, merchant_id=merchant.pk, content=data["picture"].read()
            ),
        )
        if saved:
            messages.success(request, "Saved. Sheets that you take from now on carry this logo.")
            return redirect("merchants:logo", merchant.pk)
    return shop_page(request, merchant, "logo.html", here="tax", form=form, logo=logo_of(merchant))


@login_required
@require_GET
def file(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """The picture as we keep it: a PNG that we made, never what was sent."""
    found = logo_of(shop_for(request.user, merchant_id, Action.MANAGE_SHOP), with_file=True)
    if found is None:
        raise not_found()
    return file_answer(bytes(found.content), "image/png", 'inline; filename="logo.png"')


@login_required
def remove(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """Asked first, then done."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    if request.method == "POST":
        if remove_logo(actor_id=request.user.pk, merchant_id=merchant.pk):
            messages.success(request, "The logo is removed. New sheets carry your trade name alone.")
        return redirect("merchants:logo", merchant.pk)
    found = logo_of(merchant)
    if found is None:
        return redirect("merchants:logo", merchant.pk)
    return shop_page(request, merchant, "remove_logo.html", here="tax", logo=found)
