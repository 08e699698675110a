"""Room on each page, and no index on what settling changes: its updates stay where the row is (HOT)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_settle_by_lanes")]

    operations = [
        migrations.AlterField("payment", "journal", models.UUIDField(null=True)),
        migrations.RunSQL(
            "ALTER TABLE payments_payment SET (fillfactor = 60)",
            "ALTER TABLE payments_payment RESET (fillfactor)",
        ),
    ]
