from __future__ import annotations

from django.db import models
from django.utils import timezone

from dealerships.models import Group


class ApiKey(models.Model):
    """A client's key, known by its digest only: a stolen database opens nothing. It sees one group."""

    name = models.CharField(max_length=80)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="api_keys")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
