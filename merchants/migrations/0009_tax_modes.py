"""The mode of a place's tax has a history of its own, which the application can only add to."""

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import connection, migrations, models

TABLES = "merchants_taxmode, merchants_taxkept"
ROLE = connection.ops.quote_name(settings.APP_DATABASE_ROLE)


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0008_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxMode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=10)),
                ("number", models.PositiveIntegerField()),
                (
                    "mode",
                    models.CharField(
                        choices=[("record", "Record"), ("ring_fence", "Ring Fence")], max_length=12
                    ),
                ),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_modes",
                        to="merchants.merchant",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "place", "number"), name="tax_mode_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["record", "ring_fence"])), name="tax_mode_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place", ""), _negated=True), name="tax_mode_place_given"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxKept",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.CharField(max_length=160)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "tax_mode",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept",
                        to="merchants.taxmode",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tax_mode", "account"), name="tax_kept_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="tax_kept_positive"
                    ),
                ],
            },
        ),
        migrations.RunSQL(f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM {ROLE}", migrations.RunSQL.noop),
    ]
