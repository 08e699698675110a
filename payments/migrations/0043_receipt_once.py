"""The receipt's new key takes the place of the old one; the way back builds the old one under a lock."""

from django.db import migrations, models

TO_NEW = (
    "ALTER TABLE payments_receipt ADD CONSTRAINT receipt_once UNIQUE USING INDEX receipt_once",
    "ALTER TABLE payments_receipt DROP CONSTRAINT receipt_once_of_payment",
)
TO_OLD = (
    "ALTER TABLE payments_receipt ADD CONSTRAINT receipt_once_of_payment "
    "UNIQUE NULLS NOT DISTINCT (payment_id, refund_id)",
    "ALTER TABLE payments_receipt DROP CONSTRAINT receipt_once",
    # The way back of 0042 finds none, and one step forward needs one.
    "CREATE UNIQUE INDEX receipt_once ON payments_receipt (payment_id, refund_id, correction_id) NULLS NOT DISTINCT",
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0042_build_receipt_once")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_NEW, TO_OLD)],
            state_operations=[
                migrations.AddConstraint(
                    "receipt",
                    models.UniqueConstraint(
                        fields=["payment", "refund", "correction"], nulls_distinct=False, name="receipt_once"
                    ),
                ),
                migrations.RemoveConstraint("receipt", "receipt_once_of_payment"),
            ],
        ),
    ]
