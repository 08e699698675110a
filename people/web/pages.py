"""A person's account and the PIN."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from base.paths import safe_path
from people import queries
from people.core.countries import country_name
from people.flows.change_pin import change_pin
from people.flows.set_name import set_name
from people.flows.set_pin import set_pin
from people.web.forms import ChangePinForm, FirstPinForm, NameForm, sent, submit
from people.web.residence import suggested_country
from people.web.signed_in import SignedIn


@login_required
@require_safe
def account(request: SignedIn) -> HttpResponse:
    home = queries.residences_of(request.user.pk).first()
    country = country_name(home.country) if home else ""
    context = {"pin": queries.pin_state(request.user.pk), "home": home, "country": country}
    return render(request, "people/account.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: SignedIn) -> HttpResponse:
    """Set the first PIN; later change it, or see that it is blocked."""
    state = queries.pin_state(request.user.pk)
    if state == "none":
        return _set(request)
    if state == "set":
        return _change(request)
    context = {"wish": queries.open_reset(request.user.pk)}
    status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
    return render(request, "people/pin_blocked.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: SignedIn) -> HttpResponse:
    """Say the name that others see, or another one."""

    def act(said: dict[str, Any]) -> None:
        set_name(person_id=request.user.pk, name=said["name"])

    start = {"name": queries.display_name(request.user.pk), "next": safe_path(request.GET.get("next"))}
    form = NameForm(sent(request), initial=start)
    status = submit(form, act)
    if status is not HTTPStatus.SEE_OTHER:
        return render(request, "people/name.html", {"form": form}, status=status)
    messages.success(request, _("Your name is kept."))
    return redirect(form.cleaned_data["next"] or "people:account")


def _set(request: SignedIn) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        set_pin(person_id=request.user.pk, pin=said["pin"], country=said["country"])

    start = {"country": suggested_country(request), "next": safe_path(request.GET.get("next"))}
    form = FirstPinForm(sent(request), initial=start)
    status = submit(form, act)
    if status is not HTTPStatus.SEE_OTHER:
        return render(request, "people/pin_new.html", {"form": form}, status=status)
    messages.success(request, _("Your PIN is set. You confirm each payment with it."))
    return redirect(form.cleaned_data["next"] or "start")


def _change(request: SignedIn) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        change_pin(person_id=request.user.pk, current=said["current"], pin=said["pin"])

    form = ChangePinForm(sent(request), initial={"next": safe_path(request.GET.get("next"))})
    status = submit(form, act)
    if status is not HTTPStatus.SEE_OTHER:
        wish = queries.open_reset(request.user.pk)
        return render(request, "people/pin_change.html", {"form": form, "wish": wish}, status=status)
    messages.success(request, _("Your PIN is changed."))
    return redirect(form.cleaned_data["next"] or "people:account")
