"""Places that are kept for people in front of a small dealership: what the wait-list's pages start from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.test import Client

from booking.models import Appointment, WaitListEntry, WaitListOffer
from lib import clock
from tests.booking.views.conftest import Visitor
from tests.booking.waiters import offer_of, offer_token, wait, wait_with
from tests.garage import Garage


def noon(garage: Garage) -> datetime:
    """Today at noon, whatever the time is: offers are made by day only."""
    today = clock.local(clock.now(), garage.dealership.zone).date()
    return clock.at_local(today, time(12), garage.dealership.zone)


def today(garage: Garage) -> date:
    return noon(garage).date()


def book_ahead(visitor: Visitor) -> Appointment:
    """Two weeks ahead, in this visitor's browser."""
    starts = visitor.starts(today(visitor.garage) + timedelta(days=14))
    return visitor.book(starts[4])


def offer_to(garage: Garage, appointment: Appointment | None = None) -> WaitListOffer:
    """A place in a later week than today, kept for the customer of the appointment, or for who has none."""
    first = today(garage) + timedelta(days=2)
    range_ = {"first": first, "last": first + timedelta(days=6), "now": noon(garage)}
    return an_offer(wait_with(appointment, **range_) if appointment else wait(garage, **range_))


def an_offer(entry: WaitListEntry) -> WaitListOffer:
    offer = offer_of(entry)
    assert offer is not None
    return offer


def open_offer(client: Client, offer: WaitListOffer) -> HttpResponse:
    return client.get(f"/o/{offer_token(offer)}")
