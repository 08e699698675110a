"""One receipt of each correction, and the sales that wait for one: built while payments go on."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

DROP = "DROP INDEX CONCURRENTLY IF EXISTS payment_provisional"
BUILD = (
    # What a try that gave up has left behind.
    DROP,
    "CREATE INDEX CONCURRENTLY payment_provisional ON payments_payment (merchant_id) WHERE provisional",
)
DROP_ONCE = "DROP INDEX CONCURRENTLY IF EXISTS receipt_once"
BUILD_ONCE = (
    DROP_ONCE,
    "CREATE UNIQUE INDEX CONCURRENTLY receipt_once ON payments_receipt (payment_id, refund_id, correction_id) "
    "NULLS NOT DISTINCT",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0040_corrections")]

    operations = [
        ValidateConstraint("receipt", "receipt_kind_says"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddIndex(
                    "payment",
                    models.Index(
                        fields=["merchant"], condition=models.Q(provisional=True), name="payment_provisional"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(BUILD_ONCE, DROP_ONCE),
    ]
