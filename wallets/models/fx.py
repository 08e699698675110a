"""Rates of exchange, as their source published them; the app may add to them and never change them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

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
