"""What a printed code may have besides: an end, a number of uses, a cashier, the code it replaces, an order."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0005_print_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="qrcode",
            name="qr_code_kind_whole",
        ),
        migrations.AddField(
            model_name="qrcode",
            name="cashier",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="qrcode",
            name="most_uses",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="qrcode",
            name="pushed_to",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pushed",
                to="merchants.qrcode",
            ),
        ),
        migrations.AddField(
            model_name="qrcode",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="merchants.qrcode",
            ),
        ),
        migrations.AddField(
            model_name="qrcode",
            name="uses",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="qrcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "static"),
                        ("lines", []),
                        ("pushed_to", None),
                        models.Q(("category", ""), _negated=True),
                    ),
                    models.Q(
                        ("category", ""),
                        ("expires_at__isnull", False),
                        ("kind", "one_time"),
                        ("most_uses", None),
                        ("cashier", None),
                        ("replaces", None),
                        models.Q(("lines", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="qr_code_kind_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="qrcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("most_uses", None), ("uses", 0)),
                    models.Q(
                        ("most_uses__gt", 0),
                        ("most_uses__isnull", False),
                        ("uses__lte", models.F("most_uses")),
                    ),
                    _connector="OR",
                ),
                name="qr_code_uses_within",
            ),
        ),
    ]
