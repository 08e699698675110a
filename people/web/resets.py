"""Pages of a PIN reset: ask for a link, use it, stop it.

A link opens nothing by itself: it must be its owner's, who is signed in, and the wait must be over. To stop
it the mail is enough, so that an owner without his phone can do it.
"""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from base.core.errors import Refused
from people import queries
from people.core.reset import ResetState
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.reset_pin import reset_pin
from people.flows.stop_pin_reset import stop_pin_reset
from people.web.forms import NewPinForm, sent, submit
from people.web.signed_in import SignedIn

CLOSED_STATUS = {
    ResetState.EARLY: HTTPStatus.CONFLICT,
    ResetState.EXPIRED: HTTPStatus.GONE,
    ResetState.ENDED: HTTPStatus.GONE,
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedIn) -> HttpResponse:
    if request.method != "POST":
        return render(request, "people/reset_ask.html")
    try:
        ask_pin_reset(person_id=request.user.pk)
    except Refused as no:
        return render(request, "people/reset_ask.html", {"refused": no}, status=no.status)
    messages.success(request, _("A mail with a link is on its way to you."))
    return redirect("people:pin")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: SignedIn, token: str) -> HttpResponse:
    wish = queries.reset_wish(token)
    if wish is None or wish.person_id != request.user.pk:
        raise Http404
    if wish.state is not ResetState.READY:
        return _closed(request, wish)

    def act(said: dict[str, Any]) -> None:
        reset_pin(token=token, pin=said["pin"])

    form = NewPinForm(sent(request))
    status = submit(form, act)
    if status is not HTTPStatus.SEE_OTHER:
        return render(request, "people/reset_use.html", {"form": form}, status=status)
    messages.success(request, _("Your new PIN is set."))
    return redirect("start")


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A link that is only looked at (by a mail filter, say) stops nothing: that takes the button."""
    wish = queries.reset_wish(token)
    if wish is None:
        raise Http404
    if wish.state is ResetState.ENDED:
        return _closed(request, wish)
    if request.method != "POST":
        return render(request, "people/reset_stop.html")
    stop_pin_reset(token=token)
    return render(request, "people/reset_stopped.html")


def _closed(request: HttpRequest, wish: queries.ResetWish) -> HttpResponse:
    return render(request, "people/reset_closed.html", {"wish": wish}, status=CLOSED_STATUS[wish.state])
