"""A shop may sell before it has a tax number: provisionally, until its tax profile is completed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("merchants", "0012_own_rates_by_place")]

    operations = [
        migrations.AddField("taxprofile", "provisional", models.BooleanField(db_default=False)),
        migrations.AddField("taxprofile", "sold_as", models.CharField(max_length=30, null=True)),
        migrations.AlterField("taxprofile", "tax_number", models.CharField(blank=True, max_length=30)),
        migrations.AddConstraint(
            "taxprofile",
            models.CheckConstraint(
                condition=~Q(tax_number="") | Q(provisional=True), name="tax_profile_number_said"
            ),
        ),
        migrations.AddConstraint(
            "taxprofile",
            models.CheckConstraint(
                condition=Q(provisional=False) | Q(sold_as=None), name="tax_profile_sold_as_at_the_end"
            ),
        ),
        migrations.RemoveConstraint("taxprofile", "tax_profile_number_given"),
    ]
