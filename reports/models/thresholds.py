"""Which thresholds of turnover a merchant has been told of: the row is what makes a notice go out once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant


class ThresholdNotice(models.Model):
    """One level of a threshold, reached in one span. mailed: False for what a higher one covered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    threshold = models.CharField(max_length=30)
    span = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    turnover_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    mailed = models.BooleanField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # However often the clock rings, and however many clocks there are: once.
            models.UniqueConstraint(
                fields=["merchant", "threshold", "span", "level"], name="threshold_notice_once"
            ),
            models.CheckConstraint(condition=Q(level__in=[80, 100]), name="threshold_notice_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.threshold} {self.span}: {self.level} %"
