"""No index is kept for an entry's number, which the trigger checks, and no shard, which is its account's.

Nothing is rewritten: a column is taken from the catalogue. The way back fills it in every entry and builds
the key under a lock, so stop taking payments before you go it.
"""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
WRITE = "DROP FUNCTION ledger_write_entries(uuid[], uuid[], bigint[], uuid[], bigint[]);"
DROP = "ALTER TABLE wallets_entry DROP CONSTRAINT wallets_entry_pkey, DROP COLUMN shard_key;"
BACK = """
ALTER TABLE wallets_entry ADD COLUMN shard_key uuid;
ALTER TABLE wallets_entry DISABLE TRIGGER entry_immutable;
UPDATE wallets_entry e SET shard_key = a.shard_key FROM wallets_account a WHERE a.id = e.account_id;
ALTER TABLE wallets_entry ENABLE TRIGGER entry_immutable;
ALTER TABLE wallets_entry ALTER COLUMN shard_key SET NOT NULL,
    ADD CONSTRAINT wallets_entry_pkey PRIMARY KEY (journal_id, line, created_at);
"""


def functions(at):
    return WRITE + load(SQL, "ledger_write_entries", at=at) + load(SQL, "entry_balanced", at=at)


class Migration(migrations.Migration):
    dependencies = [("wallets", "0009_index_entries_by_journal")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(functions("0010") + DROP, functions("0008") + BACK)],
            state_operations=[migrations.RemoveField("entry", "shard_key")],
        ),
    ]
