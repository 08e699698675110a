"""Holds carry the entries that settling them will write; accounts can be closed; a batch refuses alone.

Replaced functions stand in `sql/replaced/0002`, for the way back.
"""

from pathlib import Path

import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
POST = (
    "uuid[], text[], text[], timestamptz[], bytea[], bytea[], uuid[], uuid[], bigint[], "
    "uuid[], uuid[], bigint[]"
)
# name -> arguments of each new function, in the order in which they are made
NEW = {
    "ledger_check_legs": "uuid, bigint, uuid[], bigint[]",
    "ledger_write_entries": "uuid[], uuid[], bigint[], uuid[], bigint[]",
    "ledger_settle_holds": "uuid[], uuid[], text[], text, timestamptz[], bytea[], uuid[]",
    "ledger_close_account": "uuid",
    "ledger_moves": "uuid[], uuid[], uuid[], uuid[], bigint[]",
    "ledger_overdrawing": "uuid[], uuid[], uuid[], uuid[], bigint[], uuid[]",
    "ledger_same_content": "uuid[], text[], text[], bytea[], uuid[], uuid[], bigint[]",
    "ledger_check_captures": "uuid[], uuid[], bigint[], uuid[], uuid[], bigint[], uuid[]",
}
HOLD_BEFORE, HOLD_NOW = "uuid, uuid, bigint, uuid, text", "uuid, uuid, bigint, uuid, text, uuid[], bigint[]"


def _part_of_code(number):
    return Func(F("code"), Value(":"), Value(number), function="split_part", output_field=models.CharField())


class Migration(migrations.Migration):
    dependencies = [("wallets", "0001_initial")]

    operations = [
        # On the way back the first functions exist again only when all others are undone.
        migrations.RunSQL(migrations.RunSQL.noop, load(SQL, "ledger_rights", at="0001")),
        migrations.AddField("account", "closed_at", models.DateTimeField(null=True)),
        AddConstraintNotValid(
            "account",
            models.CheckConstraint(
                condition=Q(code__startswith="platform:", currency=_part_of_code(2))
                | (~Q(code__startswith="platform:") & Q(currency=_part_of_code(3))),
                name="account_currency_named",
            ),
        ),
        migrations.AddField(
            "hold",
            "leg_accounts",
            django.contrib.postgres.fields.ArrayField(models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(
            "hold",
            "leg_amounts",
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), null=True, size=None),
        ),
        AddConstraintNotValid(
            "hold",
            models.CheckConstraint(
                condition=Q(leg_accounts=None, leg_amounts=None)
                | Q(state="held", leg_accounts__isnull=False, leg_amounts__isnull=False),
                name="hold_legs_while_open",
            ),
        ),
        # Nobody asks for an account's open holds, and without it the end of a hold is a HOT update.
        migrations.RemoveIndex("hold", "hold_open"),
        *(
            migrations.RunSQL(load(SQL, name, at="0002"), f"DROP FUNCTION {name}({arguments})")
            for name, arguments in NEW.items()
        ),
        migrations.RunSQL(
            f"DROP FUNCTION ledger_place_hold({HOLD_BEFORE});" + load(SQL, "ledger_place_hold", at="0002"),
            f"DROP FUNCTION ledger_place_hold({HOLD_NOW});" + load(SQL, "ledger_place_hold", at="0001"),
        ),
        migrations.RunSQL(
            load(SQL, "ledger_release_holds", at="0002"), load(SQL, "ledger_release_holds", at="0001")
        ),
        migrations.RunSQL(
            f"DROP FUNCTION ledger_post({POST});" + load(SQL, "ledger_post", at="0002"),
            f"DROP FUNCTION ledger_post({POST});" + load(SQL, "ledger_post", at="0001"),
        ),
        migrations.RunSQL(load(SQL, "entry_balanced", at="0002"), load(SQL, "entry_balanced", at="0001")),
        migrations.RunSQL(load(SQL, "ledger_rights", at="0002"), migrations.RunSQL.noop),
    ]
