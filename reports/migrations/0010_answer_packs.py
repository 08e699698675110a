"""Answers to an authority: its figure, and the files that rebuild it from receipts."""

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0008_catalogue"),
        ("reports", "0009_threshold_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerPack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("period", models.CharField(max_length=25)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=50)),
                ("currency", models.CharField(max_length=3)),
                ("figure_minor", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("personal", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("building", "Building"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("receipts_total", models.PositiveBigIntegerField(default=0)),
                ("receipts_done", models.PositiveBigIntegerField(default=0)),
                ("file_stem", models.CharField(blank=True, max_length=120)),
                ("csv_sha256", models.CharField(blank=True, max_length=64)),
                ("pdf_sha256", models.CharField(blank=True, max_length=64)),
                ("result", models.JSONField(default=dict)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "indexes": [
                    models.Index(fields=["merchant", "created_at"], name="answer_pack_merchant"),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "building"])),
                        fields=["id"],
                        name="answer_pack_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="answer_pack_half_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("figure_minor__gte", 0)), name="answer_pack_figure_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "ready"),
                                models.Q(("csv_sha256", ""), _negated=True),
                                models.Q(("pdf_sha256", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "ready"), _negated=True),
                                ("csv_sha256", ""),
                                ("pdf_sha256", ""),
                            ),
                            _connector="OR",
                        ),
                        name="answer_pack_ready_has_hashes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "building"])),
                        fields=(
                            "merchant",
                            "asked_by",
                            "period",
                            "currency",
                            "figure_minor",
                            "personal",
                            "reference",
                        ),
                        name="answer_pack_one_under_way",
                    ),
                ],
            },
        ),
    ]
