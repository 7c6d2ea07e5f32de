"""What implies consent to be written to for a while (CASL, s. 10(10)): that somebody asked, or was served."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from customers.models import Customer
from lib import clock

# The law counts months: who booked this morning need not be written again this afternoon.
FRESH = timedelta(days=1)


def note_inquiry(*, customer: Customer, at: datetime | None = None) -> None:
    """The customer has asked us for something now. One query, at most once a day for each."""
    moment = at or clock.now()
    if customer.inquired_at is not None and customer.inquired_at > moment - FRESH:
        return
    customer.inquired_at = moment
    later = Q(inquired_at=None) | Q(inquired_at__lt=moment)
    Customer.objects.filter(later, pk=customer.pk).update(inquired_at=moment)


def note_service(*, customer_id: int, at: datetime) -> None:
    """Work was done for the customer; an earlier visit that is noted late changes nothing."""
    earlier = Q(served_at=None) | Q(served_at__lt=at)
    Customer.objects.filter(earlier, pk=customer_id).update(served_at=at)


def take_back_service(*, customer_id: int, at: datetime, before: datetime | None) -> None:
    """The work that was noted at `at` was not done after all: it is as `before` again, unless more was done since."""
    Customer.objects.filter(pk=customer_id, served_at=at).update(served_at=before)
