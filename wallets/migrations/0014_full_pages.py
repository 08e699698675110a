"""Journals' ids and references ascend: the last page of their indexes is left full, since nothing comes behind it."""

from django.db import migrations

INDEXES = ("wallets_journal_pkey", "journal_subject_once")


class Migration(migrations.Migration):
    dependencies = [("wallets", "0013_reference_once_by_id")]

    operations = [
        migrations.RunSQL(
            f"ALTER INDEX {index} SET (fillfactor = 100)", f"ALTER INDEX {index} RESET (fillfactor)"
        )
        for index in INDEXES
    ]
