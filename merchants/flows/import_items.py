"""A price list becomes the catalogue: new names are added, known ones get the list's price and category.

All of it or nothing; items that the list does not name stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.item_list import WantedItem
from merchants.core.roles import Action
from merchants.flows.add_item import check_room
from merchants.flows.change_item import record_change
from merchants.models import Item, Merchant
from merchants.queries import shop_for, tax_profile_of


@dataclass(frozen=True, slots=True)
class Imported:
    """How many items of a list were added, changed, or as the list has them already."""

    added: int
    changed: int
    same: int


def import_items(*, actor_id: UUID, merchant_id: UUID, wanted: Sequence[WantedItem]) -> Imported:
    """Take a list that `core.item_list` read. Refused: catalogue_full, category_not_sold, not_found (404)."""
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        # One list at a time: two of them would both add what neither finds.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if strange := {each.category for each in wanted} - set(tax_profile_of(merchant).categories):
            message = "Your tax profile does not name this category. Nothing was changed."
            raise Refused("category_not_sold", message, categories=sorted(strange))
        rows = Item.objects.select_for_update().filter(merchant=merchant, archived_at=None)
        known = {item.name: item for item in rows}
        new = [_new(merchant, each) for each in wanted if each.name not in known]
        check_room(len(known) + len(new))
        Item.objects.bulk_create(new)
        old = [each for each in wanted if each.name in known]
        changed = sum(_changed(actor_id, known[each.name], each) for each in old)
        done = Imported(len(new), changed, len(old) - changed)
        audit_line(
            actor_id=actor_id,
            action="items.imported",
            subject=merchant.pk,
            merchant=merchant.pk,
            added=done.added,
            changed=done.changed,
        )
    return done


def _new(merchant: Merchant, wanted: WantedItem) -> Item:
    return Item(
        merchant=merchant,
        name=wanted.name,
        price_minor=wanted.price_minor,
        category=wanted.category,
        # In the order of the list, behind what was placed by hand in front.
        position=wanted.line,
    )


def _changed(actor_id: UUID, item: Item, wanted: WantedItem) -> bool:
    """Whether the list has another price or category than the item had."""
    old_minor, facts = item.price_minor, ("price_minor", "category")
    fields = [field for field in facts if getattr(item, field) != getattr(wanted, field)]
    if fields:
        item.price_minor, item.category = wanted.price_minor, wanted.category
        item.save(update_fields=fields)
        record_change(actor_id, item, fields, old_minor=old_minor)
    return bool(fields)
