"""Indexes that nobody reads by, or that another one begins with, go: each was a write of every payment.

The way back builds them under a lock, so stop taking payments before you go it.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, ForeignKey

ONE = "ALTER TABLE payments_receipt DROP CONSTRAINT receipt_once_of_payment"
TWO = "ALTER TABLE payments_receipt ADD CONSTRAINT receipt_once_of_payment UNIQUE USING INDEX receipt_once_of_payment"
# Without the constraint its index goes too; the way back of 0016 finds none, and one step forward needs one.
BACK = (
    ONE,
    "CREATE UNIQUE INDEX receipt_once_of_payment ON payments_receipt (payment_id, refund_id) NULLS NOT DISTINCT",
)


def unread(model, name, to, related_name, **more):
    field = ForeignKey(to, on_delete=PROTECT, related_name=related_name, db_index=False, **more)
    return migrations.AlterField(model, name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0016_build_read_indexes"),
        ("merchants", "0004_split_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TWO, BACK)],
            state_operations=[
                migrations.AddIndex(
                    "payment", models.Index(fields=["branch", "happened_at"], name="payment_branch_time")
                ),
                migrations.AddConstraint(
                    "receipt",
                    models.UniqueConstraint(
                        fields=["payment", "refund"], nulls_distinct=False, name="receipt_once_of_payment"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint("receipt", "receipt_one_sale"),
        migrations.RemoveIndex("payment", "payment_till"),
        unread("payment", "code", "merchants.qrcode", "payments"),
        unread("payment", "merchant", "merchants.merchant", "payments"),
        unread("payment", "branch", "merchants.branch", "+"),
        unread("payment", "till", "merchants.till", "+", null=True),
        unread("payment", "person", settings.AUTH_USER_MODEL, "payments"),
        unread("saleline", "payment", "payments.payment", "lines"),
        unread("session", "merchant", "merchants.merchant", "+"),
        unread("receipt", "merchant", "merchants.merchant", "receipts"),
        unread("receipt", "payment", "payments.payment", "receipts"),
    ]
