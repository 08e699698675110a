"""The function that counts a try of a PIN, callable from the statement that looks at what is paid."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0003_forgive_pin")]

    operations = [
        migrations.RunSQL(load(SQL, "people_count_try"), "DROP FUNCTION people_count_try(uuid, integer)"),
    ]
