"""Sealed periods: what was closed, with which figures, what was filed, and who agreed to open it again.

The periods of a merchant are one chain: each but the first begins where another ends, and each moment begins
or ends one period at most. So they never overlap and leave no gap, whoever writes the rows.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant


class BooksPeriod(models.Model):
    """closed -> filed; both -> reopened -> closed. Open is what has no row. Half-open, in instants."""

    class State(models.TextChoices):
        CLOSED = "closed"
        FILED = "filed"
        REOPENED = "reopened"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    label = models.CharField(max_length=25)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=50)
    # Its own beginning, which is another one's end (a foreign key of the database); null for the first.
    follows = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CLOSED)
    reopening = models.OneToOneField("BooksReopening", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="books_period_half_open"),
            models.CheckConstraint(
                condition=Q(follows=None) | Q(follows=F("starts_at")),
                name="books_period_follows_at_its_start",
            ),
            # With the foreign key of `follows`: one chain, no overlap, no gap.
            models.UniqueConstraint(fields=["merchant", "starts_at"], name="books_period_starts_once"),
            models.UniqueConstraint(fields=["merchant", "ends_at"], name="books_period_ends_once"),
            models.UniqueConstraint(
                fields=["merchant"], condition=Q(follows=None), name="books_period_one_first"
            ),
            models.CheckConstraint(
                condition=Q(state="reopened", reopening__isnull=False)
                | Q(state__in=["closed", "filed"], reopening=None),
                name="books_period_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.state}"


class BooksClosing(models.Model):
    """One close: the figures as they were, and what the ledger held. Never changed; a later one names it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.ForeignKey(BooksPeriod, on_delete=models.PROTECT, related_name="closings", db_index=False)
    number = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    # What the ledger held: how many journals, the newest, and the SHA-256 over all of them with their papers.
    journals = models.PositiveBigIntegerField()
    ledger_head = models.UUIDField(null=True)
    ledger_sha256 = models.CharField(max_length=64)
    schema_version = models.CharField(max_length=20)
    rate_table = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    # {"<column>": {"<currency>": minor units}}; [[currency, place, tax, rate, minor units]].
    totals = models.JSONField()
    taxes = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="books_closing_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, supersedes=None) | Q(number__gt=1, supersedes__isnull=False),
                name="books_closing_names_the_one_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} closing {self.number}"


class BooksFiling(models.Model):
    """The return of one closing was handed in: when, under which reference. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    closing = models.OneToOneField(BooksClosing, on_delete=models.PROTECT, related_name="filing")
    filed_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"filed {self.filed_on}"


class BooksException(models.Model):
    """A journal of this closing's period that changes what an earlier closing said. In one list for ever.

    amount_minor, tax_minor: as an export has them: what the merchant gives is negative.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    closing = models.ForeignKey(BooksClosing, on_delete=models.PROTECT, related_name="exceptions")
    concerns = models.ForeignKey(BooksPeriod, on_delete=models.PROTECT, related_name="+")
    # The one guard that makes it exactly once.
    journal = models.UUIDField(unique=True)
    kind = models.CharField(max_length=30)
    payment = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.journal}"

    @property
    def label(self) -> str:
        """The period that it changes."""
        return self.concerns.label


class BooksReopening(models.Model):
    """Two people and a reason: asked -> agreed, withdrawn, expired. One of the two is an owner."""

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.ForeignKey(BooksPeriod, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=20)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_role = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="books_reopening_has_reason"),
            models.CheckConstraint(
                condition=Q(state="agreed", agreed_by__isnull=False) & ~Q(agreed_by=F("asked_by"))
                | ~Q(state="agreed") & Q(agreed_by=None),
                name="books_reopening_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(asked_role="owner") | Q(agreed_role="owner"),
                name="books_reopening_by_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at=None) | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="books_reopening_state_whole",
            ),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state="asked"), name="books_reopening_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.state}"
