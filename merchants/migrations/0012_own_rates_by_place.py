"""An own rate may hold in one place only, and may be taken on the taxes above it."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0011_profile_without_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="ownrate",
            name="compound",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="ownrate",
            name="country",
            field=models.CharField(blank=True, default="", max_length=2),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ownrate",
            name="region",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="ownrate", name="own_rate_once"),
        migrations.AddConstraint(
            model_name="ownrate",
            constraint=models.UniqueConstraint(
                fields=("merchant", "category", "tax", "country", "region", "valid_from"),
                name="own_rate_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("region", ""),
                    models.Q(
                        (
                            "region__startswith",
                            django.db.models.functions.text.Concat("country", models.Value("-")),
                        ),
                        models.Q(("country", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="own_rate_place_whole",
            ),
        ),
    ]
