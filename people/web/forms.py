"""Forms about the PIN, the name and the country, and the one way to run a flow with what a form says."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from base.core.errors import Refused
from base.paths import safe_path
from people.core.countries import by_name
from people.core.pin import PIN_DIGITS, require_digits, require_good
from people.flows.set_name import NAME_MAX


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def submit(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> HTTPStatus:
    """Run `act` with a valid form's data; SEE_OTHER when done.

    Any other status is that of the page that shows the form again: OK for a form not sent yet, BAD_REQUEST
    for a wrong one, and a refusal's own status, its sentence being put on top of the form.
    """
    if not form.is_bound:
        return HTTPStatus.OK
    if not form.is_valid():
        return HTTPStatus.BAD_REQUEST
    try:
        act(form.cleaned_data)
    except Refused as no:
        form.add_error(None, no.message)
        return HTTPStatus(no.status)
    return HTTPStatus.SEE_OTHER


class PinField(forms.CharField):
    """Six digits, hidden while typed, with the number keys of a phone. `check` says what a PIN must be."""

    def __init__(self, check: Callable[[str], None], **labels: Any) -> None:
        keys = {"class": "pin", "inputmode": "numeric", "maxlength": PIN_DIGITS, "autocomplete": "off"}
        super().__init__(widget=forms.PasswordInput(attrs=keys), **labels)
        self.check = check

    def clean(self, value: Any) -> str:
        pin = str(super().clean(value))
        try:
            self.check(pin)
        except Refused as no:
            raise forms.ValidationError(no.message, code=no.code) from no
        return pin


class NameForm(forms.Form):
    """The name that others see, and where to go back to."""

    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_next(self) -> str:
        return safe_path(self.cleaned_data["next"])


def country_field() -> forms.ChoiceField:
    """The country that a person lives in: one of the list, and never one that nobody chose."""
    return forms.ChoiceField(
        label=_("The country you live in"),
        choices=[("", _("Choose")), *by_name()],
        help_text=_("For reports that the law asks of us. It changes no price and no tax."),
    )


class CountryForm(forms.Form):
    """Where a person lives; with_pin: the PIN says that it is they who say so."""

    country = country_field()
    pin = PinField(require_digits, label=_("Your PIN"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_pin:
            del self.fields["pin"]

    def clean_next(self) -> str:
        return safe_path(self.cleaned_data["next"])


class NewPinForm(forms.Form):
    """A new PIN, entered twice."""

    pin = PinField(require_good, label=_("New PIN"), help_text=_("Six digits, not a run such as 123456."))
    again = PinField(require_digits, label=_("The same once more"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_next(self) -> str:
        return safe_path(self.cleaned_data["next"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "pin" in said and "again" in said and said["pin"] != said["again"]:
            self.add_error("again", _("The two are not the same."))
        return said


class FirstPinForm(NewPinForm):
    """The first PIN. The country is asked with it, once: then it is known before the first payment."""

    country = country_field()


class ChangePinForm(NewPinForm):
    """A new PIN, allowed by the one in use."""

    current = PinField(require_digits, label=_("Your PIN now"))
    field_order = ["current", "pin", "again", "next"]
