"""The account that a shop's payouts go to: shown masked, set by owners only."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from merchants.core.roles import Action
from merchants.flows.set_bank_account import HOLDER_MAX, set_bank_account
from merchants.queries import bank_account_of, shop_for
from merchants.web.frame import SignedIn, shop_page, submitted


class BankAccountForm(forms.Form):
    """The number may be typed with blanks, as it is printed on cards and bills."""

    iban = forms.CharField(
        label="IBAN",
        max_length=50,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    holder = forms.CharField(
        label="Account holder",
        max_length=HOLDER_MAX,
        help_text="As the bank knows it, mostly the legal name.",
    )


@login_required
def bank_account(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.PAY_OUT)
    form = BankAccountForm(request.POST or None, initial={"holder": merchant.legal_name})
    if request.method == "POST":
        row = submitted(
            form,
            lambda data: set_bank_account(actor_id=request.user.pk, merchant_id=merchant.pk, **data),
        )
        if row:
            messages.success(request, f"Payouts go to {row.shown} from now on. All owners get a mail.")
            return redirect("payments:payouts", merchant.pk)
    return shop_page(
        request, merchant, "bank_account.html", here="payouts", form=form, account=bank_account_of(merchant)
    )
