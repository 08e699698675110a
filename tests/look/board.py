"""Addresses for the tests of the look: allauth's real pages, three doors, and a board of all parts.

The frames name doors of apps above; here they lead to the board, so that the look is tested alone.
"""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import include, path
from django.views import defaults

from base.core.errors import Refused
from config import errors, pages

ROWS = [
    {"text": "Breakfast for one", "amount": "9.90", "note": "with bread"},
    {"text": "includes VAT 7 % on 9.25", "amount": "0.65", "kind": "tax"},
    {"text": "Total", "amount": "9.90 EUR", "kind": "total"},
]

BOARD = Template((Path(__file__).parent / "board.html").read_text(encoding="utf-8"))


class BoardForm(forms.Form):
    """One field of each kind that field.html tells apart."""

    name = forms.CharField(label="Trade name", help_text="As over the door.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    country = forms.ChoiceField(label="Country", choices=[("de", "Germany"), ("vn", "Viet Nam")])
    tip = forms.ChoiceField(label="Tip", widget=forms.RadioSelect, choices=[("0", "none"), ("5", "5 %")])
    sells = forms.MultipleChoiceField(
        label="Sells", widget=forms.CheckboxSelectMultiple, choices=[("f", "Food"), ("d", "Drinks")]
    )
    pin = forms.CharField(label="PIN", widget=forms.PasswordInput(attrs={"class": "pin", "maxlength": 6}))
    inclusive = forms.BooleanField(label="Prices include tax", required=False)
    secret = forms.CharField(widget=forms.HiddenInput)


def board(request: HttpRequest, frame: str) -> HttpResponse:
    for level in (messages.SUCCESS, messages.INFO, messages.WARNING, messages.ERROR):
        messages.add_message(request, level, "A message & more")
    context: dict[str, Any] = {
        "frame": f"{frame}.html",
        "form": BoardForm({} if request.GET.get("wrong") else None),
        "rows": ROWS,
        "kinds": ["paid", "warn", "danger", "info", "plain"],
        "page": Paginator(range(100), 10).page(3),
    }
    return HttpResponse(BOARD.render(RequestContext(request, context)))


def error(request: HttpRequest, status: int) -> HttpResponse:
    match status:
        case 400:
            return defaults.bad_request(request, ValueError())
        case 403:
            return defaults.permission_denied(request, PermissionError())
        case 404:
            return defaults.page_not_found(request, LookupError())
        case 409:
            return errors.refused_page(request, Refused("only_here", "It is 14.90 EUR.", status=409))
        case 429:
            return render(request, "429.html", status=429)
    return defaults.server_error(request)


doors = [
    path("", board, {"frame": "phone"}, name="home"),
    path("account/", board, {"frame": "phone"}, name="account"),
    path("wallet/", board, {"frame": "phone"}, name="wallet"),
]
urlpatterns = [
    path("", pages.home, name="home"),
    path("accounts/", include("allauth.account.urls")),
    *(path(f"{door}/", include((doors, door))) for door in ("people", "payments", "merchants", "reports")),
    path("board/<str:frame>/", board),
    path("error/<int:status>/", error),
]
