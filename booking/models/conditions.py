"""What must be true of a visit besides room: groups of services, seasons, conditions of a transport."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from booking.models.menu import Choice, Service, Transport
from dealerships.models import Dealership


class ServiceGroup(models.Model):
    """Work that shares something scarce (the alignment rack, off-rim tires): counted in jobs, by part of the day.

    Its caps are CapacityRules of kind SERVICE_GROUP under its code. `first_start` and `last_start` bound when
    such a visit may begin. With `only_in_season`, days outside its seasons are closed for it.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="service_groups")
    code = models.SlugField(max_length=32)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    first_start = models.TimeField(null=True, blank=True)
    last_start = models.TimeField(null=True, blank=True)
    only_in_season = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "code"], name="group_code_once_a_dealership"),
            models.CheckConstraint(
                condition=Q(first_start__isnull=True)
                | Q(last_start__isnull=True)
                | Q(first_start__lte=F("last_start")),
                name="group_first_start_before_last",
            ),
        ]

    def __str__(self) -> str:
        return self.name_fr


class GroupMember(models.Model):
    """A service belongs to a group: always, or with one answer (tires that are not on rims)."""

    group = models.ForeignKey(ServiceGroup, on_delete=models.CASCADE, related_name="members")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="memberships")
    choice = models.ForeignKey(
        Choice, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "service", "choice"], name="member_once_a_group", nulls_distinct=False
            ),
        ]


class Season(models.Model):
    """A campaign of a group: from `opens_on` on it may be booked, for work from `first_day` to `last_day`."""

    group = models.ForeignKey(ServiceGroup, on_delete=models.CASCADE, related_name="seasons")
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    opens_on = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="season_starts_before_it_ends"
            ),
        ]


class TransportCondition(models.Model):
    """When a way of bringing the vehicle is offered; without a row, always.

    `stay_at_least` is in minutes from the start to ready. `book_by` on the day `book_by_days` before the start is
    the last moment (a key dropped the evening before). The web may be left out while the staff may choose it.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="transport_conditions")
    transport = models.CharField(max_length=16, choices=Transport.choices)
    on_web = models.BooleanField(default=True)
    first_start = models.TimeField(null=True, blank=True)
    last_start = models.TimeField(null=True, blank=True)
    stay_at_least = models.PositiveSmallIntegerField(null=True, blank=True)
    work_at_most = models.PositiveSmallIntegerField(null=True, blank=True)
    book_by_days = models.PositiveSmallIntegerField(null=True, blank=True)
    book_by = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dealership", "transport"], name="condition_once_a_transport"),
            models.CheckConstraint(
                condition=Q(first_start__isnull=True)
                | Q(last_start__isnull=True)
                | Q(first_start__lte=F("last_start")),
                name="condition_first_start_before_last",
            ),
            models.CheckConstraint(
                condition=Q(book_by_days__isnull=True, book_by__isnull=True)
                | Q(book_by_days__isnull=False, book_by__isnull=False),
                name="condition_book_by_is_whole",
            ),
        ]
