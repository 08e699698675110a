"""A refund's journal is posted; where a tax or tip account was emptied before, its recall goes first.

Both or none. A payout, a release or another refund may take from what was just read, so the accounts are
looked at anew each time that the ledger says no. A refund that lacks nothing costs no look at all.
"""

from django.db import transaction

from base.core.errors import Refused
from base.ids import new_id
from payments.core import recalls
from payments.queries.recalls import free_at, remitted_by
from wallets.core.ledger import Draft
from wallets.flows.post import post

TRIES = 3  # a payout may take from what was just read


def post_refund(*, refund: Draft) -> None:
    """Post it in the caller's transaction. Refused shop_balance_too_low (409), with nothing posted."""
    recall: Draft | None = None
    for _ in range(TRIES):
        if _posted(recall, refund):
            return
        free = free_at(refund)
        recall = recalls.recall(refund, free=free, remitted=remitted_by(refund, free), journal=new_id())
    if not _posted(recall, refund):
        raise recalls.balance_too_low()


def _posted(recall: Draft | None, refund: Draft) -> bool:
    """Post what is there in one call, so that all accounts are locked in their one order."""
    try:
        with transaction.atomic():
            found = post(journals=[refund] if recall is None else [recall, refund])
            for each in found.values():
                if each.refused:
                    raise Refused(each.refused, "There is not enough money for this.", status=409)
    except Refused as no:
        if no.code == "period_closed":
            raise
        if no.code != "balance_too_low":
            raise recalls.balance_too_low() from no
        return False
    return True
