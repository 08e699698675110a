"""References are looked up by the index of 0012; the one over their whole text goes.

The way back builds that one under a lock, so stop taking payments before you go it.
"""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = """
DROP FUNCTION ledger_post(
    uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[], uuid[], uuid[], bigint[]);
DROP FUNCTION ledger_same_content(uuid[], text[], text[], bytea[], uuid[], uuid[], bigint[]);
"""
ONE = "ALTER TABLE wallets_journal DROP CONSTRAINT journal_reference_once;"
TWO = "ALTER TABLE wallets_journal ADD CONSTRAINT journal_reference_once UNIQUE (reference);"
ID = Func(F("reference"), Value(":"), Value(2), function="split_part", output_field=models.CharField())


def functions(at):
    names = ("ledger_same_content", "ledger_post", "ledger_rights")
    return DROP + "".join(load(SQL, name, at=at) for name in names)


class Migration(migrations.Migration):
    dependencies = [("wallets", "0012_index_references_by_id")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ONE + functions("0013"), TWO + functions("0012"))],
            state_operations=[
                migrations.RemoveConstraint("journal", "journal_reference_once"),
                migrations.AddConstraint(
                    "journal",
                    models.UniqueConstraint(
                        Cast(ID, models.UUIDField()), F("kind"), name="journal_subject_once"
                    ),
                ),
            ],
        ),
    ]
