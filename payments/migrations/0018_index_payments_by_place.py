"""A till's list is the newest of the till and the newest of its branch that name none: one index serves both.

By the branch alone a quiet till in a busy branch would walk through all that the others took.
"""

from django.db import migrations, models

BUILD = (
    # What a try that gave up has left behind.
    "DROP INDEX CONCURRENTLY IF EXISTS payment_place_time",
    "CREATE INDEX CONCURRENTLY payment_place_time ON payments_payment (branch_id, till_id, happened_at)",
)
OLD = (
    "DROP INDEX CONCURRENTLY IF EXISTS payment_branch_time",
    "CREATE INDEX CONCURRENTLY payment_branch_time ON payments_payment (branch_id, happened_at)",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0017_drop_unread_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(BUILD, "DROP INDEX CONCURRENTLY IF EXISTS payment_place_time"),
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS payment_branch_time", OLD),
            ],
            state_operations=[
                migrations.RemoveIndex("payment", "payment_branch_time"),
                migrations.AddIndex(
                    "payment",
                    models.Index(fields=["branch", "till", "happened_at"], name="payment_place_time"),
                ),
            ],
        ),
    ]
