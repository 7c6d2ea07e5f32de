from __future__ import annotations

import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

# The zone of what belongs to no dealership: an account's dates, and a new dealership's first proposal.
HOUSE_ZONE = "America/Toronto"


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a time zone; use a name such as America/Toronto.")


def both_languages() -> list[str]:
    return ["fr", "en"]


class Group(models.Model):
    """Dealerships that share customers: one customer record for all of them."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Dealership(models.Model):
    """One rooftop: its identity, its place, its zone and its booking rules."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="dealerships")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    # IANA name. Everything a customer reads is in this zone, whatever the server's clock is set to.
    zone = models.CharField(max_length=64, default=HOUSE_ZONE, validators=[validate_zone])
    phone = models.CharField(max_length=16)  # E.164
    email = models.EmailField()
    # The number that its text messages come from (E.164); blank takes the one of SMS_URL.
    sms_sender = models.CharField(max_length=16, blank=True, default="", db_default="")
    address_line = models.CharField(max_length=120)
    city = models.CharField(max_length=80)
    province = models.CharField(max_length=2, default="QC")
    postal_code = models.CharField(max_length=7)
    languages = ArrayField(models.CharField(max_length=2), default=both_languages)
    brand_colour = models.CharField(
        max_length=7, default="#1f5f8b", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    # A picture made from what was uploaded (lib.pictures); blank shows the name alone.
    logo = models.FileField(max_length=120, blank=True)
    website = models.URLField(blank=True, default="", db_default="")
    # Sites, as scheme://host[:port], whose pages may show the booking widget in a frame.
    allowed_origins = ArrayField(models.CharField(max_length=120), default=list, db_default=[], blank=True)
    # Where it is, in degrees, to say how far the other rooftops of the group are; blank says nothing.
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    privacy_officer = models.CharField(max_length=120)
    privacy_email = models.EmailField()
    horizon_days = models.PositiveSmallIntegerField(default=120)
    # How long before a start the web may still take it.
    notice_minutes = models.PositiveIntegerField(default=60)
    # A dropped-off vehicle waits this long for a technician, on average; it is part of the ready time.
    queue_minutes = models.PositiveIntegerField(default=90)
    # Changes, by trigger, with everything that booking's rules are read from; never the same twice.
    rules_version = models.BigIntegerField(default=0, db_default=0, editable=False)

    # Whether the group has other rooftops, where that was asked for (dealerships.remembered).
    has_others = False

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """The service department is open from `opens` to `closes` on this weekday (Monday is 0), local time."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "weekday"], name="hours_one_row_a_weekday"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday_is_0_to_6"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="hours_open_before_they_close"),
        ]


class SpecialHours(models.Model):
    """Other hours than usual on one day: an evening more, 24 December until noon, a Sunday opened."""

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="special_hours")
    day = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField()
    reason_fr = models.CharField(max_length=80)
    reason_en = models.CharField(max_length=80)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "day"], name="special_hours_once_a_day"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")), name="special_hours_open_before_they_close"
            ),
        ]


class Closure(models.Model):
    """Days without service: the whole dealership; one person when `staff_member` is set; one team when `team` is.

    A team is the technicians of a skill.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="closures")
    staff_member = models.ForeignKey(
        "dealerships.StaffMember", on_delete=models.CASCADE, null=True, blank=True, related_name="closures"
    )
    team = models.CharField(max_length=16, blank=True, default="", db_default="")
    first_day = models.DateField()
    last_day = models.DateField()
    reason_fr = models.CharField(max_length=80)
    reason_en = models.CharField(max_length=80)
    statutory = models.BooleanField(default=False)

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="closure_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(staff_member__isnull=True) | Q(team=""), name="closure_of_one_person_or_team"
            ),
            # One row a statutory holiday, so that preloading a year twice is harmless.
            models.UniqueConstraint(
                fields=["dealership", "first_day"],
                condition=Q(statutory=True),
                name="closure_one_holiday_a_day",
            ),
        ]
