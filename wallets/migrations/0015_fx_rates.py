"""Rates of exchange, one a currency, source and day; the application only ever adds to them."""

from pathlib import Path

import django.db.models.functions.datetime
from decimal import Decimal
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0014_full_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="FxRate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency",
                        "source",
                        "published_on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("source", models.CharField(max_length=10)),
                ("published_on", models.DateField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=18)),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("imported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("currency__regex", "^[A-Z]{3}$"), models.Q(("currency", "EUR"), _negated=True)
                        ),
                        name="fx_rate_currency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate__gte", Decimal("0.001")), ("rate__lte", Decimal("10000000"))
                        ),
                        name="fx_rate_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("publisher", ""), ("source", "ecb")),
                            models.Q(("source", "manual"), models.Q(("publisher", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="fx_rate_source_said",
                    ),
                ],
            },
        ),
        migrations.RunSQL(load(SQL, "fx_rate_rights"), migrations.RunSQL.noop),
    ]
