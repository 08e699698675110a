"""The picture that a shop prints on its sheets: a table of its own, so that reading a shop stays small."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from merchants.models.business import Merchant


class Logo(models.Model):
    """One a shop. Its bytes are ours, made anew from what was sent (`merchants.core.picture`)."""

    merchant = models.OneToOneField(Merchant, primary_key=True, on_delete=models.PROTECT, related_name="logo")
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A sheet scales by both sides, so none may be nothing.
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="logo_has_sides"),
        ]

    def __str__(self) -> str:
        return f"logo of {self.merchant_id}"

    @property
    def version(self) -> str:
        """For its address, so that a browser never shows the one before."""
        return bytes(self.sha256).hex()[:12]
