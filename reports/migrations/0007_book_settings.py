"""The day on which a client's fiscal year begins."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0001_initial"),
        ("reports", "0005_platform_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookSettings",
            fields=[
                (
                    "merchant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="book_settings",
                        serialize=False,
                        to="merchants.merchant",
                    ),
                ),
                ("fiscal_month", models.PositiveSmallIntegerField()),
                ("fiscal_day", models.PositiveSmallIntegerField()),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(fiscal_day__gte=1)
                        & (
                            Q(fiscal_month__in=[1, 3, 5, 7, 8, 10, 12], fiscal_day__lte=31)
                            | Q(fiscal_month__in=[4, 6, 9, 11], fiscal_day__lte=30)
                            | Q(fiscal_month=2, fiscal_day__lte=28)
                        ),
                        name="book_settings_day_of_every_year",
                    )
                ]
            },
        ),
    ]
