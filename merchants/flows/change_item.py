"""An item gets another name, price, category or picture. A new price is on record with the old one."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import clean_name
from merchants.core.item_list import NAME_MAX
from merchants.core.picture import reencoded
from merchants.models import Item, ItemPicture, Merchant
from merchants.queries import item_for, tax_profile_of
from merchants.queries.catalogue import PRICE_CHANGED
from wallets.core.money import MAX_MINOR

PICTURE_SIDE = 320  # twice a tile's width, for sharp screens


def change_item(
    *,
    actor_id: UUID,
    item_id: UUID,
    name: str,
    price_minor: int,
    category: str,
    favourite: bool = False,
    position: int = 0,
    picture: bytes | None = None,
    drop_picture: bool = False,
) -> Item:
    """Change an active item; `picture` replaces the one that is there.

    Refused as `add_item`, and item_archived (409).
    """
    with transaction.atomic():
        item = locked_item(actor_id, item_id)
        if item.archived_at is not None:
            raise Refused("item_archived", "This item is archived. Bring it back first.", status=409)
        old_minor = item.price_minor
        facts = cleaned(item.merchant, name=name, price_minor=price_minor, category=category)
        facts |= {"favourite": favourite, "position": position}
        changed = sorted(field for field, value in facts.items() if getattr(item, field) != value)
        for field, value in facts.items():
            setattr(item, field, value)
        try:
            with transaction.atomic():
                item.save(update_fields=facts)
        except IntegrityError:
            raise name_taken() from None
        if picture:
            keep_picture(item, picture)
        elif drop_picture and item.picture_mark:
            ItemPicture.objects.filter(item=item).delete()
            _mark(item, "")
        record_change(actor_id, item, changed, old_minor=old_minor)
    return item


def locked_item(actor_id: UUID, item_id: UUID) -> Item:
    """The item, for one who keeps the catalogue; nobody else changes it until the transaction ends."""
    item = item_for(actor_id, item_id)
    fresh = Item.objects.select_for_update().get(pk=item.pk)
    fresh.merchant = item.merchant
    return fresh


def cleaned(merchant: Merchant, *, name: str, price_minor: int, category: str) -> dict[str, Any]:
    """Name, price and category as they may be kept; refused as `add_item` says. One query."""
    if price_minor <= 0:
        raise Refused("amount_invalid", "A price is more than zero.", field="price")
    if price_minor > MAX_MINOR:
        raise Refused("amount_too_large", "This price is too large.", field="price")
    if category not in tax_profile_of(merchant).categories:
        message = "Your tax profile does not name this category."
        raise Refused("category_not_sold", message, field="category")
    name = clean_name(name, limit=NAME_MAX, field="name")
    return {"name": name, "price_minor": price_minor, "category": category}


def keep_picture(item: Item, content: bytes) -> None:
    """Keep a sent picture with the item, in place of any other. Refused picture_* (422)."""
    made = reencoded(content, longest_side=PICTURE_SIDE)
    ItemPicture.objects.update_or_create(item=item, defaults={"content": made.content})
    _mark(item, sha256(made.content).hexdigest()[:16])


def record_change(actor_id: UUID, item: Item, changed: list[str], *, old_minor: int) -> None:
    """The audit lines of a change: one for the price, with both prices, and one for the rest."""
    if "price_minor" in changed:
        audit_line(
            actor_id=actor_id,
            action=PRICE_CHANGED,
            subject=item.pk,
            merchant=item.merchant_id,
            name=item.name,
            old_minor=old_minor,
            new_minor=item.price_minor,
        )
    if rest := [field for field in changed if field != "price_minor"]:
        audit_line(
            actor_id=actor_id,
            action="item.changed",
            subject=item.pk,
            merchant=item.merchant_id,
            name=item.name,
            fields=rest,
        )


def name_taken() -> Refused:
    return Refused("item_name_taken", "There is an item of that name.", status=409, field="name")


def _mark(item: Item, mark: str) -> None:
    item.picture_mark = mark
    item.save(update_fields=["picture_mark"])
