"""The top-up form: an amount as a person types it, and a key that lets it happen once."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from base.core.errors import Refused
from base.paths import safe_path
from wallets.core.currencies import CURRENCIES
from wallets.core.money import MAX_MINOR, format_minor, parse_amount

_MINOR = re.compile(r"\A[0-9]{1,13}\Z")


def missing_minor(asked: QueryDict) -> int:
    """The amount that a payment misses, as its page put it into the address; 0 if there is none."""
    text = asked.get("amount_minor", "")
    missing = int(text) if _MINOR.match(text) else 0
    return missing if missing <= MAX_MINOR else 0


def _plain(text: str, currency: str) -> str:
    """`text` if it is an amount of the currency, else ""."""
    try:
        parse_amount(text, currency)
    except Refused:
        return ""
    return text


class TopUpForm(forms.Form):
    """cleaned_data: currency, amount_minor (int), key (UUID), next (a path of this site or "")."""

    amount = forms.CharField(
        label=_("How much?"),
        error_messages={"required": _("Write an amount.")},
        widget=forms.TextInput(attrs={"class": "money-input", "inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.CharField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def offered(cls, asked: QueryDict, *, default_currency: str) -> "TopUpForm":
        """A form not sent yet, filled with what the address asks for as far as it makes sense.

        asked: currency, next, and amount_minor (what a payment misses) or amount (a round one, tapped).
        """
        currency = asked.get("currency", "")
        currency = currency if currency in CURRENCIES else default_currency
        missing = missing_minor(asked)
        amount = format_minor(missing, currency) if missing else _plain(asked.get("amount", ""), currency)
        back = safe_path(asked.get("next"))
        return cls(initial={"currency": currency, "amount": amount, "key": uuid4(), "next": back})

    def renew_key(self) -> None:
        """A refusal is kept under its key for good: the next try is another one."""
        self.data = {name: self[name].value() for name in self.fields} | {"key": str(uuid4())}

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if currency not in CURRENCIES:
            raise forms.ValidationError(_("This currency is not known here."))
        return currency

    def clean_next(self) -> str:
        return safe_path(self.cleaned_data["next"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "currency" in said and "amount" in said:
            try:
                said["amount_minor"] = parse_amount(said["amount"], said["currency"])
            except Refused as no:
                self.add_error("amount", no.message)
        return said
