"""The function that empties the count of a right PIN, callable from the statement that pays."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0002_browser_session")]

    operations = [
        migrations.RunSQL(
            load(SQL, "people_forgive_pin"), "DROP FUNCTION people_forgive_pin(uuid, bytea, integer, bytea)"
        ),
    ]
