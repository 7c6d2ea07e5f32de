"""Removing a person at their request, or when their time is over, with what the law keeps (Law 25, s. 23 and 28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking.actions.anonymise import anonymise_entries, anonymise_visits
from booking.actions.leaving import end_entry
from booking.actions.retry import retried
from booking.models import (
    UPCOMING,
    Appointment,
    CallRequest,
    EntryState,
    Hold,
    HoldState,
    Status,
    WaitListEntry,
)
from customers.actions.access import forget_looks, record_act
from customers.actions.consents import withdraw_consents
from customers.actions.destruction import destruction
from customers.models import (
    ERASED_NAME,
    AccessRecord,
    ConsentSource,
    Customer,
    RetentionRun,
    Vehicle,
    VehicleDriver,
    VehicleInvitation,
)
from customers.search import Traits
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from lib.languages import is_english
from lib.text import fold
from notifications.actions.forget import forget_blocks, forget_messages, forget_thread, lock_threads
from notifications.models import Message

RULE = "erasure"


class StillComing(Refusal):
    def __init__(self, visit: Appointment) -> None:
        day = clock.say_date(
            visit.local_date, "en" if is_english(get_language() or "fr") else "fr", year=True
        )
        super().__init__(
            _("There is a visit on %(day)s. Cancel or complete it first.") % {"day": day}, code="still_coming"
        )


@retried
def erase_customer(
    *, customer: Customer, dealership: Dealership, user: User | None, now: datetime | None = None
) -> bool:
    """Remove who this was, everywhere; False when it had been done. Raises StillComing while a visit lies ahead, Busy.

    All of it or nothing: whoever is refused waits, is kept a place and is written to as before. What stays: visits
    with their work and dates, for the books; the proof of consents, now withdrawn; and that an address asked us to
    stop, so that it stays honoured. The register of destruction gets its line, and so does the record of who did what.
    """
    moment = now or clock.now()
    with destruction():
        locked = _lock(customer)
        if locked.erased_at:
            return False
        _refuse_visit_ahead(locked, moment)
        _stop_waiting(locked)
        withdraw_consents(customer=locked, language=locked.language, user=user, source=ConsentSource.ORAL)
        forget_people(customers=[locked], now=moment)
        RetentionRun.objects.create(rule=RULE, at=moment, before=moment, rows=1)
        record_act(kind=AccessRecord.Kind.ERASE, dealership=dealership, user=user, customer=locked)
    return True


def forget_people(*, customers: Sequence[Customer], now: datetime) -> None:
    """Everything that tells who they were, in one transaction of `destruction()`."""
    forget_looks([_traits(customer) for customer in customers])
    for customer in customers:
        _forget_person(customer, now)


def _forget_person(customer: Customer, now: datetime) -> None:
    visits = list(Appointment.objects.filter(customer=customer))
    anonymise_visits(visits=visits)
    anonymise_entries(
        entries=list(WaitListEntry.objects.filter(_entries_of(customer)).prefetch_related("offers"))
    )
    forget_thread(customer=customer)
    forget_messages(Message.objects.filter(customer=customer))
    forget_blocks(customer=customer)
    _forget_calls(customer)
    _forget_vehicles(customer)
    _forget_record(customer, now)


def _lock(customer: Customer) -> Customer:
    """Visits and threads before the person, in the order of whoever changes or writes into them.

    From then on nobody books for the record, nor writes to it.
    """
    list(Appointment.objects.filter(customer=customer).order_by("pk").select_for_update().values_list("pk"))
    lock_threads(customer=customer)
    return Customer.objects.select_for_update().get(pk=customer.pk)


def _stop_waiting(customer: Customer) -> None:
    """End their wait-list entries and free what is kept; locked first, in the order of booking.actions.offer_holds."""
    waiting = WaitListEntry.objects.filter(_entries_of(customer), state=EntryState.WAITING)
    keys = list(waiting.values_list("pk", flat=True))
    kept = Hold.objects.filter(offer__entry__in=keys, state=HoldState.HELD).values("pk")
    list(Hold.objects.filter(pk__in=kept).order_by("pk").select_for_update().values_list("pk"))
    for entry in WaitListEntry.objects.filter(pk__in=keys).order_by("pk").select_for_update():
        end_entry(entry=entry, state=EntryState.LEFT)


def _traits(customer: Customer) -> Traits:
    """By what they are found: a plate or VIN only where the vehicle is nobody else's."""
    vehicles = _own_vehicles(customer).values_list("plate_key", "vin")
    return Traits(
        customer=customer,
        plates=frozenset(plate for plate, _vin in vehicles if plate),
        vins=frozenset(vin for _plate, vin in vehicles if vin),
    )


def _forget_record(customer: Customer, now: datetime) -> None:
    customer.name = ERASED_NAME
    customer.phone = customer.email = ""
    customer.user = None
    customer.muted_channels = []
    customer.served_at = customer.inquired_at = None
    customer.erased_at = now
    customer.save()


def _refuse_visit_ahead(customer: Customer, now: datetime) -> None:
    ahead = Q(status__in=UPCOMING, ready_at__gt=now) | Q(status=Status.ARRIVED)
    visit = Appointment.objects.filter(ahead, customer=customer).order_by("starts_at").first()
    if visit:
        raise StillComing(visit)


def _entries_of(customer: Customer) -> Q:
    """Theirs by the record or by a visit, and those that they entered as a guest: the same name and an address."""
    reached = Q()
    if customer.phone:
        reached |= Q(contact_phone=customer.phone)
    if customer.email:
        reached |= Q(contact_email__iexact=customer.email)
    guests = WaitListEntry.objects.filter(
        reached, customer=None, appointment=None, dealership__group=customer.group_id
    )
    named = [pk for pk, name in guests.values_list("pk", "contact_name") if fold(name) == fold(customer.name)]
    own = Q(pk__in=named) if reached else Q()
    return own | Q(customer=customer) | Q(appointment__customer=customer)


def _forget_calls(customer: Customer) -> None:
    """Calls that were promised to their number: an open one is not made any more."""
    if customer.phone:
        calls = CallRequest.objects.filter(dealership__group=customer.group_id, phone=customer.phone)
        calls.filter(done_at=None).delete()
        calls.update(name=ERASED_NAME, phone="", vehicle="", wish="", outcome="")


def _forget_vehicles(customer: Customer) -> None:
    """Plate and VIN of what nobody else drives or brought; their place among its drivers; their invitations."""
    alone = list(_own_vehicles(customer).values_list("pk", flat=True))
    Vehicle.objects.filter(pk__in=alone).update(vin="", plate="", plate_key="")
    sent = VehicleInvitation.objects.filter(inviter=customer)
    forget_messages(Message.objects.filter(about__in=[f"invitation:{one.pk}" for one in sent]))
    sent.delete()
    VehicleInvitation.objects.filter(accepted_by=customer).update(email="")
    VehicleDriver.objects.filter(customer=customer).delete()


def _own_vehicles(customer: Customer) -> QuerySet[Vehicle]:
    """What they drive or brought, and nobody else does or did."""
    others = VehicleDriver.objects.filter(vehicle=OuterRef("pk"), customer__erased_at=None).exclude(
        customer=customer
    )
    brought = Appointment.objects.filter(vehicle=OuterRef("pk"), customer__erased_at=None).exclude(
        customer=customer
    )
    theirs = Vehicle.objects.filter(Q(links__customer=customer) | Q(appointments__customer=customer))
    return theirs.exclude(Exists(others)).exclude(Exists(brought)).distinct()
