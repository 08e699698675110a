"""Which thresholds a merchant has been told of, each once."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import base.ids


class Migration(migrations.Migration):
    dependencies = [("merchants", "0008_catalogue"), ("reports", "0007_book_settings")]

    operations = [
        migrations.CreateModel(
            name="ThresholdNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("threshold", models.CharField(max_length=30)),
                ("span", models.CharField(max_length=10)),
                ("level", models.PositiveSmallIntegerField()),
                ("turnover_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("mailed", models.BooleanField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "threshold", "span", "level"), name="threshold_notice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", [80, 100])), name="threshold_notice_level_known"
                    ),
                ],
            },
        ),
    ]
