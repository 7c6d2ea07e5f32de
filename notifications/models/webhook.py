from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dealerships.models import Dealership

# In place of a number that nobody knows and that was forgotten, followed by the conversation's own key.
ERASED_ADDRESS = "erased:"


class WebhookKind(models.TextChoices):
    """What somebody else's machine tells us."""

    TEXT = "text"  # a text message came in
    STATUS = "status"  # what became of a text message of ours
    MAIL = "mail"  # what became of an e-mail of ours
    LETTER = "letter"  # an e-mail came in
    CALL = "call"  # a telephone call was missed


class WebhookEvent(models.Model):
    """One event of a provider, taken once however often it is told, and then worked on like a message: by claim.

    `payload` is our own reading of it, not the provider's words; see notifications/webhooks/.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"  # given up after several tries; `error` says why

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=WebhookKind.choices)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_event_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="webhook_event_due"),
            models.Index(fields=["received_at"], name="webhook_event_received"),
        ]


class Conversation(models.Model):
    """What a dealership and one customer wrote to each other, by text message and e-mail.

    With a number or an address that no record has, `customer` is empty and `address` holds it.
    """

    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="conversations")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="conversations"
    )
    address = models.CharField(max_length=254, blank=True)
    # Where an answer goes when nobody chooses: by the way that the customer last wrote.
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=2, default="fr")
    assigned_to = models.ForeignKey(
        "dealerships.StaffMember", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    unread = models.PositiveIntegerField(default=0)  # what came in and nobody opened yet
    # Set by what only a person can answer; emptied by an answer, or by hand.
    waiting_since = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(default=timezone.now)
    last_words = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "customer"],
                condition=Q(customer__isnull=False),
                name="conversation_one_a_customer",
            ),
            models.UniqueConstraint(
                fields=["dealership", "address"],
                condition=Q(customer__isnull=True),
                name="conversation_one_an_unknown_address",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(address=""), name="conversation_is_with_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["dealership", "-last_at"], name="conversation_newest"),
            # The count on every page of the desk.
            models.Index(fields=["dealership"], condition=Q(unread__gt=0), name="conversation_unread"),
        ]

    @property
    def about(self) -> str:
        """The subject of what the desk writes in it, in the outbox."""
        return f"conversation:{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether whoever it was with, of whom there is no record, was forgotten."""
        return self.address.startswith(ERASED_ADDRESS)


class Incoming(models.Model):
    """One message that a customer sent us, with what we took it for."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="incoming")
    event = models.OneToOneField(
        WebhookEvent, on_delete=models.SET_NULL, null=True, blank=True, related_name="incoming"
    )
    channel = models.CharField(max_length=8)
    sender = models.CharField(max_length=254)
    words = models.TextField(max_length=10_000)
    # How many files came with it; they are not kept.
    files = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    # A meaning of booking/replies.py or notifications/keywords.py: `confirm`, `change`, `late`, `stop`, `other`…
    meaning = models.CharField(max_length=16, blank=True)
    # The subject that it answers, as `appointment:<reference>`.
    about = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["about", "at"], name="incoming_about"),
            models.Index(fields=["sender", "-at"], name="incoming_of_a_sender"),
        ]
