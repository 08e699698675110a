"""Who sells: the business, its places, tills and people, its tax profile, codes and printed sheets.

Every row carries its merchant, and every read goes through `merchants.queries`, scoped by actor.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Now

from base.ids import new_id


class Merchant(models.Model):
    """A business. Its names and tax number are what a payer is shown once an operator has reviewed them."""

    class Review(models.TextChoices):
        WAITING = "waiting"
        REVIEWED = "reviewed"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    legal_name = models.CharField(max_length=120)
    trade_name = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    mcc = models.CharField(max_length=4, default="5999")
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.WAITING)
    reviewed_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    fee_ppm = models.PositiveIntegerField()
    # No column: False where the read that made this row has seen that no rule shares its sales.
    may_share: bool = True
    has_own_rates: bool = True
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fee_ppm__lte=100_000), name="merchant_fee_bounded"),
            models.CheckConstraint(
                condition=Q(review__in=["waiting", "reviewed", "rejected"]), name="merchant_review_known"
            ),
        ]

    def __str__(self) -> str:
        return self.trade_name


class NameChange(models.Model):
    """A wish to trade under another name: shown to payers only after an operator has agreed."""

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="name_changes")
    trade_name = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"], condition=Q(state="asked"), name="name_change_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} to {self.trade_name}"


# What a shop sells while nobody knows how it is taxed: all at the full rate of its place.
PROVISIONALLY = "standard"


class TaxProfile(models.Model):
    """What a business needs before it may take money: no profile, no active code."""

    class Rounding(models.TextChoices):
        PER_LINE = "per_line"
        PER_RATE_TOTAL = "per_rate_total"

    merchant = models.OneToOneField(
        Merchant, primary_key=True, on_delete=models.PROTECT, related_name="tax_profile"
    )
    # Empty only while the profile is provisional.
    tax_number = models.CharField(max_length=30, blank=True)
    prices_include_tax = models.BooleanField()
    categories = ArrayField(models.CharField(max_length=30))
    rounding = models.CharField(max_length=20, choices=Rounding.choices, default=Rounding.PER_LINE)
    # Not told yet how the shop is taxed: its sales are taxed in full, and the tax stays here, until it is.
    provisional = models.BooleanField(db_default=False)
    # What its provisional sales were, said when the profile was completed.
    sold_as = models.CharField(max_length=30, null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(tax_number="") | Q(provisional=True), name="tax_profile_number_said"
            ),
            models.CheckConstraint(
                condition=Q(provisional=False) | Q(sold_as=None), name="tax_profile_sold_as_at_the_end"
            ),
            models.CheckConstraint(condition=Q(categories__len__gt=0), name="tax_profile_sells"),
        ]

    def __str__(self) -> str:
        return f"tax profile of {self.merchant_id}"


class OwnRate(models.Model):
    """A merchant's own dated tax rate, where the national table cannot know it (US, IN, BR).

    It holds in one place, or everywhere it sells where country and region are empty. Of several taxes on one
    line the plain ones come first, then those that are taken on them too, each by name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="own_rates")
    category = models.CharField(max_length=30)
    tax = models.CharField(max_length=20)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    # Taken on the net amount and on the taxes before it.
    compound = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=10, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lt=100), name="own_rate_percent"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="own_rate_half_open"
            ),
            models.UniqueConstraint(
                fields=["merchant", "category", "tax", "country", "region", "valid_from"],
                name="own_rate_once",
            ),
            # "US-TX" belongs to "US"; a region without its country would hold nowhere.
            models.CheckConstraint(
                condition=Q(region="") | Q(region__startswith=Concat("country", Value("-"))) & ~Q(country=""),
                name="own_rate_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax} {self.rate} from {self.valid_from}"

    @property
    def place(self) -> str:
        """The code of its place ("US-TX", "DE"); empty: everywhere."""
        return self.region or self.country


class Branch(models.Model):
    """A place of sale. Its country and region decide the tax, its zone the local day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="branches")
    name = models.CharField(max_length=60)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=60)
    region = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """One line as a payer reads it: "Torstraße 12, 10119 Berlin"."""
        return f"{self.street}, {f'{self.postcode} {self.city}'.strip()}"


class Till(models.Model):
    """One counter of a branch: where "paid" is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="tills")
    name = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "name"], name="till_name_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a person may do for a merchant (`merchants/core/roles.py` says what)."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MANAGER = "manager"
        CASHIER = "cashier"
        ACCOUNTANT = "accountant"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "person"], condition=Q(ended_at=None), name="membership_one_role"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "manager", "cashier", "accountant"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Invite(models.Model):
    """An invitation by mail to take a role. The token is kept as a hash and works once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="invites")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Membership.Role.choices)
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
