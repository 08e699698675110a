"""The queue of settlement becomes a table of its own; nothing may wait in the old one meanwhile."""

import django.db.models.deletion
from django.db import migrations, models


def nothing_promised(apps, schema_editor):
    """What was promised before carries no receipt yet: the version before has to settle it."""
    waiting = apps.get_model("payments", "Payment").objects.filter(state="promised").count()
    if waiting:
        raise RuntimeError(
            f"{waiting} payments are promised and not settled. Nothing was changed. Stop taking payments, "
            "let the version before settle them (settle_loop takes seconds), then migrate again."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(nothing_promised, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Due",
            fields=[
                (
                    "payment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="due",
                        serialize=False,
                        to="payments.payment",
                    ),
                ),
                ("lane", models.PositiveSmallIntegerField()),
                ("merchant", models.UUIDField()),
                ("hold", models.UUIDField()),
                ("journal", models.UUIDField()),
                ("happened_at", models.DateTimeField()),
                ("paper_before", models.TextField()),
                ("paper_after", models.TextField()),
                ("topic", models.CharField(max_length=80)),
                ("told", models.JSONField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="payment",
            name="payment_due",
        ),
        migrations.RunPython(migrations.RunPython.noop, nothing_promised),
    ]
