"""What waits to be settled: the queue stands in PostgreSQL."""

from uuid import UUID

from django.db import models

from payments.models.sale import Payment

LANES = 256


def lane_of(merchant: UUID) -> int:
    """0 to 255, always the same for a merchant; workers share these out among themselves."""
    return merchant.int % LANES


class Due(models.Model):
    """A promised payment with everything that settling it writes, fixed at the confirm.

    Written with the payment, deleted with its settlement. `lane` is 0 to 255 by the merchant, so that
    two workers on different lanes meet only where they share a payer.
    """

    payment = models.OneToOneField(
        Payment, primary_key=True, on_delete=models.PROTECT, related_name="due", db_constraint=False
    )
    lane = models.PositiveSmallIntegerField()
    merchant = models.UUIDField()
    journal = models.UUIDField()
    happened_at = models.DateTimeField()
    # The receipt's text before and after its number, and what the tills are told.
    paper_before = models.TextField()
    paper_after = models.TextField()
    topic = models.CharField(max_length=80)
    told = models.JSONField()

    def __str__(self) -> str:
        return f"due {self.payment_id}"
