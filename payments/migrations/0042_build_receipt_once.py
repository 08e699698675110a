"""One receipt of each sale, refund and correction: the key is built while payments go on.

One thing in one migration: what has no transaction and stops half way can then be done again, either way.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

DROP = "DROP INDEX CONCURRENTLY IF EXISTS receipt_once"
BUILD = (
    DROP,
    "CREATE UNIQUE INDEX CONCURRENTLY receipt_once ON payments_receipt (payment_id, refund_id, correction_id) "
    "NULLS NOT DISTINCT",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0041_index_provisional_payments")]

    operations = [
        ValidateConstraint("receipt", "receipt_kind_says"),
        migrations.RunSQL(BUILD, DROP),
    ]
