"""What a shop sells at its counter: a name, a price and a tax category each, perhaps with a picture."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Merchant


class Item(models.Model):
    """One thing on the counter page. An archived one is kept: its price history and a way back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=60)
    # In the merchant's currency, as the shop prices: with tax in it or without (see TaxProfile).
    price_minor = models.BigIntegerField()
    category = models.CharField(max_length=30)
    favourite = models.BooleanField(default=False)
    # Items stand by this number, equal ones by name.
    position = models.PositiveIntegerField(default=0)
    # The first 16 hex digits of the picture's SHA-256, for its address; "" for none.
    picture_mark = models.CharField(max_length=16, blank=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A price is charged without another look, so the database holds it too.
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="item_price_above_zero"),
            # Two tiles of one name would be told apart by nobody at the counter.
            models.UniqueConstraint(
                fields=["merchant", "name"], condition=Q(archived_at=None), name="item_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemPicture(models.Model):
    """The picture of an item, made anew from what was sent; apart from it, so that lists stay light."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="picture")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"picture of {self.item_id}"
