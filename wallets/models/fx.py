"""Rates of exchange as their source published them, and the tries to import them: only ever added to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from wallets.core.fx import DECIMALS, ECB, EUR, LARGEST, MANUAL, SMALLEST


class FxRate(models.Model):
    """Units of `currency` for one euro, by one source for one day. A better rate is one of a later day.

    `imported_at` says since when we knew it: terms of a moment are made of what was known then.
    """

    pk = models.CompositePrimaryKey("currency", "source", "published_on")
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=10)
    published_on = models.DateField()
    rate = models.DecimalField(max_digits=DECIMALS + 8, decimal_places=DECIMALS)
    # Who published it: in the words of the operator's file, and empty for the ECB's own.
    publisher = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$") & ~Q(currency=EUR), name="fx_rate_currency"
            ),
            # A zero would give goods away, and so would a slip of the comma.
            models.CheckConstraint(
                condition=Q(rate__gte=SMALLEST, rate__lte=LARGEST), name="fx_rate_bounded"
            ),
            models.CheckConstraint(
                condition=Q(source=ECB, publisher="") | Q(source=MANUAL) & ~Q(publisher=""),
                name="fx_rate_source_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} ({self.source}, {self.published_on})"


class FxImport(models.Model):
    """One try to import a file of rates, and what came of it. refused: the code of a refusal, else ""."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=10)
    # Who brought the file: the clock's own fetch, the command, or an operator on the page.
    way = models.CharField(max_length=10)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    file_sha256 = models.BinaryField(max_length=32)
    added = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    newest_on = models.DateField(null=True)
    refused = models.CharField(max_length=40, blank=True)
    said = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refused="") | Q(added=0) & ~Q(said=""), name="fx_import_whole"
            ),
        ]
        indexes = [models.Index(fields=["source", "created_at"], name="fx_import_newest")]

    def __str__(self) -> str:
        return f"{self.source}: {self.refused or self.added}"
