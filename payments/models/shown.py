"""A customer's one-time code, shown to a till: what is kept of it, and which order took it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import QrCode, Till
from payments.models.sale import Session
from payments.models.showing import Showing


class ShownCode(models.Model):
    """shown -> asked (one order took it: its session) or gone (renewed, hidden, closed). Never back."""

    class State(models.TextChoices):
        SHOWN = "shown"
        ASKED = "asked"
        GONE = "gone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    showing = models.ForeignKey(Showing, on_delete=models.PROTECT, related_name="codes", db_index=False)
    state = models.CharField(max_length=5, choices=State.choices, default=State.SHOWN)
    # Neither the link nor the digits can be made from what is kept.
    id_sha256 = models.BinaryField(max_length=32, unique=True)
    digits_mac = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    order = models.ForeignKey(QrCode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    session = models.OneToOneField(Session, null=True, on_delete=models.PROTECT, related_name="shown_code")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["showing"], condition=Q(state="shown"), name="shown_code_one_a_showing"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="asked",
                    session__isnull=False,
                    order__isnull=False,
                    till__isnull=False,
                    asked_at__isnull=False,
                )
                | (~Q(state="asked") & Q(session=None, order=None, till=None, asked_at=None)),
                name="shown_code_asked_whole",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="shown_code_times"),
        ]
        indexes = [models.Index(fields=["showing", "id"], name="shown_code_of_showing")]

    def __str__(self) -> str:
        return f"shown code {self.id}"


class TypedTry(models.Model):
    """Digits that somebody typed at a till: counted before they are looked up. Ids sort by time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["actor", "id"], name="typed_try_actor")]

    def __str__(self) -> str:
        return f"try {self.id}"
