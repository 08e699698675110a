"""What a cashier types: an amount, what it is for, a reference. The key makes a double tap one code."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from base.core.errors import Refused
from taxes.core.rates import ZERO_REASONS
from taxes.queries import CategoryOnOffer
from wallets.core.money import parse_amount


def new_key() -> str:
    """A key for one press of a button; a corrected form gets another."""
    return secrets.token_urlsafe(16)


class ChargeForm(forms.Form):
    """cleaned_data: amount_minor, category, reference, tip_allowed, key. Bound to a shop's currency."""

    amount = forms.CharField(
        label="Amount",
        max_length=20,
        error_messages={"required": "Type an amount."},
        widget=forms.TextInput(
            attrs={"class": "money-input", "inputmode": "decimal", "autocomplete": "off", "autofocus": True}
        ),
    )
    category = forms.ChoiceField(
        label="For", widget=forms.RadioSelect, error_messages={"required": "Choose what it is for."}
    )
    reference = forms.CharField(
        label="Reference",
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "grow",
                "autocomplete": "off",
                "placeholder": "Reference, such as Table 4",
                "aria-label": "Reference",
            }
        ),
    )
    tip_allowed = forms.BooleanField(label="Offer a tip", required=False, initial=True)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    def __init__(
        self, data: QueryDict | None = None, *, offers: Sequence[CategoryOnOffer], currency: str, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.currency = currency
        self.labels = {offer.code: offer.label for offer in offers}
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [(offer.code, f"{offer.label} · {rate_of(offer)}") for offer in offers]
        if offers:
            category.initial = offers[0].code

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "amount" in said:
            try:
                said["amount_minor"] = parse_amount(said["amount"], self.currency)
            except Refused as no:
                self.add_error("amount", no.message)
        return said

    def lines(self) -> list[dict[str, Any]]:
        """The one line of the order: it is called after its category."""
        category = self.cleaned_data["category"]
        return [
            {
                "description": self.labels[category],
                "category": category,
                "amount_minor": self.cleaned_data["amount_minor"],
            }
        ]

    def refuse(self, no: Refused) -> None:
        """Show a flow's no. It is kept under its key, so what is sent next is sent under another."""
        used = no.code == "key_reused"
        self.add_error(
            None, "This was sent before. Send it again to make another one." if used else no.message
        )
        if no.code != "still_working":
            assert isinstance(self.data, QueryDict), "only a form that was sent can be refused"
            self.data = {**self.data.dict(), "key": new_key()}


def rate_of(offer: CategoryOnOffer) -> str:
    """ "VAT 19 %", or why there is no tax."""
    treatment = offer.treatment
    rates = " + ".join(f"{tax.tax} {tax.label}" for tax in treatment.taxes)
    return rates or ZERO_REASONS[treatment.zero_reason].lower()
