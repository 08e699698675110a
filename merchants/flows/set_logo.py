"""A shop gets a logo, or another one. Sheets that were taken before stay as they are."""

from hashlib import sha256
from uuid import UUID

from django.db import transaction

from base.flows.record import audit_line
from base.ids import database_now
from merchants.core.picture import reencoded
from merchants.core.roles import Action
from merchants.models import Logo
from merchants.queries import shop_for
from merchants.queries.logos import logo_of

LONGEST_SIDE = 600  # dots: 50 mm at 300 an inch, as wide as the largest sheet draws it


def set_logo(*, actor_id: UUID, merchant_id: UUID, content: bytes) -> Logo:
    """Keep the picture as it was made anew; the same one again changes nothing.

    content: a PNG, JPEG or WebP file as it was sent. Refused: not_found (404), picture_* (422).
    """
    merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
    picture = reencoded(content, longest_side=LONGEST_SIDE)  # before the transaction: it may take a second
    digest = sha256(picture.content).digest()
    kept = logo_of(merchant)
    if kept is not None and bytes(kept.sha256) == digest:
        return kept
    row = Logo(
        merchant=merchant,
        content=picture.content,
        sha256=digest,
        width=picture.width,
        height=picture.height,
        set_by_id=actor_id,
        set_at=database_now(),
    )
    with transaction.atomic():
        Logo.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["merchant"],
            update_fields=["content", "sha256", "width", "height", "set_by", "set_at"],
        )
        audit_line(
            actor_id=actor_id,
            action="logo.set",
            subject=merchant.pk,
            merchant=merchant.pk,
            sha256=digest.hex(),
        )
    return row
