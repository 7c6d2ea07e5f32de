from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealerships.models import Dealership, User


class Way(models.TextChoices):
    """By which channels a kind goes out."""

    SMS_FIRST = "sms_first", _("Text message, or e-mail without a mobile number")
    EMAIL_FIRST = "email_first", _("E-mail, or text message without an address")
    BOTH = "both", _("Both, as far as given")
    SMS = "sms", _("Text message only")
    EMAIL = "email", _("E-mail only")


class Cadence(models.Model):
    """When and how one dealership sends one kind that the system starts. Without a row, the kind's own usual.

    Either `days` from the day of what it is about (negative before, positive after) at the wall time `at`, or
    `minutes` after its moment.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="cadences")
    kind = models.CharField(max_length=32)
    active = models.BooleanField(default=True)
    days = models.SmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    way = models.CharField(max_length=12, choices=Way.choices)
    # Useless so many minutes after it was due.
    lasts_minutes = models.PositiveIntegerField()
    # Nothing leaves from `quiet_from` until `quiet_until`, on the dealership's wall clock; it waits.
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    # Which wording: the usual one when blank, a variant by its name, or `random` for one drawn for each visit.
    wording = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealership", "kind"], name="cadence_once_a_kind"),
            models.CheckConstraint(
                condition=Q(days__isnull=False, at__isnull=False, minutes__isnull=True)
                | Q(days__isnull=True, at__isnull=True, minutes__isnull=False),
                name="cadence_by_day_or_by_minutes",
            ),
            models.CheckConstraint(condition=Q(lasts_minutes__gte=5), name="cadence_lasts_a_while"),
        ]


class CadenceChange(models.Model):
    """One change of a dealership's cadence of a kind: who, and when. The cadence itself has only what counts now."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="cadence_changes")
    kind = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Whether it went back to what is usual for the kind.
    to_usual = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["dealership", "kind", "-at"], name="cadence_last_change")]
