from __future__ import annotations

from django.db import models
from django.utils import timezone

from dealerships.models import Group
from notifications.models.message import Channel


class Suppression(models.Model):
    """An address that wants no more messages of one group on one channel, or that can't be reached there."""

    class Reason(models.TextChoices):
        ASKED = "asked"
        UNREACHABLE = "unreachable"
        COMPLAINED = "complained"  # their mail program says that they call it spam

    group = models.ForeignKey(Group, on_delete=models.CASCADE)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)  # lower-case e-mail address, or E.164
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField(default=timezone.now)
    # What the provider said, for who looks why an address gets nothing.
    detail = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "channel", "address"], name="suppression_once_an_address"
            )
        ]
