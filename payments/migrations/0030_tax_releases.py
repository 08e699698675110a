"""Ring-fenced tax leaves its accounts by releases, which are made once and never changed."""

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import connection, migrations, models

TABLES = "payments_taxrelease, payments_taxreleasepart"
ROLE = connection.ops.quote_name(settings.APP_DATABASE_ROLE)


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0011_profile_without_mode"),
        ("payments", "0028_pay_from_a_foreign_wallet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxRelease",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                (
                    "to",
                    models.CharField(
                        choices=[("payable", "Payable"), ("authority", "Authority")],
                        default="payable",
                        max_length=10,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("netted_minor", models.BigIntegerField(default=0)),
                ("period", models.CharField(blank=True, max_length=20)),
                ("until", models.DateTimeField(null=True)),
                ("document", models.TextField()),
                ("journal", models.UUIDField(unique=True)),
                ("happened_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_releases",
                        to="merchants.merchant",
                    ),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tax_mode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="merchants.taxmode",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "id"], name="tax_release_merchant")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="tax_release_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to__in", ["payable", "authority"])), name="tax_release_to_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("netted_minor", 0),
                            models.Q(
                                ("netted_minor__gt", 0),
                                ("netted_minor__lte", models.F("amount_minor")),
                                ("to", "authority"),
                            ),
                            _connector="OR",
                        ),
                        name="tax_release_netted_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxReleasePart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line", models.PositiveSmallIntegerField()),
                ("account", models.CharField(max_length=160)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="payments.taxrelease",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="tax_release_part_positive"
                    ),
                    models.UniqueConstraint(fields=("release", "account"), name="tax_release_part_once"),
                ],
            },
        ),
        migrations.RunSQL(f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM {ROLE}", migrations.RunSQL.noop),
    ]
