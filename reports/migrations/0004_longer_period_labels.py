"""A period may be named by its first and last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_books_findings")]

    operations = [
        migrations.AlterField("export", "period", models.CharField(max_length=25)),
    ]
