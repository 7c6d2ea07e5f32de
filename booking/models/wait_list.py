"""Who would come earlier, or at all, if a place became free; and what each was offered."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.appointment import Appointment
from booking.models.capacity import Hold
from customers.models import ERASED_NAME, Customer, Vehicle
from dealerships.models import Dealership, User
from lib import tokens


class DayPart(models.TextChoices):
    MORNING = "am", _("Morning")
    AFTERNOON = "pm", _("Afternoon")
    EVENING = "eve", _("Evening")


class EntryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SERVED = "served", _("Has a place")
    LEFT = "left", _("Left the list")
    ENDED = "ended", _("Range is over")


class WaitListEntry(models.Model):
    """Somebody waits for a start between two days: to come earlier than `appointment`, or to come at all.

    What is asked for is the appointment's own work, or `basket` (booking.menu.Basket as JSON). `priority` above 0
    is a declared exception to the order of entry, with its reason.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.CASCADE, related_name="wait_list")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="wait_list_entries"
    )
    basket = models.JSONField(default=dict)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, blank=True)
    vehicle_title = models.CharField(max_length=120, blank=True)
    vehicle_plate = models.CharField(max_length=8, blank=True)
    contact_name = models.CharField(max_length=100)
    contact_phone = models.CharField(max_length=16, blank=True)
    contact_email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fr")
    note = models.TextField(max_length=2000, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    # Empty lists mean any.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    parts = ArrayField(models.CharField(max_length=3, choices=DayPart.choices), default=list, blank=True)
    state = models.CharField(max_length=8, choices=EntryState.choices, default=EntryState.WAITING)
    priority = models.PositiveSmallIntegerField(default=0)
    priority_reason = models.CharField(max_length=120, blank=True)
    priority_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    link_nonce = models.CharField(max_length=43, default=tokens.new_nonce)
    link_digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            # In the order in which places are offered.
            models.Index(
                fields=["dealership", "-priority", "id"],
                condition=Q(state="waiting"),
                name="entry_in_turn",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="entry_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=~Q(contact_phone="") | ~Q(contact_email="") | Q(contact_name=ERASED_NAME),
                name="entry_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(priority=0) | ~Q(priority_reason=""), name="entry_priority_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(state="waiting", appointment__isnull=False),
                name="entry_once_an_appointment",
            ),
        ]

    @property
    def about(self) -> str:
        """The subject of this entry's messages in the outbox."""
        return f"wait_list:{self.pk}"


class OfferState(models.TextChoices):
    OPEN = "open", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("No answer")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class WaitListOffer(models.Model):
    """A freed place, kept for one person by a private hold until `expires_at`."""

    entry = models.ForeignKey(WaitListEntry, on_delete=models.PROTECT, related_name="offers")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="offer")
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    offered_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link_nonce = models.CharField(max_length=43, default=tokens.new_nonce)
    link_digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="offer_one_at_a_time_an_entry"
            ),
        ]

    @property
    def about(self) -> str:
        """The subject of this offer's messages in the outbox."""
        return f"offer:{self.pk}"
