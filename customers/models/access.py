from __future__ import annotations

from django.db import models
from django.utils import timezone

from customers.models.customer import Customer
from dealerships.models import Dealership, User


class AccessRecord(models.Model):
    """Who searched for or opened a customer's record, or did what else with it, when and with what words (Law 25).

    Append-only, by trigger, but for destruction when its time is over (customers/actions/destruction.py).
    """

    class Kind(models.TextChoices):
        SEARCH = "search"
        OPEN = "open"
        UNBLOCK = "unblock"  # messages to an address were allowed again
        EXPORT = "export"  # everything known was handed out
        ERASE = "erase"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    # Set when a machine asked instead of a person, for example `api`.
    source = models.CharField(max_length=20, default="desk")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True)
    words = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="access_of_a_customer")]
