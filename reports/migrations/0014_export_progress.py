"""How far an export is, and when its builder last said so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_periods_kept")]

    operations = [
        migrations.AddField("export", "rows_total", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("export", "told_at", models.DateTimeField(null=True)),
    ]
