"""The double-entry ledger (design: docs/LEDGER.md). Credit is positive.

The application's role may only read Account, Journal, Entry and Hold; every write goes through the
functions in `wallets/sql`, called by `wallets.flows`. PostgreSQL refuses the rest.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Now

from base.ids import new_id
from wallets.core.ledger import MAX_AMOUNT


def _part(of: str, number: int) -> Func:
    """One part of a text that colons divide, the first being 1."""
    return Func(F(of), Value(":"), Value(number), function="split_part", output_field=models.CharField())


def subject_of(reference: str) -> Cast:
    """The id in a journal's reference."""
    return Cast(_part(reference, 2), models.UUIDField())


class Account(models.Model):
    """One balance in one currency. Guarded: `balance - held` never goes below zero."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=160)
    currency = models.CharField(max_length=3)
    guarded = models.BooleanField()
    balance_minor = models.BigIntegerField(db_default=0)
    held_minor = models.BigIntegerField(db_default=0)
    version = models.BigIntegerField(db_default=0)
    shard_key = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())
    # Closed for ever: empty, and no entry or promise may name it again.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A constraint, not `unique=True`: Django would add a second index for LIKE, which nobody asks.
            models.UniqueConstraint(fields=["code"], name="account_code_once"),
            # An account's name says its currency; nobody may open "customer:...:EUR" in dollars.
            models.CheckConstraint(
                condition=Q(code__startswith="platform:", currency=_part("code", 2))
                | (~Q(code__startswith="platform:") & Q(currency=_part("code", 3))),
                name="account_currency_named",
            ),
            # We cannot owe less than nothing: no code path may overdraw a customer or a merchant.
            models.CheckConstraint(
                condition=Q(guarded=False) | Q(balance_minor__gte=F("held_minor")),
                name="account_guarded_not_below_zero",
            ),
            models.CheckConstraint(condition=Q(held_minor__gte=0), name="account_held_not_negative"),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=-MAX_AMOUNT, balance_minor__lte=MAX_AMOUNT),
                name="account_balance_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Journal(models.Model):
    """One balanced, immutable record. `reference` is unique for ever: a repeat finds the first.

    It is the kind, a colon, and the id of what the journal is for: "sale:<payment>".
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    document_sha256 = models.BinaryField(max_length=32, null=True)
    salt = models.BinaryField(max_length=16)
    shard_key = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["shard_key", "happened_at"], name="journal_shard_time")]
        constraints = [
            # A reference is its kind and an id. Ids ascend, so the index fills its pages; it is unique over
            # no less than the reference. Whoever looks for a reference names id and kind: `subject_of`.
            models.UniqueConstraint(subject_of("reference"), F("kind"), name="journal_subject_once"),
            models.CheckConstraint(condition=Q(kind=_part("reference", 1)), name="journal_kind_of_reference"),
            models.CheckConstraint(condition=~Q(reference=""), name="journal_reference_given"),
        ]

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """One signed line of a journal. Partitioned by month on `created_at`; append-only.

    `balance_after_minor` and `account_version` chain without a gap: both are given under the
    account's row lock. No index holds the key: a journal's entries come in one statement, and the
    trigger `entry_balanced` sees that each has a number of its own. Its shard is its account's.
    """

    pk = models.CompositePrimaryKey("journal", "line", "created_at")
    journal = models.ForeignKey(
        Journal, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="entries"
    )
    line = models.SmallIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    # A foreign key to a busy account would be a hidden hot row (key-share locks): the trigger
    # `entry_balanced` checks existence for the whole statement instead.
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="entries"
    )
    amount_minor = models.BigIntegerField()
    balance_after_minor = models.BigIntegerField()
    account_version = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "account_version"], name="entry_account_version"),
            models.Index(fields=["journal"], name="entry_journal"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="entry_not_zero"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=-MAX_AMOUNT, amount_minor__lte=MAX_AMOUNT),
                name="entry_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.line}"


class Hold(models.Model):
    """Money promised to a payment, not yet moved. Captured at most once; never expires by itself.

    A payment has one hold for ever, so it is known by its payment.
    """

    class State(models.TextChoices):
        HELD = "held"
        CAPTURED = "captured"
        RELEASED = "released"

    payment = models.UUIDField(primary_key=True)
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="holds"
    )
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(db_default=0)
    state = models.CharField(max_length=10, choices=State.choices, db_default=State.HELD)
    journal = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    # The entries that settling will write, while the hold is open (checked when it was placed).
    leg_accounts = ArrayField(models.UUIDField(), null=True)
    leg_amounts = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lte=MAX_AMOUNT), name="hold_positive"
            ),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=0, captured_minor__lte=F("amount_minor")),
                name="hold_captured_within",
            ),
            # A hold ends once: captured into a journal, or released without one.
            models.CheckConstraint(
                condition=Q(state="held", journal=None, ended_at=None, captured_minor=0)
                | Q(state="captured", journal__isnull=False, ended_at__isnull=False, captured_minor__gt=0)
                | Q(state="released", journal=None, ended_at__isnull=False, captured_minor=0),
                name="hold_state_whole",
            ),
            models.CheckConstraint(
                condition=Q(leg_accounts=None, leg_amounts=None)
                | Q(state="held", leg_accounts__isnull=False, leg_amounts__isnull=False),
                name="hold_legs_while_open",
            ),
        ]

    def __str__(self) -> str:
        return f"hold of {self.payment}"
