from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealerships.models import Dealership


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class State(models.TextChoices):
    PENDING = "pending", _("Planned")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Withdrawn")
    UNKNOWN = "unknown", _("Uncertain")
    DEAD = "dead", _("Given up")


class Message(models.Model):
    """One message to one address: the outbox row that is the truth, from planned to delivered.

    It is written in the transaction of what it tells about. `lease_generation` fences senders: who
    outlived the lease finds another generation and changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # about:version:kind:channel, or a random key for what has no subject.
    dedupe_key = models.CharField(max_length=200, unique=True)
    # None for account messages (sign-in codes), which belong to no dealership.
    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, null=True, blank=True)
    # Whose message it is, where a record is known: their thread, their consent, their data.
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    # What the message is about, as `appointment:<reference>`, and the version of it that was true.
    about = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    # Which wording was drawn, where a kind has several (notifications/kinds.py); blank for the usual one.
    variant = models.CharField(max_length=16, blank=True, default="", db_default="")
    payload = models.JSONField(
        default=dict
    )  # everything that the templates need; see notifications/render.py

    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_generation = models.PositiveIntegerField(default=0)
    # When the provider was called in this attempt; until then a claimed message can still be withdrawn.
    called_at = models.DateTimeField(null=True, blank=True)
    provider_reference = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # the provider said so

    class Meta:
        indexes = [
            # The senders' claim: what is pending and due, oldest first.
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="message_due"),
            # The reaper: what is being sent, or uncertain and waiting for its e-mail, by end of lease.
            models.Index(
                fields=["lease_until"], condition=Q(lease_until__isnull=False), name="message_leased"
            ),
            # Withdrawal, and the message timeline of an appointment.
            models.Index(fields=["about", "created_at"], name="message_about"),
            models.Index(fields=["-created_at"], name="message_newest"),
            # A customer's thread, and what they were last sent.
            models.Index(fields=["customer", "-created_at"], name="message_of_a_customer"),
            # What an address was last sent: replies are bound to it, and nobody gets two within two hours.
            models.Index(
                fields=["to", "-sent_at"], condition=Q(sent_at__isnull=False), name="message_sent_to"
            ),
            # Callbacks name the provider's reference.
            models.Index(
                fields=["provider_reference"],
                condition=~Q(provider_reference=""),
                name="message_by_reference",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="message_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "delivered"]) | Q(sent_at__isnull=False),
                name="message_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"
