"""Our link codes and the sheets that were printed of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Branch, Merchant, Till


class QrCode(models.Model):
    """One of our link codes. The token in the picture only names this row; the row decides.

    Static: on paper, the payer types the amount, exactly one tax category.
    One-time: an amount or lines, a reference, a short life, paid once.
    """

    class Kind(models.TextChoices):
        STATIC = "static"
        ONE_TIME = "one_time"

    class State(models.TextChoices):
        ACTIVE = "active"
        RETIRED = "retired"

    # 128 random bits, not UUIDv7: a code's id must not be guessed from another's.
    id = models.UUIDField(primary_key=True, editable=False)
    key_id = models.PositiveSmallIntegerField()
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="codes")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="codes")
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="codes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    label = models.CharField(max_length=40, blank=True)
    # Static codes: the one tax category. One-time codes: empty, their lines carry one each.
    category = models.CharField(max_length=30, blank=True)
    # One-time codes: [{"description", "category", "amount_minor"[, "quantity", "discount_minor"]}], as priced
    # (see TaxProfile); amount_minor is for all pieces, after the discount.
    lines = models.JSONField(default=list)
    reference = models.CharField(max_length=40, blank=True)
    tip_allowed = models.BooleanField(default=True)
    # Whose code it is, such as a waiter's: payments by it are that cashier's. Static codes only.
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Static codes: how many payments it takes in all (null: any number), and how many it has taken.
    most_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0, db_default=0)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    # One-time codes: the printed code whose scan leads to this order, while it is open.
    pushed_to = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="pushed")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="static", lines=[], pushed_to=None) & ~Q(category=""))
                | (
                    Q(kind="one_time", expires_at__isnull=False, category="", most_uses=None)
                    & Q(cashier=None, replaces=None)
                    & ~Q(lines=[])
                ),
                name="qr_code_kind_whole",
            ),
            # The database, not the code, stops a payment more than the code may take.
            models.CheckConstraint(
                condition=Q(most_uses=None, uses=0)
                | Q(most_uses__isnull=False, most_uses__gt=0, uses__lte=F("most_uses")),
                name="qr_code_uses_within",
            ),
            models.CheckConstraint(
                condition=Q(state="active", retired_at=None) | Q(state="retired", retired_at__isnull=False),
                name="qr_code_state_whole",
            ),
        ]
        indexes = [models.Index(fields=["merchant", "kind", "created_at"], name="qr_code_merchant")]

    def __str__(self) -> str:
        return self.label or str(self.id)

    @property
    def is_used_up(self) -> bool:
        """Whether it has taken as many payments as it may."""
        return self.most_uses is not None and self.uses >= self.most_uses


class PrintedSheet(models.Model):
    """A sheet once printed: kept, and served again as it was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="sheets")
    sheet = models.CharField(max_length=10)
    media_type = models.CharField(max_length=40)
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "sheet"], name="printed_sheet_once")]

    def __str__(self) -> str:
        return self.file_name
