from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.menu import Service, Transport
from customers.models import ERASED_NAME, Customer, Vehicle
from dealerships.models import Dealership, StaffMember, User
from lib import tokens
from notifications.models import Channel


class Status(models.TextChoices):
    BOOKED = "booked", _("Booked")
    CONFIRMED = "confirmed", _("Confirmed")
    ARRIVED = "arrived", _("Arrived")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")


class Source(models.TextChoices):
    """By which way an appointment, or a change of it, came."""

    WEB = "web", _("Web")
    PHONE = "phone", _("Phone")
    WALK_IN = "walk_in", _("Walk-in")
    DELIVERY = "delivery", _("Delivery day")
    API = "api", _("API")
    WAIT_LIST = "wait_list", _("Wait-list")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    IMPORT = "import", _("Import")


UPCOMING = (Status.BOOKED, Status.CONFIRMED)
# The vehicle may still need its place: everything but what was called off.
LIVE = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED)


class Appointment(models.Model):
    """A visit: who, which vehicle, what work, when, with which advisor. A move keeps the reference."""

    reference = models.CharField(max_length=12, unique=True, default=tokens.new_reference)
    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="appointments")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="appointments")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="appointments")
    advisor = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="appointments")
    # Where this visit's messages go: what was given for it, which the customer's record need not be.
    contact_name = models.CharField(max_length=100)
    contact_phone = models.CharField(max_length=16, blank=True)
    contact_email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fr")
    # Channels that the holder of the manage link wants nothing more by, about this visit alone.
    muted_channels = ArrayField(
        models.CharField(max_length=8, choices=Channel.choices), default=list, db_default=[], blank=True
    )
    # The vehicle in the words of the one who booked. The record may know more (plate, VIN), which a guest who
    # only knows a VIN must not learn. Blank for what was imported.
    vehicle_title = models.CharField(max_length=120, blank=True, default="", db_default="")
    vehicle_plate = models.CharField(max_length=8, blank=True, default="", db_default="")
    # The wall time that was promised and its zone; starts_at is derived from them.
    local_date = models.DateField()
    local_time = models.TimeField()
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()  # planned labour of all lines
    transport = models.CharField(max_length=16, choices=Transport.choices)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.BOOKED)
    source = models.CharField(max_length=12, choices=Source.choices)
    note = models.TextField(max_length=2000, blank=True)
    # What is wrong, in the customer's words, and the earlier visit that did not cure it.
    problem = models.TextField(max_length=1000, blank=True, default="", db_default="")
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="comebacks"
    )
    odometer = models.PositiveIntegerField(null=True, blank=True)  # kilometres, as the customer gave them
    # Minutes after `starts_at` that the customer said they would come.
    late_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    # The manage link is derived from the nonce and SECRET_KEY; the database alone cannot rebuild it.
    link_nonce = models.CharField(max_length=43, default=tokens.new_nonce)
    link_digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            # The desk's day, and the audit of one dealership.
            models.Index(fields=["dealership", "local_date", "starts_at"], name="appointment_day"),
            models.Index(fields=["customer", "-starts_at"], name="appointment_of_a_customer"),
            # Whose text message, or missed call, it is.
            models.Index(fields=["contact_phone", "-starts_at"], name="appointment_of_a_number"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__gt=F("starts_at")), name="appointment_ready_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(contact_phone="") | ~Q(contact_email="") | Q(contact_name=ERASED_NAME),
                name="appointment_can_be_reached",
            ),
            # Backstop of idempotency: the same vehicle can't be booked twice for the same moment.
            models.UniqueConstraint(
                fields=["vehicle", "starts_at"],
                condition=Q(status__in=["booked", "confirmed", "arrived"]),
                name="appointment_once_a_vehicle_and_start",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        """The subject of this appointment's messages in the outbox."""
        return f"appointment:{self.reference}"

    @property
    def vehicle_words(self) -> str:
        """The vehicle as its customer may read it."""
        return self.vehicle_title or self.vehicle.title

    @property
    def is_upcoming(self) -> bool:
        """May still be confirmed, moved or cancelled by the customer."""
        return self.status in UPCOMING


class AppointmentLine(models.Model):
    """One service as it was booked: answers, minutes and indicative price (cents) of that day."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="lines")
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # [{"question", "choice", "fr", "en"}]: codes, and the chosen words in both languages
    answers = models.JSONField(default=list)
    minutes = models.PositiveIntegerField()
    price = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    @property
    def skill(self) -> str:
        """What the service asks of who does it."""
        return self.service.skill


class EventKind(models.TextChoices):
    BOOKED = "booked", _("Booked")
    CONFIRMED = "confirmed", _("Confirmed")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    ARRIVED = "arrived", _("Arrived")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("No-show")
    REOPENED = "reopened", _("Reopened")
    LATE = "late", _("Running late")
    ADDED = "added", _("Note or photo added")
    READY = "ready", _("Ready for pickup")
    REVIEWED = "reviewed", _("Visit rated")


class Actor(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Staff")
    API = "api", _("API")
    SYSTEM = "system", _("System")


class AppointmentEvent(models.Model):
    """One change of an appointment: who, when, from where, old and new. Append-only, by trigger, but for erasure."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=10, choices=Actor.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices)
    version = models.PositiveIntegerField()
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
