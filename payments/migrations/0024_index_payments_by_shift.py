"""A shift's payments are found by the shift: built while payments go on, and only of those that are in one."""

from django.db import migrations, models

DROP = "DROP INDEX CONCURRENTLY IF EXISTS payment_shift"
BUILD = (
    # What a try that gave up has left behind.
    DROP,
    "CREATE INDEX CONCURRENTLY payment_shift ON payments_payment (shift_id) WHERE shift_id IS NOT NULL",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0023_shown_codes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddIndex(
                    "payment",
                    models.Index(
                        fields=["shift"], condition=models.Q(shift__isnull=False), name="payment_shift"
                    ),
                ),
            ],
        ),
    ]
