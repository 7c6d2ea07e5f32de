from __future__ import annotations

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from booking.models.appointment import Appointment
from dealerships.models import Dealership


def photo_storage() -> Storage:
    """Where photos are kept: outside the web root, readable by the site alone (settings.STORAGES)."""
    return storages["photos"]


class Photo(models.Model):
    """A customer's photo, drawn anew from what was uploaded: a JPEG without metadata, outside the web root.

    Until the booking it belongs to the draft that `holder` names, afterwards to the appointment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="photos")
    holder = models.CharField(max_length=32, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )
    file = models.FileField(max_length=120, unique=True, storage=photo_storage)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["holder"], condition=Q(appointment=None), name="photo_of_a_draft"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment=None) ^ Q(holder=""), name="photo_of_a_draft_or_a_visit"
            ),
        ]
