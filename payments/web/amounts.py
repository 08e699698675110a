"""What a payer types before the yes: an amount where the code leaves it open, and a tip where it is taken.

The posted text goes to `parse_amount` as it came: nothing is stripped, guessed or rounded.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base.core.errors import Refused
from merchants.models import QrCode
from payments.core.tips import SHARES, share_of, tip_of
from payments.models import Session
from wallets.core.money import format_minor, parse_amount

NO_TIP, OWN = "0", "own"
TIPS = [(NO_TIP, _("No tip")), *((str(share), f"{share} %") for share in SHARES), (OWN, _("Another"))]
_MONEY = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}


class AmountForm(forms.Form):
    """cleaned_data: typed_minor (None for a one-time code) and tip_minor, in minor units."""

    amount = forms.CharField(
        strip=False,
        error_messages={"required": _("Write an amount.")},
        widget=forms.TextInput(attrs={"class": "money-input", **_MONEY}),
    )
    tip = forms.ChoiceField(
        label=_("A tip?"), choices=TIPS, widget=forms.RadioSelect, required=False, initial=NO_TIP
    )
    own_tip = forms.CharField(
        label=_("Your tip"), strip=False, required=False, widget=forms.TextInput(attrs=_MONEY)
    )

    def __init__(self, *args: Any, code: QrCode, sale_minor: int = 0, **kwargs: Any) -> None:
        """sale_minor: what a one-time code asks for, of which a share is the tip."""
        super().__init__(*args, **kwargs)
        self.currency, self.sale_minor = code.merchant.currency, sale_minor
        self.fields["amount"].label = _("How much, in %(currency)s?") % {"currency": self.currency}
        if code.kind == QrCode.Kind.ONE_TIME:
            del self.fields["amount"]
        if not code.tip_allowed:
            del self.fields["tip"], self.fields["own_tip"]

    @classmethod
    def filled(cls, session: Session, *, sale_minor: int = 0) -> "AmountForm":
        """The form as the session stands now."""
        currency = session.code.merchant.currency
        initial: dict[str, str] = {}
        if session.typed_minor is not None:
            initial["amount"] = format_minor(session.typed_minor, currency)
        share = share_of(session.tip_minor, session.typed_minor or sale_minor)
        initial["tip"] = OWN if share is None else str(share)
        if share is None:
            initial["own_tip"] = format_minor(session.tip_minor, currency)
        return cls(code=session.code, sale_minor=sale_minor, initial=initial)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["typed_minor"] = self._read("amount") if "amount" in self.fields else None
        sale_minor = self.sale_minor if said["typed_minor"] is None else said["typed_minor"]
        choice = said.get("tip") or NO_TIP
        said["tip_minor"] = self._read("own_tip") if choice == OWN else tip_of(sale_minor, int(choice))
        return said

    def _read(self, field: str) -> int | None:
        text = self.cleaned_data.get(field)
        if text is None:  # it has its own error already
            return None
        try:
            return parse_amount(text, self.currency, allow_zero=field == "own_tip")
        except Refused as no:
            self.add_error(field, no.message)
            return None
