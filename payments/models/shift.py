"""A till's shift: whose payments are counted together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Till


class Shift(models.Model):
    """open -> closed. A till has one open shift at most; `payments_promise` puts it on each payment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="shifts")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["till"], condition=Q(closed_at=None), name="shift_one_open_at_a_till"
            )
        ]

    def __str__(self) -> str:
        return f"shift {self.id}"
