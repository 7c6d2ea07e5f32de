from __future__ import annotations

from django.db import models
from django.utils import timezone


class RetentionRun(models.Model):
    """One line of the register of destruction: what was removed, how much of it, and from before when (Law 25, s. 23)."""

    rule = models.CharField(max_length=40)  # a name of booking/retention.py
    at = models.DateTimeField(default=timezone.now)
    before = models.DateTimeField()
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at", "-id"]
