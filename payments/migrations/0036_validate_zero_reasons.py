"""The lines from before are checked too, without locking writers out."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0035_known_zero_reasons")]

    operations = [ValidateConstraint("saleline", "sale_line_reason_known")]
