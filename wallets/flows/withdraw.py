"""A customer's yes to send money to a bank account: booked at once, handed to the rail after the commit.

The order and its journal are one transaction; nothing of the bank is asked before it stands. A scan
(`move_withdrawals`) finds the order, so a crash at any line loses nothing.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.flows.ring import ring
from base.ids import database_now, new_id
from people.flows.check_pin import check_pin
from wallets.core import chart
from wallets.core.bank_account import masked, read_iban
from wallets.core.ledger import Draft, legs
from wallets.core.money import exponent
from wallets.flows.open_account import open_wallet
from wallets.flows.spend import spend
from wallets.models import Withdrawal
from wallets.rails import RAILS


def withdraw(
    *,
    person_id: UUID,
    currency: str,
    amount_minor: int,
    iban: str,
    pin: str,
    key: str,
    rail: str = "sandbox",
    happened_at: datetime | None = None,
) -> Withdrawal:
    """Order a withdrawal. key: made by the page before sending; one key is one withdrawal.

    Raises Refused: rail_unknown, amount_invalid, currency_unknown, iban_invalid 400; pin_wrong,
    pin_blocked, wallet_frozen 403; pin_missing, balance_too_low, over_limit 409; key_reused 422.
    """
    way_out = RAILS.get(rail)
    if way_out is None or (way_out.test_money and not settings.DEMO):
        raise Refused("rail_unknown", "This way of withdrawing is not offered here.")
    exponent(currency)
    if amount_minor <= 0:
        raise Refused("amount_invalid", "Type an amount above zero.")
    account = read_iban(iban)
    check_pin(person_id=person_id, pin=pin)
    answer = _order(person_id, currency, amount_minor, account, key, rail, happened_at)
    return Withdrawal.objects.get(pk=answer["withdrawal"])


@retry
def _order(
    person_id: UUID,
    currency: str,
    amount_minor: int,
    iban: str,
    key: str,
    rail: str,
    happened_at: datetime | None,
) -> Answer:
    def act() -> Answer:
        row = Withdrawal(
            id=new_id(),
            wallet=open_wallet(person_id=person_id),
            currency=currency,
            amount_minor=amount_minor,
            rail=rail,
            iban=iban,
            account_shown=masked(iban),
            happened_at=happened_at or database_now(),
        )
        row.journal = spend(
            wallet_id=row.wallet_id, currency=currency, amount_minor=amount_minor, journal=_draft(row)
        )
        row.save(force_insert=True)
        ring(task="wallets.tasks.move_withdrawals")
        return {"withdrawal": str(row.pk)}

    request = {"currency": currency, "amount_minor": amount_minor, "iban": iban, "rail": rail}
    return once(scope=f"withdraw:{person_id}", key=key, request=request, act=act)


def _draft(row: Withdrawal) -> Draft:
    return Draft(
        id=new_id(),
        reference=f"withdrawal:{row.pk}",
        kind="withdrawal",
        happened_at=row.happened_at,
        shard_key=row.wallet_id,
        legs=legs(
            (chart.customer(row.wallet_id, row.currency), -row.amount_minor),
            (chart.transit(row.currency, row.rail), row.amount_minor),
        ),
    )
