"""A unique text has one index, not two, and a hold ends on the page where it stands (HOT).

Django makes a second index for LIKE beside each unique text; nobody searches references that way. The
unique constraints are only renamed: nothing is built or locked for long.
"""

from django.db import migrations, models

DROP_LIKE = """
DO $$ DECLARE found text; BEGIN
    FOR found IN SELECT indexname FROM pg_indexes WHERE schemaname = 'public'
        AND tablename = '{table}' AND indexname LIKE '{table}\\_{column}\\_%\\_like' LOOP
        EXECUTE format('DROP INDEX %I', found);
    END LOOP;
END $$;
ALTER TABLE {table} RENAME CONSTRAINT {table}_{column}_key TO {name};
"""
MAKE_LIKE = """
ALTER TABLE {table} RENAME CONSTRAINT {name} TO {table}_{column}_key;
CREATE INDEX {table}_{column}_back_like ON {table} ({column} varchar_pattern_ops);
"""


def one_index(model, column, length, name):
    named = {"table": f"wallets_{model}", "column": column, "name": name}
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL(DROP_LIKE.format(**named), MAKE_LIKE.format(**named))],
        state_operations=[
            migrations.AlterField(model, column, models.CharField(max_length=length)),
            migrations.AddConstraint(model, models.UniqueConstraint(fields=[column], name=name)),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("wallets", "0005_orders")]

    operations = [
        one_index("account", "code", 160, "account_code_once"),
        one_index("journal", "reference", 120, "journal_reference_once"),
        one_index("hold", "reference", 120, "hold_reference_once"),
        migrations.RunSQL(
            "ALTER TABLE wallets_hold SET (fillfactor = 70)", "ALTER TABLE wallets_hold RESET (fillfactor)"
        ),
    ]
