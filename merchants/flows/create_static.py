"""A code to print: the payer types the amount; what it takes, for whom and until when stands in its row."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.identity import clean_text
from merchants.core.roles import Action
from merchants.flows.create_qr import create_qr
from merchants.models import QrCode, Till
from merchants.queries import branch_for, not_found, works_here

MOST_USES = 100_000


def create_static(
    *,
    actor_id: UUID,
    branch_id: UUID,
    category: str,
    label: str = "",
    till_id: UUID | None = None,
    tip_allowed: bool = True,
    reference: str = "",
    cashier_id: UUID | None = None,
    expires_at: datetime | None = None,
    most_uses: int | None = None,
) -> QrCode:
    """A code to print: amount open, exactly one tax category, shown at one till or at the whole branch.

    reference: on each of its payments. cashier_id: whose payments they are; one of the shop's people.
    expires_at, most_uses: when it ends by itself, by time or by the number of its payments.
    Refused: not_found (404); shop_frozen, shop_rejected, tax_profile_missing, tax_rate_missing (409);
    category_not_sold, name_*, end_past, uses_invalid (400).
    """
    label = clean_text(label, limit=40, field="label")
    reference = clean_text(reference, limit=40, field="reference")
    if most_uses is not None and not 1 <= most_uses <= MOST_USES:
        raise Refused("uses_invalid", f"A code takes between 1 and {MOST_USES:,} payments, or any number.")
    with transaction.atomic():
        branch = branch_for(actor_id, branch_id, Action.MANAGE_CODES)
        till = Till.objects.filter(pk=till_id, branch=branch).first() if till_id else None
        if till_id and till is None:
            raise not_found()
        if cashier_id and not works_here(branch.merchant, cashier_id):
            raise not_found()
        at = database_now()
        if expires_at is not None and expires_at <= at:
            raise Refused("end_past", "The end of the code lies in the past. Choose a later one.")
        return create_qr(
            actor_id=actor_id,
            branch=branch,
            till=till,
            categories={category},
            at=at,
            kind=QrCode.Kind.STATIC,
            category=category,
            label=label,
            tip_allowed=tip_allowed,
            reference=reference,
            cashier_id=cashier_id,
            expires_at=expires_at,
            most_uses=most_uses,
        )
