"""Periods are closed, filed and opened again; an export may belong to a closing."""

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0008_catalogue"),
        ("reports", "0011_schedules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BooksClosing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("closed_at", models.DateTimeField()),
                ("journals", models.PositiveBigIntegerField()),
                ("ledger_head", models.UUIDField(null=True)),
                ("ledger_sha256", models.CharField(max_length=64)),
                ("schema_version", models.CharField(max_length=20)),
                ("rate_table", models.CharField(max_length=64)),
                ("rows", models.PositiveBigIntegerField()),
                ("totals", models.JSONField()),
                ("taxes", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="BooksException",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("journal", models.UUIDField(unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("payment", models.UUIDField(null=True)),
                ("happened_at", models.DateTimeField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="BooksFiling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("filed_on", models.DateField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="BooksPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=25)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=50)),
                ("follows", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("closed", "Closed"), ("filed", "Filed"), ("reopened", "Reopened")],
                        default="closed",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="BooksReopening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("asked_role", models.CharField(max_length=20)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("agreed", "Agreed"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("agreed_role", models.CharField(blank=True, max_length=20)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="export",
            name="export_one_under_way",
        ),
        migrations.AddField(
            model_name="export",
            name="rate_table",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="export",
            name="schema_version",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="closed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="supersedes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="reports.booksclosing",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="closing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exports",
                to="reports.booksclosing",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closing", None), ("state__in", ["queued", "building"])),
                fields=("merchant", "name", "period"),
                name="export_one_under_way",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closing__isnull", False), models.Q(("state", "failed"), _negated=True)),
                fields=("closing", "name"),
                name="export_sealed_once",
            ),
        ),
        migrations.AddField(
            model_name="booksexception",
            name="closing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exceptions",
                to="reports.booksclosing",
            ),
        ),
        migrations.AddField(
            model_name="booksfiling",
            name="closing",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="filing", to="reports.booksclosing"
            ),
        ),
        migrations.AddField(
            model_name="booksfiling",
            name="filed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="booksperiod",
            name="merchant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AddField(
            model_name="booksexception",
            name="concerns",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.booksperiod"
            ),
        ),
        migrations.AddField(
            model_name="booksclosing",
            name="period",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closings",
                to="reports.booksperiod",
            ),
        ),
        migrations.AddField(
            model_name="booksreopening",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="booksreopening",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="booksreopening",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reopenings",
                to="reports.booksperiod",
            ),
        ),
        migrations.AddField(
            model_name="booksperiod",
            name="reopening",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.booksreopening",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksclosing",
            constraint=models.UniqueConstraint(fields=("period", "number"), name="books_closing_number_once"),
        ),
        migrations.AddConstraint(
            model_name="booksclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("supersedes", None)),
                    models.Q(("number__gt", 1), ("supersedes__isnull", False)),
                    _connector="OR",
                ),
                name="books_closing_names_the_one_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksreopening",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="books_reopening_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="booksreopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agreed_by__isnull", False),
                        ("state", "agreed"),
                        models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                    ),
                    models.Q(models.Q(("state", "agreed"), _negated=True), ("agreed_by", None)),
                    _connector="OR",
                ),
                name="books_reopening_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksreopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "agreed"), _negated=True),
                    ("asked_role", "owner"),
                    ("agreed_role", "owner"),
                    _connector="OR",
                ),
                name="books_reopening_by_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksreopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="books_reopening_state_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksreopening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("period",), name="books_reopening_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="books_period_half_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows", None), ("follows", models.F("starts_at")), _connector="OR"),
                name="books_period_follows_at_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.UniqueConstraint(
                fields=("merchant", "starts_at"), name="books_period_starts_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.UniqueConstraint(fields=("merchant", "ends_at"), name="books_period_ends_once"),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("follows", None)), fields=("merchant",), name="books_period_one_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="booksperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopening__isnull", False), ("state", "reopened")),
                    models.Q(("reopening", None), ("state__in", ["closed", "filed"])),
                    _connector="OR",
                ),
                name="books_period_state_whole",
            ),
        ),
    ]
