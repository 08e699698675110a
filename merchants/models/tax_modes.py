"""What happens with the tax of a place until it is filed: the merchant's own choice, place by place.

A history that is only added to: of a merchant and place the row with the highest number counts, and without
one the mode is *record*. The application's role may not change or delete rows here.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Merchant


class TaxMode(models.Model):
    """record: a payout takes the tax too. ring_fence: it stays until the owner says that it was filed."""

    class Mode(models.TextChoices):
        RECORD = "record"
        RING_FENCE = "ring_fence"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="tax_modes", db_index=False)
    # As in the tax accounts' codes: "DE", "US-TX".
    place = models.CharField(max_length=10)
    # 1, 2, 3 ... of a merchant and place, given under the merchant's lock: clocks may disagree, numbers not.
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=12, choices=Mode.choices)
    # Null: it stood in the tax profile before there were places.
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "place", "number"], name="tax_mode_number_once"),
            models.CheckConstraint(condition=Q(mode__in=["record", "ring_fence"]), name="tax_mode_known"),
            models.CheckConstraint(condition=~Q(place=""), name="tax_mode_place_given"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.place} {self.mode}"


class TaxKept(models.Model):
    """What stood on a ring-fenced tax account when its place was set to *record*: it stays until released."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tax_mode = models.ForeignKey(TaxMode, on_delete=models.PROTECT, related_name="kept", db_index=False)
    account = models.CharField(max_length=160)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tax_mode", "account"], name="tax_kept_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="tax_kept_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor}"
