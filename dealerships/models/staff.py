from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealerships.models.dealership import Dealership, both_languages
from dealerships.models.user import User


class Role(models.TextChoices):
    ADVISOR = "advisor", _("Service advisor")
    PARTS = "parts", _("Parts")
    DELIVERY = "delivery", _("Delivery")
    MANAGER = "manager", _("Service manager")
    GROUP_ADMINISTRATOR = "group_administrator", _("Group administrator")
    TECHNICIAN = "technician", _("Technician")


class StaffMember(models.Model):
    """One person's role in one dealership; a group administrator's role counts in every dealership of the group."""

    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="staff")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    role = models.CharField(max_length=24, choices=Role.choices)
    name = models.CharField(max_length=80)
    languages = ArrayField(models.CharField(max_length=2), default=both_languages)
    active = models.BooleanField(default=True)
    # The length of the rotation of their shifts, in weeks.
    rotation_weeks = models.PositiveSmallIntegerField(default=1)
    # Advisors only: customers a day; blank means no limit, 0 means none.
    daily_customers = models.PositiveSmallIntegerField(null=True, blank=True, default=12)
    # Technicians only: planned minutes sold an hour worked, in percent, and the skills that they are counted for.
    efficiency = models.PositiveSmallIntegerField(default=100, db_default=100)
    skills = ArrayField(models.CharField(max_length=16), default=list, db_default=[], blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "user", "role"], name="staff_one_row_a_role"),
            models.CheckConstraint(
                condition=Q(rotation_weeks__gte=1), name="staff_rotation_is_a_week_or_more"
            ),
            models.CheckConstraint(condition=Q(efficiency__lte=300), name="staff_efficiency_is_at_most_300"),
        ]

    def __str__(self) -> str:
        return self.name
