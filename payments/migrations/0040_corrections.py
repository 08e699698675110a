"""Sales at a provisional tax, and what corrects them once the tax is known."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

import base.ids
from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
KIND = Q(
    Q(correction=None, kind="sale", refund=None),
    Q(correction=None, kind="refund", refund__isnull=False),
    Q(correction__isnull=False, kind="correction", refund=None),
    _connector="OR",
)


def new_id():
    return models.UUIDField(default=base.ids.new_id, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0014_provisional_tax"),
        ("payments", "0038_in_open_books"),
    ]

    operations = [
        migrations.AddField("payment", "provisional", models.BooleanField(null=True)),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", new_id()),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="payments.payment",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="merchants.merchant",
                    ),
                ),
                ("journal", models.UUIDField(unique=True)),
                ("tax_before_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("happened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(tax_before_minor__gte=0, tax_minor__gte=0), name="correction_not_negative"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="CorrectionLine",
            fields=[
                ("id", new_id()),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payments.correction",
                    ),
                ),
                (
                    "sale_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction_line",
                        to="payments.saleline",
                    ),
                ),
                ("is_new", models.BooleanField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(is_new=True, net_minor__gte=0, tax_minor__gte=0),
                            Q(is_new=False, net_minor__lte=0, tax_minor__lte=0),
                            _connector="OR",
                        ),
                        name="correction_line_signed",
                    )
                ]
            },
        ),
        migrations.RunSQL(load(SQL, "corrections_kept"), migrations.RunSQL.noop),
        migrations.AddField(
            "receipt",
            "correction",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="payments.correction",
            ),
        ),
        migrations.AlterField(
            "receipt",
            "kind",
            models.CharField(
                choices=[("sale", "Sale"), ("refund", "Refund"), ("correction", "Correction")], max_length=10
            ),
        ),
        AddConstraintNotValid("receipt", models.CheckConstraint(condition=KIND, name="receipt_kind_says")),
        migrations.RemoveConstraint("receipt", "receipt_kind_whole"),
    ]
