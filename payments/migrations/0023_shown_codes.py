"""Codes that customers show to a till, and on each payment how its payer said yes."""

from pathlib import Path

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = "DROP FUNCTION payments_promise(jsonb);"


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0006_code_options"),
        ("payments", "0022_orders_and_matches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Showing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("with_pin", models.BooleanField()),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ends_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("currency", models.CharField(max_length=3, null=True)),
                ("small_minor", models.BigIntegerField(default=0)),
                ("small_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="showing",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="payments.showing",
            ),
        ),
        migrations.CreateModel(
            name="ShownCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("shown", "Shown"), ("asked", "Asked"), ("gone", "Gone")],
                        default="shown",
                        max_length=5,
                    ),
                ),
                ("id_sha256", models.BinaryField(max_length=32, unique=True)),
                ("digits_mac", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.qrcode",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_code",
                        to="payments.session",
                    ),
                ),
                (
                    "showing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="payments.showing",
                    ),
                ),
                (
                    "till",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.till",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TypedTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="showing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("person",), name="showing_one_open_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="showing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("currency", None), ("small_count", 0), ("small_minor", 0)),
                    models.Q(
                        ("currency__isnull", False),
                        ("small_count__gt", 0),
                        ("small_minor__gt", 0),
                        ("with_pin", True),
                    ),
                    _connector="OR",
                ),
                name="showing_small_needs_pin",
            ),
        ),
        migrations.AddIndex(
            model_name="showncode",
            index=models.Index(fields=["showing", "id"], name="shown_code_of_showing"),
        ),
        migrations.AddConstraint(
            model_name="showncode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "shown")), fields=("showing",), name="shown_code_one_a_showing"
            ),
        ),
        migrations.AddConstraint(
            model_name="showncode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_at__isnull", False),
                        ("order__isnull", False),
                        ("session__isnull", False),
                        ("state", "asked"),
                        ("till__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "asked"), _negated=True),
                        ("asked_at", None),
                        ("order", None),
                        ("session", None),
                        ("till", None),
                    ),
                    _connector="OR",
                ),
                name="shown_code_asked_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="showncode",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="shown_code_times"
            ),
        ),
        migrations.AddIndex(
            model_name="typedtry",
            index=models.Index(fields=["actor", "id"], name="typed_try_actor"),
        ),
        migrations.RunSQL(
            DROP + load(SQL, "payments_promise", at="0023"), DROP + load(SQL, "payments_promise", at="0022")
        ),
    ]
