"""What is typed about a shift: counts, cash moves, reasons. Amounts are in the shop's currency; zero counts.

Each form has a key, so that a double tap is one act; a form whose act was refused gets another.
"""

from typing import Any

from django import forms
from django.http import QueryDict

from base.core.errors import Refused
from payments.models import CashMove
from payments.web.charge_form import new_key
from wallets.core.money import parse_amount


def _amount(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        required=required,
        help_text=help_text,
        error_messages={"required": "Type an amount; 0 if there is none."},
        widget=forms.TextInput(attrs={"class": "money-input", "inputmode": "decimal", "autocomplete": "off"}),
    )


def _reason(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        required=required,
        error_messages={"required": "Say what it was for."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ShiftForm(forms.Form):
    """The amount's field is named by `AMOUNT`; cleaned_data has it in minor units as `amount_minor`."""

    AMOUNT = "counted"
    ALLOW_ZERO = True

    def __init__(self, data: QueryDict | None = None, *, currency: str, **more: Any) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s", **more)
        self.currency = currency
        field = self.fields[self.AMOUNT]
        field.label = f"{field.label}, {currency}"

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get(self.AMOUNT):
            try:
                said["amount_minor"] = parse_amount(
                    said[self.AMOUNT], self.currency, allow_zero=self.ALLOW_ZERO
                )
            except Refused as no:
                self.add_error(self.AMOUNT, no.message)
        if said.get("reason"):
            said["reason"] = " ".join(said["reason"].split())
        return said

    def refused(self, no: Refused) -> None:
        """What was refused is kept under its key: what is sent next goes under another."""
        if no.code != "still_working":
            assert isinstance(self.data, QueryDict), "only a form that was sent can be refused"
            self.data = {**self.data.dict(), "key": new_key()}


class OpenForm(ShiftForm):
    counted = _amount(
        "Cash in the drawer now", help_text="The float: change to begin with. 0 without a drawer."
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)


class TakeForm(ShiftForm):
    counted = _amount("Counted in the drawer", required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)


class CashForm(ShiftForm):
    AMOUNT = "amount"
    ALLOW_ZERO = False

    kind = forms.ChoiceField(
        label="What happened",
        widget=forms.RadioSelect,
        choices=CashMove.Kind.choices,
        initial=CashMove.Kind.PAID_OUT,
        error_messages={"required": "Choose what happened."},
    )
    amount = _amount("Amount")
    reason = _reason("What for, such as milk")
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)


class CountForm(ShiftForm):
    counted = _amount("Cash in the drawer")


class CloseForm(ShiftForm):
    """The yes to a count that was just shown, with a reason where it differs."""

    counted = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = _reason("Why does it differ?", required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, data: QueryDict | None = None, *, differs: bool, **more: Any) -> None:
        super().__init__(data, **more)
        if not differs:
            del self.fields["reason"]
        elif data is None:
            # Asked for by the page; missing all the same, it is the flow that refuses.
            self.fields["reason"].required = True
