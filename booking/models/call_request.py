from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dealerships.models import Dealership, User


class CallRequest(models.Model):
    """Somebody for whom nothing fitted asked to be called, and was promised by when. Open until it is done."""

    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="call_requests")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=16)  # E.164
    language = models.CharField(max_length=2, default="fr")
    # What they wanted: codes of services and answers, the vehicle in words, and their own words.
    services = models.JSONField(default=list)
    vehicle = models.CharField(max_length=120, blank=True)
    wish = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    promised_by = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["promised_by", "id"]
        indexes = [
            models.Index(
                fields=["dealership", "promised_by"], condition=Q(done_at=None), name="call_request_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "phone"],
                condition=Q(done_at=None),
                name="call_request_one_open_a_number",
            ),
            models.CheckConstraint(
                condition=Q(promised_by__gt=F("created_at")), name="call_request_promised_in_the_future"
            ),
        ]
