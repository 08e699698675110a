"""Pages of two steps: fill in, then read it once more and say yes with the PIN.

What was filled in travels with the yes and is read again as if it were new; nothing is kept between the
steps. The key is made with the second step, so a double tap on its button is one order.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from base.core.errors import Refused
from people.models import User
from people.queries import pin_state
from wallets.web.order_forms import YesForm


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User


Said = dict[str, Any]


def two_steps(
    request: SignedIn,
    *,
    fill: Callable[[QueryDict | None], forms.Form],
    act: Callable[[Said, Said], HttpResponse],
    pages: tuple[str, str],
    context: Said,
) -> HttpResponse:
    """Walk a person through; pages: the templates to fill in and to confirm, given `context` too.

    act: called with both forms' data; what it refuses is shown with the confirm, except a 404.
    """
    form = fill(request.POST if request.method == "POST" else None)
    step = request.POST.get("step", "")
    if not form.is_bound or not form.is_valid() or step == "edit":
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return render(request, pages[0], {"form": form, **context}, status=status)

    def run(yes: Said) -> HttpResponse:
        return act(form.cleaned_data, yes)

    shown: Said = {"yes": YesForm.fresh()}
    if step == "yes":
        answer, shown = say_yes(request, run)
        if answer is not None:
            return answer
    status = shown.pop("status", HTTPStatus.OK)
    more = {"form": form, "said": form.cleaned_data, "pin": pin_state(request.user.pk)}
    return render(request, pages[1], {**more, **shown, **context}, status=status)


def say_yes(request: SignedIn, act: Callable[[Said], HttpResponse]) -> tuple[HttpResponse | None, Said]:
    """Run `act` with a PIN and a key; its answer, or None and what the page needs to say why not."""
    yes = YesForm(request.POST)
    if not yes.is_valid():
        if "key" in yes.errors:
            yes.renew_key()
        return None, {"yes": yes, "status": HTTPStatus.BAD_REQUEST}
    try:
        return act(yes.cleaned_data), {}
    except Refused as no:
        if no.status == HTTPStatus.NOT_FOUND:
            raise
        yes.add_error("pin" if no.code in {"pin_wrong", "pin_malformed"} else None, no.message)
        if no.code != "still_working":
            yes.renew_key()
        return None, {"yes": yes, "status": HTTPStatus(no.status), "no": no}
