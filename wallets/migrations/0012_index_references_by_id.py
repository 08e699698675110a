"""References are unique by the id and the kind in them: that index is built while payments go on.

Over the whole text "sale:..." never sorted last, so pages were split in the middle and stayed half empty.
Ids come in ascending order whatever the kind, and 16 bytes of an id are less than its 36 characters.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

BUILD = (
    # What a try that gave up has left behind.
    "DROP INDEX CONCURRENTLY IF EXISTS journal_subject_once",
    "CREATE UNIQUE INDEX CONCURRENTLY journal_subject_once ON wallets_journal "
    "((split_part(reference, ':', 2)::uuid), kind)",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("wallets", "0011_reference_begins_with_kind")]

    operations = [
        ValidateConstraint("journal", "journal_kind_of_reference"),
        migrations.RunSQL(BUILD, "DROP INDEX CONCURRENTLY IF EXISTS journal_subject_once"),
    ]
