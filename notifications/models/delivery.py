"""How the providers do: each call of one, whether it is left alone for a while, and how fast a sender may go on."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Message


class Outcome(models.TextChoices):
    """What a call of a provider came to."""

    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused for now")
    PERMANENT = "permanent", _("Refused for good")
    AMBIGUOUS = "ambiguous", _("No clear answer")


class Attempt(models.Model):
    """One call of a provider for one message: how long it took and what it came to."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="calls")
    provider = models.CharField(max_length=40)  # `smtp`, `mailgun`, `twilio`, `gateway`, `demo`
    at = models.DateTimeField(default=timezone.now)  # when the answer was there
    seconds = models.FloatField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        # The health page: one provider's last hour or day.
        indexes = [models.Index(fields=["provider", "-at"], name="attempt_of_a_provider")]


class Breaker(models.Model):
    """One provider's failures in a row. While it is open nobody calls it; then one message tries first."""

    provider = models.CharField(primary_key=True, max_length=40)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)


class Pace(models.Model):
    """When a sender (`gateway:+14505550134`) may hand over its next message at the provider's declared rate."""

    sender = models.CharField(primary_key=True, max_length=80)
    next_at = models.DateTimeField()
