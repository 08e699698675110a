"""The function that settles a batch without its rows leaving the database."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_promise"), ("base", "0002_new_id")]

    operations = [
        migrations.RunSQL(
            load(SQL, "payments_settle"), "DROP FUNCTION payments_settle(integer, integer, integer, uuid)"
        ),
    ]
