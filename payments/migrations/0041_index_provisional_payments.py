"""The sales that wait for a correction are found by their shop: built while payments go on, and only of those."""

from django.db import migrations, models

DROP = "DROP INDEX CONCURRENTLY IF EXISTS payment_provisional"
BUILD = (
    # What a try that gave up has left behind.
    DROP,
    "CREATE INDEX CONCURRENTLY payment_provisional ON payments_payment (merchant_id) WHERE provisional",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0040_corrections")]

    operations = [
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
    ]
