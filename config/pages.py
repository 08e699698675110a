"""The front page, and the way from sign-in to where a person works."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from base.paths import safe_path
from merchants.queries import shops_of
from people.web.signed_in import SignedIn


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")


@login_required
@require_safe
def start(request: SignedIn) -> HttpResponse:
    """After sign-in: back to a pending scan, else to the first page of what the person does here."""
    return redirect(safe_path(request.session.pop("back_to", "")) or _front_door(request))


def _front_door(request: SignedIn) -> str:
    if request.user.is_staff:
        return "merchants:operator"
    roles = {membership.role for membership in shops_of(request.user)}
    if not roles:
        return "payments:wallet"
    return "reports:home" if roles == {"accountant"} else "merchants:home"
