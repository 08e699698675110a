"""The function that gives rows made inside a statement their ids."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [migrations.RunSQL(load(SQL, "base_new_id"), "DROP FUNCTION base_new_id()")]
