"""Close an account that is empty: no entry and no promise may name it again."""

from django.db import connection, transaction

from base.core.errors import Refused
from wallets.core.chart import AccountName
from wallets.models import Account


def close_account(*, account: AccountName) -> None:
    """Close for ever; closing twice is closed. Refused: account_unknown 404, account_not_empty 409."""
    found = Account.objects.filter(code=account.code).values_list("id").first()
    if found is None:
        raise Refused("account_unknown", "There is no such account.", status=404)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_close_account(%s)", found)
        (outcome,) = cursor.fetchone()
    if outcome == "not_empty":
        raise Refused("account_not_empty", "Money or a promise stands on this account.", status=409)
