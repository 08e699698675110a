"""One payment has one hold: an index says so, built while payments go on. 0008 makes it the key."""

from django.db import migrations

BUILD = (
    # What a try that gave up has left behind.
    "DROP INDEX CONCURRENTLY IF EXISTS hold_payment_once",
    "CREATE UNIQUE INDEX CONCURRENTLY hold_payment_once ON wallets_hold (payment)",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("wallets", "0006_one_index_a_reference")]

    operations = [migrations.RunSQL(BUILD, "DROP INDEX CONCURRENTLY IF EXISTS hold_payment_once")]
