from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from booking.models.capacity import PoolKind
from dealerships.models import Dealership, StaffMember


class AdvisorShift(models.Model):
    """An advisor checks vehicles in from `starts` to `ends`, local time; lunch is the gap between two shifts.

    With a rotation of n weeks, `rotation_week` says in which of them (0 to n-1) the shift is worked.
    """

    advisor = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="shifts")
    rotation_week = models.PositiveSmallIntegerField(default=0)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["rotation_week", "weekday", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["advisor", "rotation_week", "weekday", "starts"], name="shift_starts_once"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_weekday_is_0_to_6"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="shift_starts_before_it_ends"),
        ]


class CapacityRule(models.Model):
    """The usual cap of a pool on one weekday: shop and skill minutes, shuttle seats, courtesy cars.

    `cap` blank means no limit and 0 means closed. `starts_at` is set for what has departures (shuttle).
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="capacity_rules")
    kind = models.PositiveSmallIntegerField(choices=PoolKind.choices)
    subject = models.CharField(max_length=32, blank=True)
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
