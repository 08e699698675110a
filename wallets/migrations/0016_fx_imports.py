"""What became of each try to import rates of exchange."""

from pathlib import Path

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0015_fx_rates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FxImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=10)),
                ("way", models.CharField(max_length=10)),
                ("file_sha256", models.BinaryField(max_length=32)),
                ("added", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("newest_on", models.DateField(null=True)),
                ("refused", models.CharField(blank=True, max_length=40)),
                ("said", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "created_at"], name="fx_import_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refused", ""),
                            models.Q(("added", 0), models.Q(("said", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="fx_import_whole",
                    )
                ],
            },
        ),
        migrations.RunSQL(load(SQL, "fx_import_rights"), migrations.RunSQL.noop),
    ]
