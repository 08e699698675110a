"""An index that finds a journal's entries, made month by month while payments go on. 0010 drops the key.

Entries of one journal are one item of it (deduplication); in the key each was an item of its own.
"""

from django.db import migrations, models

PARTITIONS = """
SELECT c.relname, EXISTS (
    SELECT 1 FROM pg_index x JOIN pg_inherits i ON i.inhrelid = x.indexrelid
    WHERE x.indrelid = c.oid AND i.inhparent = 'entry_journal'::regclass)
FROM pg_inherits p JOIN pg_class c ON c.oid = p.inhrelid WHERE p.inhparent = 'wallets_entry'::regclass
"""


def build(apps, schema_editor):
    """May be run again: what a try that gave up has left behind is made anew."""
    with schema_editor.connection.cursor() as cursor:
        # Months that are made from here on get it by themselves.
        cursor.execute("CREATE INDEX IF NOT EXISTS entry_journal ON ONLY wallets_entry (journal_id)")
        cursor.execute(PARTITIONS)
        for month in [name for name, indexed in cursor.fetchall() if not indexed]:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {month}_journal_id_idx")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {month}_journal_id_idx ON {month} (journal_id)")
            cursor.execute(f"ALTER INDEX entry_journal ATTACH PARTITION {month}_journal_id_idx")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("wallets", "0009_promise")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(build, migrations.RunPython.noop),
                migrations.RunSQL(migrations.RunSQL.noop, "DROP INDEX IF EXISTS entry_journal"),
            ],
            state_operations=[
                migrations.AddIndex("entry", models.Index(fields=["journal"], name="entry_journal"))
            ],
        ),
    ]
