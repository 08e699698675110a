"""Books can be closed: the database refuses a journal that happened in a closed period."""

from pathlib import Path

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import F, Q

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
BACK = """
DROP TRIGGER journal_in_open_books ON wallets_journal;
DROP FUNCTION journal_in_open_books();
DROP FUNCTION ledger_books_open(uuid, timestamptz);
DROP FUNCTION ledger_close_books(uuid, timestamptz, timestamptz);
DROP FUNCTION ledger_open_books(uuid, timestamptz, timestamptz);
DROP FUNCTION ledger_lock_books(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("wallets", "0016_fx_imports")]

    operations = [
        migrations.CreateModel(
            name="ClosedBooks",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("shard_key", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["ends_at"], name="closed_books_end")],
                "constraints": [
                    models.UniqueConstraint(fields=("shard_key", "starts_at"), name="closed_books_once"),
                    models.CheckConstraint(
                        condition=Q(("ends_at__gt", F("starts_at"))), name="closed_books_half_open"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "".join(
                load(SQL, name)
                for name in ("ledger_close_books", "ledger_books_open", "journal_in_open_books")
            ),
            BACK,
        ),
    ]
