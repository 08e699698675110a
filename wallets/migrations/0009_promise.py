"""Two functions that hold money and count it against the wallet's limits in one call."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
COUNT = "DROP FUNCTION wallets_count_spending(uuid, text, date, bigint)"
PROMISE = (
    "DROP FUNCTION wallets_promise(uuid, uuid, text, date, bigint, text, text[], bigint[], bigint, bigint)"
)


class Migration(migrations.Migration):
    dependencies = [("wallets", "0008_hold_by_payment")]

    operations = [
        migrations.RunSQL(load(SQL, "wallets_count_spending"), COUNT),
        migrations.RunSQL(load(SQL, "wallets_promise"), PROMISE),
    ]
