"""The owner says where the shop's money goes. Every owner is told: thieves change this first."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import clean_name
from merchants.core.roles import Action
from merchants.flows.tell_owners import tell_owners
from merchants.models import BankAccount, Merchant
from merchants.queries import bank_account_of, shop_for
from wallets.core.bank_account import read_iban

HOLDER_MAX = 70  # ISO 20022: a name has 70 characters


def set_bank_account(*, actor_id: UUID, merchant_id: UUID, iban: str, holder: str) -> BankAccount:
    """Take a new account; the old one stays only for payouts that went there.

    Refused: iban_invalid, name_* (400), account_unchanged (409), not_found (404) for all but owners.
    """
    number = _read(iban)
    name = clean_name(holder, limit=HOLDER_MAX, field="holder")
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.PAY_OUT)
        # Two owners at once: the second replaces what the first has just set.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        before = bank_account_of(merchant)
        if before and (before.iban, before.holder) == (number, name):
            raise Refused("account_unchanged", "This is the account already.", status=409, field="iban")
        BankAccount.objects.filter(merchant=merchant, ended_at=None).update(ended_at=Now())
        row = BankAccount.objects.create(merchant=merchant, iban=number, holder=name, added_by_id=actor_id)
        shown = before.shown if before else ""
        audit_line(
            actor_id=actor_id,
            action="bank_account.set",
            subject=row.pk,
            merchant=merchant_id,
            before=shown,
            after=row.shown,
        )
        tell_owners(
            merchant=merchant,
            subject=f"{merchant.trade_name}: payouts go to another account",
            body=(
                f"From now on payouts of {merchant.trade_name} go to {row.shown}, held by {row.holder}.\n"
                f"Until now: {shown or 'no account'}.\n\n"
                "If this was not you or another owner, sign in and set it back at once, and tell us."
            ),
        )
    return row


def _read(iban: str) -> str:
    try:
        return read_iban(iban)
    except Refused as no:
        raise Refused(no.code, no.message, status=no.status, field="iban") from no
