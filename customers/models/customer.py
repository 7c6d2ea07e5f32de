from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from dealerships.models import Group, User
from lib.names import search_key

# In place of the name of somebody whose personal information was removed.
ERASED_NAME = "—"


class Customer(models.Model):
    """A person the group serves, known by what they gave; signing in links a User to it."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="customers")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers")
    name = models.CharField(max_length=100)
    name_key = models.CharField(
        max_length=210, editable=False
    )  # for search and comparison: lib.names.search_key
    phone = models.CharField(max_length=16, blank=True)  # E.164
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fr")
    # Channels by which this customer wants no message about new appointments.
    muted_channels = ArrayField(models.CharField(max_length=8), default=list, db_default=[], blank=True)
    # What implies consent for a while (CASL, s. 10(10)): the last work done for them, and the last time that they asked.
    served_at = models.DateTimeField(null=True, blank=True)
    inquired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When their personal information was removed, at their request or because its time was over.
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["group", "phone"], name="customer_by_phone"),
            models.Index("group", Lower("email"), name="customer_by_email"),
            # The caller card: any part of a name, the last digits of a number.
            GinIndex(fields=["name_key"], name="customer_by_name", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["phone"], name="customer_by_part_of_phone", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = search_key(self.name)[:210]
        super().save(*args, **kwargs)  # type: ignore[arg-type]
