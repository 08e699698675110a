"""The function that writes a promised payment, with all that stands behind it, in one statement."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0012_hold_by_payment"),
        ("wallets", "0009_promise"),
        ("people", "0003_forgive_pin"),
    ]

    operations = [
        migrations.RunSQL(load(SQL, "payments_promise", at="0013"), "DROP FUNCTION payments_promise(jsonb)"),
    ]
