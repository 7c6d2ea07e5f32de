from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from booking.models.appointment import Appointment


class Review(models.Model):
    """What a customer said about a visit: one question, one answer from 1 (poor) to 5 (very good), and words if any."""

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="review")
    score = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="review_is_1_to_5")
        ]
