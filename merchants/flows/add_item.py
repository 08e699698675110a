"""An item comes into the catalogue: from then on it is one tap at every till of the shop."""

from uuid import UUID

from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.item_list import MOST_ITEMS
from merchants.core.roles import Action
from merchants.flows.change_item import cleaned, keep_picture, name_taken
from merchants.models import Item
from merchants.queries import shop_for


def add_item(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    name: str,
    price_minor: int,
    category: str,
    favourite: bool = False,
    position: int = 0,
    picture: bytes | None = None,
) -> Item:
    """Add an item; price as the shop prices, picture as it was sent.

    Refused: name_*, amount_invalid, amount_too_large, category_not_sold (400), item_name_taken,
    catalogue_full, tax_profile_missing (409), picture_* (422), not_found (404).
    """
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        facts = cleaned(merchant, name=name, price_minor=price_minor, category=category)
        check_room(Item.objects.filter(merchant=merchant, archived_at=None).count() + 1)
        item = Item(merchant=merchant, favourite=favourite, position=position, **facts)
        try:
            with transaction.atomic():
                item.save(force_insert=True)
        except IntegrityError:
            raise name_taken() from None
        if picture:
            keep_picture(item, picture)
        audit_line(
            actor_id=actor_id,
            action="item.added",
            subject=item.pk,
            merchant=merchant.pk,
            name=item.name,
            price_minor=item.price_minor,
        )
    return item


def check_room(count: int) -> None:
    """Refused catalogue_full (409) for more active items than a counter page can show."""
    if count > MOST_ITEMS:
        message = f"A catalogue holds {MOST_ITEMS} items. Nothing was added. Archive some first."
        raise Refused("catalogue_full", message, status=409)
