"""What a usual week looks like: who works when, and the caps that no shift gives."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.capacity import PoolKind
from dealerships.models import Dealership, StaffMember


class Shift(models.Model):
    """A person works from `starts` to `ends`, local time; lunch is the gap between two shifts.

    An advisor checks vehicles in then; a technician's minutes are counted. With a rotation of n weeks,
    `rotation_week` says in which of them (0 to n-1) the shift is worked.
    """

    person = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="shifts")
    rotation_week = models.PositiveSmallIntegerField(default=0)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["rotation_week", "weekday", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "rotation_week", "weekday", "starts"], name="shift_starts_once"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_weekday_is_0_to_6"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="shift_starts_before_it_ends"),
        ]


class CapacityRule(models.Model):
    """The usual cap of a pool on one weekday: what is not given by somebody's shifts.

    `cap` blank means no limit and 0 means closed. `starts_at` is set for what has departures (shuttle). For
    the shop and the skills it is a ceiling on what the technicians give; without technicians it is all there is.
    Subjects: a skill, a transport, a service group's code (alone, or with `/am`, `/pm`, `/eve`), `arrivals` or
    `lounge` for waiters, `web` for the channel, "" for the shop and for cars handed back.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="capacity_rules")
    kind = models.PositiveSmallIntegerField(choices=PoolKind.choices)
    subject = models.CharField(max_length=40, blank=True)
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField(null=True, blank=True)
    cap = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "subject", "weekday", "starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "kind", "subject", "weekday", "starts_at"],
                name="rule_once_a_weekday",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="rule_weekday_is_0_to_6"),
        ]


class CarryOver(models.Model):
    """Work that yesterday left for this day, entered in the evening: minutes of one skill, taken off first."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="carry_overs")
    local_date = models.DateField()
    skill = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealership", "local_date", "skill"], name="carry_over_once"),
        ]


class CapacitySettings(models.Model):
    """What a dealership keeps back, and for whom. One row a dealership, made when it is first asked for."""

    dealership = models.OneToOneField(Dealership, on_delete=models.CASCADE, related_name="capacity")
    # Share of the technicians' minutes that is kept for the urgent until it is released in steps.
    reserve_percent = models.PositiveSmallIntegerField(default=0)
    # Visits a day that only the staff may take until the release; blank: none are kept.
    kept_for_staff = models.PositiveSmallIntegerField(null=True, blank=True)
    # Visits a day that only the web may take until the release; blank: none are guaranteed.
    web_guaranteed = models.PositiveSmallIntegerField(null=True, blank=True)
    # The last change of capacity that this dealership's managers made; two at once are told apart by it.
    edition = models.PositiveIntegerField(default=0)
    # The pools were made from the rules as they were then: `rules_version` of the dealership, and the moment.
    built_version = models.BigIntegerField(default=0)
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reserve_percent__lte=100), name="reserve_is_at_most_all")
        ]


class Releasable(models.TextChoices):
    RESERVE = "reserve", _("Reserve")
    CHANNEL = "channel", _("Places kept for the web or for the staff")


class ReleaseStep(models.Model):
    """From `at`, local time, `days_before` the day on: `percent` of what is kept back is free for everybody."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="release_steps")
    what = models.CharField(max_length=8, choices=Releasable.choices)
    days_before = models.PositiveSmallIntegerField()
    at = models.TimeField()
    percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["what", "-days_before", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "what", "days_before", "at"], name="release_step_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="release_step_is_1_to_100_percent"
            ),
            models.CheckConstraint(condition=Q(days_before__lte=14), name="release_step_within_two_weeks"),
        ]
