"""Ring-fenced tax that has left its accounts: to a merchant that has filed and paid, or to the authority."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant, TaxMode


class TaxRelease(models.Model):
    """payable: the merchant has filed and paid, it says. authority: we remitted it. Never changed."""

    class To(models.TextChoices):
        PAYABLE = "payable"
        AUTHORITY = "authority"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="tax_releases", db_index=False
    )
    place = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    to = models.CharField(max_length=10, choices=To.choices, default=To.PAYABLE)
    # What left the tax accounts, and what of it only filled up the claim for tax that went back before.
    amount_minor = models.BigIntegerField()
    netted_minor = models.BigIntegerField(default=0)
    # Which period was filed, in the merchant's words; until: only tax of what happened before. Empty: all.
    period = models.CharField(max_length=20, blank=True)
    until = models.DateTimeField(null=True)
    # The mode that was in force: what was kept when it was set is released by what names it.
    tax_mode = models.ForeignKey(TaxMode, on_delete=models.PROTECT, related_name="releases")
    # Sorted keys, UTF-8, integers; the bytes whose SHA-256 stands in the journal.
    document = models.TextField()
    journal = models.UUIDField(unique=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="tax_release_positive"),
            models.CheckConstraint(condition=Q(to__in=["payable", "authority"]), name="tax_release_to_known"),
            # Only what goes to the authority can net what is claimed from it.
            models.CheckConstraint(
                condition=Q(netted_minor=0)
                | Q(to="authority", netted_minor__gt=0, netted_minor__lte=models.F("amount_minor")),
                name="tax_release_netted_within",
            ),
        ]
        indexes = [models.Index(fields=["merchant", "id"], name="tax_release_merchant")]

    def __str__(self) -> str:
        return f"tax release {self.id}"


class TaxReleasePart(models.Model):
    """What a release took from one tax account, in the order of the codes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(TaxRelease, on_delete=models.PROTECT, related_name="parts", db_index=False)
    line = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=160)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="tax_release_part_positive"),
            models.UniqueConstraint(fields=["release", "account"], name="tax_release_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor}"
