"""A payment may be promised from a wallet of another currency; its rate is kept with all its digits."""

from pathlib import Path

from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = "DROP FUNCTION payments_promise(jsonb);\n"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0027_validate_payer_origin"),
        ("wallets", "0015_fx_rates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exchange",
            name="rate",
            field=models.DecimalField(decimal_places=20, max_digits=32),
        ),
        migrations.RunSQL(
            DROP + load(SQL, "payments_promise", at="0028"), DROP + load(SQL, "payments_promise", at="0027")
        ),
    ]
