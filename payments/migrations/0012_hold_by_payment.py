"""A payment's hold is found by the payment's own id: it is named a second time nowhere.

Nothing is rewritten on the way there. The way back fills a column of every payment under a lock, so stop
taking payments before you go it.
"""

from django.db import migrations

DROP = """
ALTER TABLE payments_payment DROP COLUMN hold;
ALTER TABLE payments_due DROP COLUMN hold;
"""
# wallets' way back names each hold by its payment, too.
BACK = """
ALTER TABLE payments_payment ADD COLUMN hold uuid;
UPDATE payments_payment SET hold = id;
ALTER TABLE payments_payment ALTER COLUMN hold SET NOT NULL,
    ADD CONSTRAINT payments_payment_hold_key UNIQUE (hold);
ALTER TABLE payments_due ADD COLUMN hold uuid;
UPDATE payments_due SET hold = payment_id;
ALTER TABLE payments_due ALTER COLUMN hold SET NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_split_shares"), ("wallets", "0008_hold_by_payment")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, BACK)],
            state_operations=[
                migrations.RemoveField("payment", "hold"),
                migrations.RemoveField("due", "hold"),
            ],
        ),
    ]
