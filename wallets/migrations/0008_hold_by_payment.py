"""A hold is known by its payment; its own id, its reference and its shard (the account's) go.

Nothing is rewritten: columns are only taken from the catalogue, the index of 0007 becomes the key. The way
back fills three columns of every hold under a lock, so stop taking payments before you go it.
"""

from pathlib import Path

from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
POST = "uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[], uuid[], uuid[], bigint[]"
# name -> arguments before and from now on
REPLACED = {
    "ledger_check_captures": ("uuid[], uuid[], bigint[], uuid[], uuid[], bigint[], uuid[]",) * 2,
    "ledger_moves": ("uuid[], uuid[], uuid[], uuid[], bigint[]",) * 2,
    "ledger_overdrawing": ("uuid[], uuid[], uuid[], uuid[], bigint[], uuid[]",) * 2,
    "ledger_place_hold": (
        "uuid, uuid, bigint, uuid, text, uuid[], bigint[]",
        "uuid, uuid, bigint, uuid[], bigint[]",
    ),
    "ledger_post": (POST,) * 2,
    "ledger_release_holds": ("uuid[]",) * 2,
    "ledger_settle_holds": ("uuid[], uuid[], text[], text, timestamptz[], bytea[], uuid[]",) * 2,
}
COLUMNS = """
ALTER TABLE wallets_hold DROP COLUMN id, DROP COLUMN reference, DROP COLUMN shard_key,
    ADD CONSTRAINT wallets_hold_pkey PRIMARY KEY USING INDEX hold_payment_once;
"""
COLUMNS_BACK = """
ALTER TABLE wallets_hold DROP CONSTRAINT wallets_hold_pkey,
    ADD COLUMN id uuid, ADD COLUMN reference varchar(120), ADD COLUMN shard_key uuid;
UPDATE wallets_hold h SET id = h.payment, reference = 'payment:' || h.payment, shard_key = a.shard_key
FROM wallets_account a WHERE a.id = h.account_id;
ALTER TABLE wallets_hold ALTER COLUMN id SET NOT NULL, ALTER COLUMN reference SET NOT NULL,
    ALTER COLUMN shard_key SET NOT NULL, ADD CONSTRAINT wallets_hold_pkey PRIMARY KEY (id),
    ADD CONSTRAINT hold_reference_once UNIQUE (reference);
"""


def drop(which):
    return "".join(f"DROP FUNCTION {name}({both[which]});" for name, both in REPLACED.items())


def make(at):
    return "".join(load(SQL, name, at=at) for name in [*REPLACED, "ledger_rights"])


class Migration(migrations.Migration):
    dependencies = [("wallets", "0007_hold_payment_once")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(drop(0) + COLUMNS + make("0008"), drop(1) + COLUMNS_BACK + make("0002"))
            ],
            state_operations=[
                migrations.RemoveConstraint("hold", "hold_reference_once"),
                migrations.RemoveField("hold", "id"),
                migrations.RemoveField("hold", "reference"),
                migrations.RemoveField("hold", "shard_key"),
                migrations.AlterField("hold", "payment", models.UUIDField(primary_key=True, serialize=False)),
            ],
        ),
    ]
