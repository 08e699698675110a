"""Shifts have a drawer, a holder and a Z report; each refund and each payment at a till is in one of them."""

from pathlib import Path

import base.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
UNKEPT = """
DROP TRIGGER shift_kept ON payments_shift;
DROP TRIGGER shift_never_deleted ON payments_shift;
DROP TRIGGER hand_over_while_open ON payments_handover;
DROP TRIGGER cash_move_while_open ON payments_cashmove;
DROP FUNCTION payments_shift_kept();
DROP FUNCTION payments_shift_is_open();
"""
# A shift that was open before belongs to who opened it, in the money of the shop.
HOLDERS = """
UPDATE payments_shift s SET holder_id = s.opened_by_id, currency = m.currency
FROM merchants_till t JOIN merchants_branch b ON b.id = t.branch_id
JOIN merchants_merchant m ON m.id = b.merchant_id WHERE t.id = s.till_id
"""
# What went back before was given back at the payment's own till.
PLACES = """
UPDATE payments_refund r SET till_id = p.till_id FROM payments_payment p
WHERE p.id = r.payment_id AND p.till_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0006_code_options"),
        ("payments", "0024_index_payments_by_shift"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CashMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("paid_in", "Paid in"), ("paid_out", "Paid out")], max_length=10
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("reason", models.CharField(max_length=120)),
                ("happened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("counted_minor", models.BigIntegerField(null=True)),
                ("happened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OutsidePayment",
            fields=[
                (
                    "payment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="outside",
                        serialize=False,
                        to="payments.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ZCounter",
            fields=[
                (
                    "till",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="z_counter",
                        serialize=False,
                        to="merchants.till",
                    ),
                ),
                ("last", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="refund",
            name="counted_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outside_refunds",
                to="payments.shift",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="shift",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="payments.shift",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="till",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.till",
            ),
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="shift",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="counted_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="currency",
            field=models.CharField(default="XXX", max_length=3),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="shift",
            name="difference_reason",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="shift",
            name="expected_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="float_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="shift",
            name="holder",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(HOLDERS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="shift",
            name="holder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="number",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="report",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="shift",
            name="report_sha256",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("counted_in", None), ("shift", None), ("till__isnull", False)),
                fields=["till"],
                name="refund_uncounted",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("shift", None), ("counted_in", None), _connector="OR"),
                name="refund_in_one_z_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.UniqueConstraint(fields=("till", "number"), name="shift_z_number_once"),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("float_minor__gte", 0),
                    models.Q(("counted_minor", None), ("counted_minor__gte", 0), _connector="OR"),
                ),
                name="shift_cash_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at", None),
                        ("closed_by", None),
                        ("counted_minor", None),
                        ("expected_minor", None),
                        ("difference_reason", ""),
                        ("number", None),
                        ("report", ""),
                        ("report_sha256", None),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("expected_minor__isnull", False),
                        ("counted_minor__isnull", False),
                        ("number__isnull", False),
                        ("report_sha256__isnull", False),
                        models.Q(("report", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="shift_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted_minor", None),
                    ("counted_minor", models.F("expected_minor")),
                    models.Q(("difference_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="shift_difference_has_reason",
            ),
        ),
        migrations.AddField(
            model_name="cashmove",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="cashmove",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cash_moves", to="payments.shift"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="payments.shift"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="taker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outsidepayment",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outside_payments",
                to="payments.shift",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmove",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="cash_move_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmove",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="cash_move_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmove",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["paid_in", "paid_out"])), name="cash_move_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("taker")), _negated=True), name="hand_over_to_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted_minor", None), ("counted_minor__gte", 0), _connector="OR"),
                name="hand_over_not_negative",
            ),
        ),
        migrations.RunSQL(load(SQL, "shift_kept"), UNKEPT),
    ]
