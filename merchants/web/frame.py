"""What the pages of this app share: the frame of a shop's desk, and how a form meets a flow.

A flow's expected no (400, 409, 422) becomes an error in the form, at the field it names; a 403 or 404
stays a page of its own.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from base.core.errors import Refused
from base.flows.once import Answer, once
from merchants.core.roles import Action, allowed
from merchants.models import Branch, Merchant
from merchants.queries import role_in
from merchants.sheets.base import Sheet
from people.models import User

T = TypeVar("T")


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User


class OnceForm(forms.Form):
    """A form that makes something: its hidden key lets a double tap or a resent page make it once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=lambda: secrets.token_urlsafe(16))

    def once(self, user: User, act: Callable[[], Answer]) -> Answer:
        """Do it under the form's key; the same form again gets the same answer."""
        asked = {name: str(value) for name, value in self.cleaned_data.items() if name != "key"}
        try:
            scope = f"{type(self).__name__}:{user.pk}"
            return once(scope=scope, key=self.cleaned_data["key"], request=asked, act=act)
        except Refused as no:
            if no.code == "still_working":
                raise  # nothing is known of the first copy yet: the same wish, under the same key
            # What is corrected and sent again is another wish, so it gets another key.
            assert isinstance(self.data, QueryDict), "a page sends a form"
            mended = self.data.copy()
            mended["key"] = secrets.token_urlsafe(16)
            self.data = mended
            if no.code == "key_reused":
                raise Refused(
                    no.code, "This was sent before. Send it again to make another one.", status=422
                ) from no
            raise


def submitted(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """What `act` gave for a valid form; None means: show the form again, it says why."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as no:
        if no.status in {403, 404}:
            raise
        field = no.facts.get("field")
        form.add_error(field if field in form.fields else None, no.message)
        return None


def shop_page(
    request: SignedIn, merchant: Merchant, template: str, *, here: str = "", **context: Any
) -> HttpResponse:
    """A page of a shop's desk. here: the place in the navigation; a form with errors answers 400."""
    role = role_in(request.user, merchant)
    form = context.get("form")
    context |= {
        "shop": merchant,
        "here": here,
        "role": role,
        "manages_staff": allowed(role, Action.MANAGE_STAFF),
        "pays_out": allowed(role, Action.PAY_OUT),
        "sees_payouts": allowed(role, Action.SEE_PAYOUTS),
    }
    return render(request, f"merchants/{template}", context, status=400 if form and form.errors else 200)


def first_a_rate(request: SignedIn, branch: Branch) -> HttpResponse:
    """To the shop's own rates: nothing can be sold at a branch where no rate is known."""
    messages.warning(request, "Enter your tax rate first: no rate is known here for what you sell.")
    return redirect("merchants:own_rates", branch.merchant_id)


def preview_answer(drawn: Sheet) -> HttpResponse:
    """A picture of what is not printed yet: asked for anew each time, because name and logo may change."""
    answer = file_answer(drawn.content, drawn.media_type, "inline")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def file_answer(content: bytes, media_type: str, disposition: str) -> HttpResponse:
    """A file that is kept, or drawn from a row: for this browser alone, as what it says it is."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=600",
        },
    )


def picture_answer(content: bytes) -> HttpResponse:
    """A PNG under an address that names its bytes, so this browser may keep it; nobody between may."""
    return HttpResponse(
        content,
        content_type="image/png",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )
