"""Shifts of a till, on each scan and payment; a code's uses are counted by the write of the payment."""

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
        ("payments", "0018_index_payments_by_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "till",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="merchants.till",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payment",
            name="shift",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="payments.shift",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="shift",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.shift",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("till",), name="shift_one_open_at_a_till"
            ),
        ),
        migrations.RunSQL(
            DROP + load(SQL, "payments_promise", at="0019"), DROP + load(SQL, "payments_promise", at="0018")
        ),
    ]
