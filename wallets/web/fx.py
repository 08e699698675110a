"""The operators' page of rates of exchange: what is used, how old it is, and their own file with a preview.

For staff only; everybody else is told that there is nothing here.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from base.ids import database_now
from people.queries import is_operator
from wallets.core.currencies import CURRENCIES
from wallets.core.fx_file import Compared
from wallets.flows.import_fx_rates import PAGE, import_fx_rates
from wallets.fx.manual import Manual
from wallets.queries.fx import imports_shown, last_import, rates_shown, read_rates

SOURCE = "manual"


class RatesForm(forms.Form):
    """The operator's CSV, as a file or pasted; step two sends the text again, with the yes."""

    text = forms.CharField(
        label="Your rates",
        required=False,
        strip=False,
        max_length=Manual.most_bytes,
        widget=forms.Textarea(
            attrs={"rows": 6, "placeholder": "currency,rate,date,source\nVND,30500,2026-11-27,State Bank"}
        ),
        help_text="First line: currency,rate,date,source. The rate is so many units for one euro.",
    )
    file = forms.FileField(
        label="Or a CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )

    def content(self) -> bytes:
        """What was sent: the file goes before the text. Refused: fx_file_invalid."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read(Manual.most_bytes + 1))
        return str(self.cleaned_data.get("text", "")).encode()


def operators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refused not_found (404) for everybody who is no operator now."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.pk is None or not is_operator(request.user.pk):
            raise Refused("not_found", "There is nothing here that you may see.", status=404)
        return view(request)

    return login_required(guarded)


@operators_only
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    return _page(request, RatesForm(), HTTPStatus.OK)


@operators_only
@require_http_methods(["POST"])
def import_rates(request: HttpRequest) -> HttpResponse:
    """First a preview; with `yes` the import itself. A tick agrees to rates that jump."""
    form = RatesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.BAD_REQUEST)
    content = form.content()
    try:
        _, found = read_rates(SOURCE, content, now=database_now())
        if "yes" not in request.POST or (found.jumps and "agreed" not in request.POST):
            return _preview(request, content.decode("utf-8-sig"), found)
        done = import_fx_rates(
            source=SOURCE,
            content=content,
            way=PAGE,
            actor_id=request.user.pk,
            confirmed="agreed" in request.POST,
        )
    except Refused as no:
        form.add_error("text", [no.message, *no.facts.get("errors", [])])
        return _page(request, form, HTTPStatus(no.status))
    messages.success(request, f"Rates added: {done.added}. Known already: {done.same}.")
    return redirect("wallets:fx")


def _preview(request: HttpRequest, text: str, found: Compared) -> HttpResponse:
    now = database_now()
    used = {one.row.currency for one in rates_shown(now) if one.row.source != SOURCE and one.state == "used"}
    jumps = {differs.quoted: differs.known for differs in found.jumps}
    rows = [
        {
            "quoted": new,
            "rate": f"{new.rate:f}",
            "known": f"{jumps[new].normalize():f}" if new in jumps else "",
            "spare": new.currency in used,
        }
        for new in found.new
    ]
    context = {"here": "rates", "text": text, "rows": rows, "found": found, "asked": "yes" in request.POST}
    return render(request, "wallets/fx_preview.html", context)


def _page(request: HttpRequest, form: RatesForm, status: HTTPStatus) -> HttpResponse:
    rows: list[dict[str, Any]] = [
        {
            "shown": one,
            "rate": f"{one.row.rate.normalize():f}",
            "name": CURRENCIES[one.row.currency].name if one.row.currency in CURRENCIES else "",
        }
        for one in rates_shown(database_now())
    ]
    context = {
        "here": "rates",
        "rows": rows,
        "imports": imports_shown(),
        "ecb": last_import("ecb"),
        "fetches": bool(settings.ECB_URL),
        "max_age": settings.FX_MAX_AGE_DAYS,
        "margin": f"{settings.FX_MARGIN_PPM / 10_000:g}",
        "form": form,
    }
    return render(request, "wallets/fx.html", context, status=status)
