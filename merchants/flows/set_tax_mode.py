"""An owner says what happens with the tax of a place until it is filed. Every owner is told.

The merchant's row is the queue: payouts and releases read the mode under the same lock, so each of them is
decided by the mode before or the one after, never by half of both. What a ring-fence has kept so far stays
when it ends: only its release lets that out.
"""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.flows.tell_owners import tell_owners
from merchants.models import Merchant, TaxKept, TaxMode
from merchants.queries import TaxPlace, shop_for, tax_place_of
from wallets.queries import free_of

SAYS = {
    TaxMode.Mode.RECORD: (
        "From now on payouts take the tax of new sales too, and you pay the authority yourself.\n"
        "Tax that was set aside before stays here until an owner releases it."
    ),
    TaxMode.Mode.RING_FENCE: (
        "From now on the tax stays here until an owner says that it was filed and paid.\n"
        "So does the tax that stands here now."
    ),
}


def set_tax_mode(*, actor_id: UUID, merchant_id: UUID, place: str, mode: str) -> bool:
    """Set the mode of a place, from now on; False where it was that already.

    Refused: tax_mode_unknown (400); not_found (404) for all but owners, and for a place that is not theirs.
    """
    if mode not in TaxMode.Mode.values:
        raise Refused("tax_mode_unknown", "Please choose one of the two.", field="mode")
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.PAY_OUT)
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        before = tax_place_of(merchant, place)
        if before.mode == mode:
            return False
        row = TaxMode.objects.create(
            merchant=merchant,
            place=place,
            number=before.row.number + 1 if before.row else 1,
            mode=mode,
            set_by_id=actor_id,
        )
        if mode == TaxMode.Mode.RECORD:
            _keep(merchant, row)
        audit_line(
            actor_id=actor_id,
            action="tax_mode.set",
            subject=row.pk,
            merchant=merchant_id,
            place=place,
            before=before.mode,
            after=mode,
        )
        _tell(merchant, before, mode)
    return True


def _keep(merchant: Merchant, row: TaxMode) -> None:
    """What stands on the accounts of the place was fenced until now, so it is kept until it is released."""
    TaxKept.objects.bulk_create(
        TaxKept(tax_mode=row, account=account.code, amount_minor=free_minor)
        for account, free_minor in free_of(merchant.pk, merchant.currency)
        if account.place == row.place and account.kind == "tax" and free_minor > 0
    )


def _tell(merchant: Merchant, place: TaxPlace, mode: str) -> None:
    tell_owners(
        merchant=merchant,
        subject=f"{merchant.trade_name}: the tax of {place.name} is handled in another way",
        body=(
            f"{SAYS[TaxMode.Mode(mode)]}\n\n"
            "If this was not you or another owner, sign in and set it back, and tell us."
        ),
    )
