"""Where a person lives, by whose word and since when; the application only ever adds to it."""

from pathlib import Path

import base.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0004_count_try")]

    operations = [
        migrations.CreateModel(
            name="Residence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                (
                    "source",
                    models.CharField(
                        choices=[("stated", "Stated"), ("bank", "Bank"), ("operator", "Operator")],
                        max_length=10,
                    ),
                ),
                ("declared_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "declared_at"], name="residence_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="residence_country"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["stated", "bank", "operator"])),
                        name="residence_source_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(load(SQL, "residence_rights"), migrations.RunSQL.noop),
    ]
