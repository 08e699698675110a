"""A till's list is read newest first, a payment's receipts with its sale's first: built while payments go on."""

from django.db import migrations

BRANCH = (
    # What a try that gave up has left behind.
    "DROP INDEX CONCURRENTLY IF EXISTS payment_branch_time",
    "CREATE INDEX CONCURRENTLY payment_branch_time ON payments_payment (branch_id, happened_at)",
)
ONCE = (
    "DROP INDEX CONCURRENTLY IF EXISTS receipt_once_of_payment",
    "CREATE UNIQUE INDEX CONCURRENTLY receipt_once_of_payment ON payments_receipt (payment_id, refund_id) "
    "NULLS NOT DISTINCT",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0015_plan_once")]

    operations = [
        migrations.RunSQL(BRANCH, "DROP INDEX CONCURRENTLY IF EXISTS payment_branch_time"),
        migrations.RunSQL(ONCE, "DROP INDEX CONCURRENTLY IF EXISTS receipt_once_of_payment"),
    ]
