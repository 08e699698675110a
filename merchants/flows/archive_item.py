"""An item goes off the counter, and comes back if that was a slip: nothing about it is lost."""

from uuid import UUID

from django.db import IntegrityError, transaction

from base.flows.record import audit_line
from base.ids import database_now
from merchants.flows.add_item import check_room
from merchants.flows.change_item import locked_item, name_taken
from merchants.models import Item


def archive_item(*, actor_id: UUID, item_id: UUID, on: bool) -> Item:
    """on: archive; off: bring back. Doing it twice changes nothing.

    Refused: item_name_taken (409) for one that comes back after another took its name, catalogue_full (409),
    not_found (404).
    """
    with transaction.atomic():
        item = locked_item(actor_id, item_id)
        if (item.archived_at is not None) == on:
            return item
        if not on:
            check_room(Item.objects.filter(merchant=item.merchant, archived_at=None).count() + 1)
        item.archived_at = database_now() if on else None
        try:
            with transaction.atomic():
                item.save(update_fields=["archived_at"])
        except IntegrityError:
            raise name_taken() from None
        audit_line(
            actor_id=actor_id,
            action="item.archived" if on else "item.restored",
            subject=item.pk,
            merchant=item.merchant_id,
            name=item.name,
        )
    return item
