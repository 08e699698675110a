"""What people type to send, ask for and withdraw money, and the yes with the PIN behind it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from base.core.errors import Refused
from base.core.plain_text import plain_text
from wallets.core.asks import NOTE_MAX
from wallets.core.bank_account import read_iban, spaced
from wallets.core.money import parse_amount
from wallets.core.money_text import display_with_code


class AmountForm(forms.Form):
    """cleaned_data: currency, amount_minor (int).

    available: what there is to take it from, by currency; None where nothing is taken.
    """

    amount = forms.CharField(
        label=_("How much?"),
        error_messages={"required": _("Write an amount.")},
        widget=forms.TextInput(attrs={"class": "money-input", "inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(
        self, *args: Any, currencies: Iterable[str], available: Mapping[str, int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, code) for code in currencies]
        if len(field.choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = field.choices[0][0]
        self.available = available

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "currency" not in said or "amount" not in said:
            return said
        try:
            said["amount_minor"] = parse_amount(said["amount"], said["currency"])
        except Refused as no:
            self.add_error("amount", no.message)
            return said
        if self.available is not None:
            here = self.available.get(said["currency"], 0)
            if said["amount_minor"] > here:
                holds = display_with_code(here, said["currency"])
                self.add_error("amount", _("Your wallet holds %(holds)s.") % {"holds": holds})
        return said


class NotedForm(AmountForm):
    """An amount and a few words for the other one. cleaned_data: also note."""

    note = forms.CharField(
        label=_("What for?"),
        required=False,
        max_length=NOTE_MAX,
        help_text=_("The other person reads this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["amount", "currency", "note"]

    def clean_note(self) -> str:
        try:
            return plain_text(self.cleaned_data["note"], limit=NOTE_MAX)
        except Refused as no:
            raise forms.ValidationError(no.message) from no


class AskForm(NotedForm):
    """What to ask for, and a key that makes a double tap one ask. cleaned_data: also key (UUID)."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class WithdrawForm(AmountForm):
    """An amount and the bank account it goes to. cleaned_data: also iban, and iban_spaced to be read."""

    iban = forms.CharField(
        label=_("IBAN of your bank account"),
        max_length=60,
        error_messages={"required": _("Write the IBAN.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["amount", "currency", "iban"]

    def clean_iban(self) -> str:
        try:
            return read_iban(self.cleaned_data["iban"])
        except Refused as no:
            raise forms.ValidationError(no.message) from no

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if "iban" in said:
            said["iban_spaced"] = spaced(said["iban"])
        return said


class LinkForm(forms.Form):
    """Somebody's link, or what stands behind its last slash. cleaned_data: token."""

    link = forms.CharField(
        label=_("Link of the other person"),
        max_length=200,
        error_messages={"required": _("Put the link here.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "link" in said:
            said["token"] = said["link"].split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return said


class YesForm(forms.Form):
    """The PIN, and a key that lets the yes happen once. cleaned_data: key (UUID), pin."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=6,
        error_messages={"required": _("Type your PIN.")},
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )

    @classmethod
    def fresh(cls) -> "YesForm":
        return cls(initial={"key": uuid4()})

    def renew_key(self) -> None:
        """A refusal is kept under its key for good: the next try is another one."""
        self.data = {"key": str(uuid4()), "pin": ""}
