"""What an accountant has decided about one client's books."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from merchants.models import Merchant


class BookSettings(models.Model):
    """When the fiscal year begins. No row: on 1 January."""

    merchant = models.OneToOneField(
        Merchant, primary_key=True, on_delete=models.PROTECT, related_name="book_settings"
    )
    fiscal_month = models.PositiveSmallIntegerField()
    fiscal_day = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A day that every year has: so 29 February is none.
            models.CheckConstraint(
                condition=Q(fiscal_day__gte=1)
                & (
                    Q(fiscal_month__in=[1, 3, 5, 7, 8, 10, 12], fiscal_day__lte=31)
                    | Q(fiscal_month__in=[4, 6, 9, 11], fiscal_day__lte=30)
                    | Q(fiscal_month=2, fiscal_day__lte=28)
                ),
                name="book_settings_day_of_every_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_month:02d}-{self.fiscal_day:02d}"
