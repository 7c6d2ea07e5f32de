"""What managers change for a while: ranges of days, the first snow, and the journal that takes it back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.capacity import PoolKind
from dealerships.models import Dealership, User


class ChangeAction(models.TextChoices):
    CLOSE = "close", _("Close")  # nobody more; who is in it must be moved
    FULL = "full", _("Day full")  # nobody more; who is in it stays
    OPEN = "open", _("Open again")  # undoes an earlier close or full
    SET = "set", _("Set the limit")  # `amount` units; blank for no limit
    ADD = "add", _("Raise or lower the limit")  # by `amount` units, which may be negative


class CapacityChange(models.Model):
    """A dated exception to the usual week: what happens to which pools from `first_day` to `last_day`.

    `kind` blank means everything that is scarce, `subject` blank everything of the kind. `from_time` to
    `until_time` (local, both or neither) narrows it to what has a time of day. Later rows win over earlier ones.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="capacity_changes")
    kind = models.PositiveSmallIntegerField(choices=PoolKind.choices, null=True, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    from_time = models.TimeField(null=True, blank=True)
    until_time = models.TimeField(null=True, blank=True)
    action = models.CharField(max_length=8, choices=ChangeAction.choices)
    amount = models.IntegerField(null=True, blank=True)
    reason = models.CharField(max_length=120)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["dealership", "last_day"], name="change_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="change_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(from_time__isnull=True, until_time__isnull=True)
                | Q(from_time__isnull=False, until_time__isnull=False, from_time__lt=F("until_time")),
                name="change_times_are_both_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(action="add") | Q(amount__isnull=False), name="change_adds_something"
            ),
            models.CheckConstraint(
                condition=~Q(action="set") | Q(amount__isnull=True) | Q(amount__gte=0),
                name="change_sets_no_negative_limit",
            ),
        ]


class FirstSnow(models.Model):
    """The mode for the morning when a hundred people call: prepared ahead, switched on and off with one click.

    While `switched_on_at` is set it counts for `lasts_days` days from the local day of that moment on.
    """

    dealership = models.OneToOneField(Dealership, on_delete=models.CASCADE, related_name="first_snow")
    lasts_days = models.PositiveSmallIntegerField(default=21)
    # How long before a start of tires alone the web may still take it, instead of the usual notice.
    notice_minutes = models.PositiveSmallIntegerField(default=30)
    web_takes_all = models.BooleanField(default=True)
    # More tire minutes (and as many shop minutes) on each open day, beyond the openings below.
    extra_tire_minutes = models.PositiveSmallIntegerField(default=0)
    switched_on_at = models.DateTimeField(null=True, blank=True)
    switched_on_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lasts_days__gte=1, lasts_days__lte=90), name="snow_lasts_1_to_90_days"
            ),
        ]


class SnowOpening(models.Model):
    """Hours of a weekday that are added for tires alone: who checks in, and the technicians' minutes."""

    first_snow = models.ForeignKey(FirstSnow, on_delete=models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    tire_minutes = models.PositiveSmallIntegerField()
    advisors = ArrayField(models.BigIntegerField(), default=list)  # ids of staff members

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["first_snow", "weekday"], name="snow_opening_once_a_weekday"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="snow_weekday_is_0_to_6"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="snow_opens_before_it_closes"),
        ]


class SnowRaise(models.Model):
    """A group's or a transport's cap that first-snow mode raises by `add` units."""

    first_snow = models.ForeignKey(FirstSnow, on_delete=models.CASCADE, related_name="raises")
    kind = models.PositiveSmallIntegerField(choices=PoolKind.choices)
    subject = models.CharField(max_length=40, blank=True)
    add = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first_snow", "kind", "subject"], name="snow_raise_once"),
        ]


class CapacityEdit(models.Model):
    """One change of capacity by a manager, with the rows as they were before and after: what undo needs."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="capacity_edits")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    summary_fr = models.CharField(max_length=240)
    summary_en = models.CharField(max_length=240)
    # {table: [row…]} of the tables that changed, see booking.actions.journal
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Known to whoever just made or undid it, and not kept: the pools follow later (booking.actions.edit.make_pools).
    behind = False

    class Meta:
        ordering = ["-id"]
