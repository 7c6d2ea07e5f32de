"""Which customers somebody may look up: access is decided where they are fetched."""

from __future__ import annotations

from django.db.models import QuerySet

from customers.models import Customer
from dealerships.models import User
from dealerships.permissions import dealerships_for


def customers_for(user: User) -> QuerySet[Customer]:
    """The customers of every group in which this member of the staff works. One query at once, for the groups."""
    groups = set(dealerships_for(user).values_list("group", flat=True))
    return Customer.objects.filter(group__in=groups)
