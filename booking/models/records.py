"""What the dealership's own days have shown: demand that was not met, and how long vehicles really wait."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.capacity import PoolKind
from dealerships.models import Dealership


class UnmetSource(models.TextChoices):
    WEB = "web", _("Web")
    API = "api", _("API")
    STAFF = "staff", _("Phone and counter")
    WAIT_LIST = "wait_list", _("Wait-list")


class UnmetDemand(models.Model):
    """A search without an acceptable start, or a wait-list entry, with the cap that bound. No personal data.

    `seeker` is a keyed digest that changes every week: it makes one seeker's repeats one row and lets a booking
    that follows be noted (`met_at`), and says nothing about who it was. `cap_kind` blank: no cap but a rule
    (`rule`: a code of booking.why) closed it. `short_by` is in the pool's units.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="unmet_demand")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=10, choices=UnmetSource.choices)
    seeker = models.CharField(max_length=64)
    services = ArrayField(models.CharField(max_length=32))
    transport = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    cap_kind = models.PositiveSmallIntegerField(choices=PoolKind.choices, null=True, blank=True)
    cap_subject = models.CharField(max_length=40, blank=True)
    cap_day = models.DateField(null=True, blank=True)
    short_by = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=24, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["dealership", "first_day"], name="unmet_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "seeker", "services", "first_day"], name="unmet_once_a_seeker"
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="unmet_starts_before_it_ends"
            ),
        ]


class QueueRecord(models.Model):
    """How many minutes a dropped-off vehicle waits before its work, by the dealership's own visits of a skill."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="queue_records")
    skill = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()
    measured_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealership", "skill"], name="queue_record_once_a_skill"),
        ]
