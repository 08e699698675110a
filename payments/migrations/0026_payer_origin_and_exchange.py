"""Where a payer lived, and what a wallet of another currency paid."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0025_z_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exchange",
            fields=[
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="exchange",
                        serialize=False,
                        to="payments.payment",
                    ),
                ),
                ("payer_currency", models.CharField(max_length=3)),
                ("payer_minor", models.BigIntegerField()),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24)),
                ("source", models.CharField(max_length=20)),
                ("published_on", models.DateField()),
                ("margin_ppm", models.PositiveIntegerField()),
                ("quoted_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="RefundExchange",
            fields=[
                (
                    "refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="exchange",
                        serialize=False,
                        to="payments.refund",
                    ),
                ),
                ("payer_minor", models.BigIntegerField()),
                ("result_minor", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="cross_border",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="payer_country",
            field=models.CharField(max_length=2, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="payer_country_source",
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="pay_currency",
            field=models.CharField(max_length=3, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="quoted_at",
            field=models.DateTimeField(null=True),
        ),
        AddConstraintNotValid(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cross_border", None), ("payer_country", None), ("payer_country_source", None)),
                    models.Q(
                        ("cross_border__isnull", False),
                        ("payer_country__isnull", False),
                        ("payer_country_source__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payment_origin_whole",
            ),
        ),
        AddConstraintNotValid(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pay_currency", None), ("quoted_at", None)),
                    models.Q(("pay_currency__isnull", False), ("quoted_at__isnull", False)),
                    _connector="OR",
                ),
                name="session_quote_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="exchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("payer_minor__gt", 0), ("rate__gt", 0)), name="exchange_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundexchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("payer_minor__gte", 0)), name="refund_exchange_not_negative"
            ),
        ),
        migrations.RunSQL(load(SQL, "exchange_kept"), migrations.RunSQL.noop),
    ]
