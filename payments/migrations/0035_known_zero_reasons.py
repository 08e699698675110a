"""A line without tax has one of the known reasons; lines from before are checked by the next migration."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0030_tax_releases"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="saleline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "zero_reason__in",
                        [
                            "",
                            "exempt",
                            "zero_rated",
                            "below_threshold",
                            "reverse_charge",
                            "outside_scope",
                            "personal_transfer",
                        ],
                    )
                ),
                name="sale_line_reason_known",
            ),
        ),
    ]
