"""What a cashier asks for: items, an amount, a discount, a reference. The key makes a double tap one code.

Prices of items are never taken from here: a line names the price that was shown, so that another one is told.
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict

from base.core.errors import Refused
from merchants.flows.create_qr import MAX_LINES, MOST_PIECES
from payments.core.basket import Basket, Discount, Tapped, Typed, read_discount
from taxes.core.rates import ZERO_REASONS
from taxes.queries import CategoryOnOffer
from wallets.core.money import MAX_MINOR, parse_amount

KEY_LENGTH = 40
UNREADABLE = "This order could not be read. No code was made. Load the page again."


def new_key() -> str:
    """A key for one press of a button; a corrected form gets another."""
    return secrets.token_urlsafe(16)


def sent_key(request: HttpRequest) -> str:
    """The key that a form sent back; a new one where it sent none, which would be everybody's."""
    return request.POST.get("key", "")[:KEY_LENGTH] or new_key()


class ChargeForm(forms.Form):
    """cleaned_data: basket, reference, tip_allowed, key. Bound to a shop's currency.

    Lines come as "line" fields of the page's script, "item:<id>:<pieces>:<price seen>" or
    "typed:<category>:<amount>:<pieces>" in minor units, or as fields "q:<id>:<price seen>" with the pieces.
    """

    amount = forms.CharField(
        label="Amount",
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "money-input", "inputmode": "decimal", "autocomplete": "off", "autofocus": True}
        ),
    )
    category = forms.ChoiceField(label="For", widget=forms.RadioSelect, required=False)
    discount = forms.CharField(
        label="Discount",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "10 % or 1.50"}),
    )
    reference = forms.CharField(
        label="Note",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Table 4, without milk"}),
    )
    tip_allowed = forms.BooleanField(label="Offer a tip", required=False, initial=True)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)

    def __init__(
        self, data: QueryDict | None = None, *, offers: Sequence[CategoryOnOffer], currency: str, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.currency = currency
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [(offer.code, f"{offer.label} · {rate_of(offer)}") for offer in offers]
        self.categories = {offer.code for offer in offers}
        if offers:
            category.initial = offers[0].code

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        try:
            lines = list(self._lines())
        except ValueError:
            self.add_error(None, UNREADABLE)
            return said
        if typed := self._typed(said, needed=not lines and "amount" in said):
            lines.append(typed)
        if len(lines) > MAX_LINES:
            self.add_error(
                None, f"An order has at most {MAX_LINES} lines. No code was made. Make two orders of it."
            )
        said["basket"] = Basket(tuple(lines), self._discount(said))
        return said

    def _typed(self, said: dict[str, Any], *, needed: bool) -> Typed | None:
        """The amount in the field, which needs no press of "Add"."""
        if not said.get("amount"):
            if needed:
                self.add_error("amount", "Type an amount, or choose an item.")
            return None
        if "category" in said and not said["category"]:
            self.add_error("category", "Choose what it is for.")
            return None
        try:
            return Typed(said.get("category", ""), parse_amount(said["amount"], self.currency))
        except Refused as no:
            self.add_error("amount", no.message)
        return None

    def _discount(self, said: dict[str, Any]) -> Discount:
        try:
            return read_discount(said.get("discount", ""), self.currency)
        except Refused as no:
            self.add_error("discount", no.message)
        return Discount()

    def _lines(self) -> Iterator[Tapped | Typed]:
        """The lines that were sent; ValueError for what no page of ours sends."""
        assert isinstance(self.data, QueryDict), "only a form that was sent is cleaned"
        for text in self.data.getlist("line"):
            kind, what, *numbers = text.split(":")
            first, second = (_number(each) for each in numbers)
            if kind == "item":
                yield Tapped(UUID(what), _pieces(first), second)
            elif kind == "typed" and what in self.categories:
                yield Typed(what, first, _pieces(second))
            else:
                raise ValueError(text)
        for name, pieces in self.data.items():
            if name.startswith("q:") and pieces not in {"", "0"}:
                _, item, seen = name.split(":")
                yield Tapped(UUID(item), _pieces(_number(str(pieces))), _number(seen))

    def refuse(self, no: Refused) -> None:
        """Show a flow's no. It is kept under its key, so what is sent next is sent under another."""
        used = no.code == "key_reused"
        field = no.facts.get("field")
        self.add_error(
            field if field in self.fields else None,
            "This was sent before. Send it again to make another one." if used else no.message,
        )
        assert isinstance(self.data, QueryDict), "only a form that was sent can be refused"
        self.data = mended = self.data.copy()
        if no.code != "still_working":
            mended["key"] = new_key()
        # Told once: the next press is a yes to the new prices.
        prices = no.facts.get("prices", {})
        mended.setlist("line", [_at_new_price(text, prices) for text in mended.getlist("line")])


def _at_new_price(text: str, prices: dict[str, int]) -> str:
    kind, what, *numbers = text.split(":")
    return f"item:{what}:{numbers[0]}:{prices[what]}" if kind == "item" and what in prices else text


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_MINOR)) and int(text)):
        raise ValueError(text)
    return int(text)


def _pieces(number: int) -> int:
    if number > MOST_PIECES:
        raise ValueError(number)
    return number


def rate_of(offer: CategoryOnOffer) -> str:
    """ "VAT 19 %", or why there is no tax."""
    treatment = offer.treatment
    rates = " + ".join(f"{tax.tax} {tax.label}" for tax in treatment.taxes)
    return rates or ZERO_REASONS[treatment.zero_reason].lower()
