"""A worn, lost or swapped sheet: a new code takes its place, and the old one is retired with that."""

from uuid import UUID

from django.db import transaction

from base.ids import database_now
from merchants.core.roles import Action
from merchants.flows.create_qr import create_qr
from merchants.flows.retire_qr import retire_qr
from merchants.models import QrCode
from merchants.queries import code_for, not_found

# What the new code has from the old one; its uses begin anew, and an end that has passed is not taken over.
_SAME = ("kind", "category", "label", "reference", "tip_allowed", "cashier_id", "most_uses")


def replace_qr(*, actor_id: UUID, code_id: UUID) -> QrCode:
    """The printed code that takes the place of this one; the same one however often it is asked for.

    Refused: not_found (404, also for a one-time code), and what `create_one_time` refuses of the shop (409).
    """
    with transaction.atomic():
        old = code_for(actor_id, code_id, Action.MANAGE_CODES)
        if old.kind != QrCode.Kind.STATIC:
            raise not_found()
        QrCode.objects.select_for_update(no_key=True).get(pk=old.pk)  # two taps make one new code
        known = QrCode.objects.filter(replaces=old).first()
        if known is not None:
            return known
        at = database_now()
        end = old.expires_at if old.expires_at and old.expires_at > at else None
        new = create_qr(
            actor_id=actor_id,
            branch=old.branch,
            till=old.till,
            categories={old.category},
            at=at,
            replaces=old,
            expires_at=end,
            **{name: getattr(old, name) for name in _SAME},
        )
        retire_qr(actor_id=actor_id, code_id=old.pk)
    return new
