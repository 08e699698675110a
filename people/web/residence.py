"""The page on which a person says where they live."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from base.paths import safe_path
from people import queries
from people.core.countries import suggested
from people.flows.state_residence import state_residence
from people.web.forms import CountryForm, sent, submit
from people.web.signed_in import SignedIn


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def residence(request: SignedIn) -> HttpResponse:
    """State the country, or another one. Who has a PIN types it."""

    def act(said: dict[str, Any]) -> None:
        state_residence(person_id=request.user.pk, country=said["country"], pin=said.get("pin", ""))

    start = {"country": suggested_country(request), "next": safe_path(request.GET.get("next"))}
    with_pin = queries.pin_state(request.user.pk) != "none"
    form = CountryForm(sent(request), initial=start, with_pin=with_pin)
    status = submit(form, act)
    if status is not HTTPStatus.SEE_OTHER:
        context = {"form": form, "known": queries.residence_of(request.user.pk)}
        return render(request, "people/residence.html", context, status=status)
    messages.success(request, _("Your country is kept."))
    return redirect(form.cleaned_data["next"] or "people:account")


def suggested_country(request: SignedIn) -> str:
    """What the choice begins with: what is known, else what the browser's languages say, else nothing."""
    known = queries.residence_of(request.user.pk)
    return known.country if known else suggested(request.headers.get("Accept-Language", ""))
