"""Advisors' shifts become anybody's: technicians have them too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0004_guests_and_muting"), ("dealerships", "0002_capacity")]

    operations = [
        migrations.RemoveConstraint("AdvisorShift", "shift_starts_once"),
        migrations.RenameModel("AdvisorShift", "Shift"),
        migrations.RenameField("Shift", "advisor", "person"),
        migrations.AlterField(
            "Shift",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shifts",
                to="dealerships.staffmember",
            ),
        ),
        migrations.AddConstraint(
            "Shift",
            models.UniqueConstraint(
                fields=["person", "rotation_week", "weekday", "starts"], name="shift_starts_once"
            ),
        ),
    ]
