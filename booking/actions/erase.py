"""Removing a person at their request, or when their time is over, with what the law keeps (Law 25, s. 23 and 28)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from booking.actions.anonymise import anonymise_entries, anonymise_visits
from booking.actions.leaving import end_entry
from booking.models import UPCOMING, Appointment, CallRequest, EntryState, Status, WaitListEntry
from customers.actions.access import record_act
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
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from lib.languages import is_english
from notifications.actions.forget import forget_blocks, forget_messages, forget_thread
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


def erase_customer(
    *, customer: Customer, dealership: Dealership, user: User | None, now: datetime | None = None
) -> bool:
    """Remove who this was, everywhere; False when it had been done. Raises StillComing while a visit lies ahead.

    What stays: visits with their work and dates, for the books; the proof of consents, now withdrawn; and that an
    address asked us to stop, so that it stays honoured. The register of destruction gets its line, and so does the
    record of who did what.
    """
    moment = now or clock.now()
    _refuse_visit_ahead(customer, moment)
    for entry in WaitListEntry.objects.filter(_entries_of(customer), state=EntryState.WAITING):
        end_entry(entry=entry, state=EntryState.LEFT)
    with destruction():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        if locked.erased_at:
            return False
        _refuse_visit_ahead(locked, moment)
        withdraw_consents(customer=locked, language=locked.language, user=user, source=ConsentSource.ORAL)
        forget_person(customer=locked, now=moment)
        RetentionRun.objects.create(rule=RULE, at=moment, before=moment, rows=1)
        record_act(kind=AccessRecord.Kind.ERASE, dealership=dealership, user=user, customer=locked)
    return True


def forget_person(*, customer: Customer, now: datetime) -> None:
    """Everything that tells who this was, in one transaction of `destruction()`."""
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
    _forget_looks(customer)
    _forget_record(customer, now)


def _forget_looks(customer: Customer) -> None:
    """The words by which somebody came to their record; and their addresses where one was let go without a record."""
    mine = Q(customer=customer)
    unblocked = Q(kind=AccessRecord.Kind.UNBLOCK, dealership__group=customer.group_id)
    for address in filter(None, (customer.phone, customer.email)):
        mine |= unblocked & Q(words__icontains=f" {address} ")
    AccessRecord.objects.filter(mine).exclude(words="").update(words="")


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
    return Q(customer=customer) | Q(appointment__customer=customer)


def _forget_calls(customer: Customer) -> None:
    """Calls that were promised to their number: an open one is not made any more."""
    if customer.phone:
        calls = CallRequest.objects.filter(dealership__group=customer.group_id, phone=customer.phone)
        calls.filter(done_at=None).delete()
        calls.update(name=ERASED_NAME, phone="", vehicle="", wish="", outcome="")


def _forget_vehicles(customer: Customer) -> None:
    """Plate and VIN of what nobody else drives or brought; their place among its drivers; their invitations."""
    others = VehicleDriver.objects.filter(vehicle=OuterRef("pk"), customer__erased_at=None).exclude(
        customer=customer
    )
    brought = Appointment.objects.filter(vehicle=OuterRef("pk"), customer__erased_at=None).exclude(
        customer=customer
    )
    theirs = Vehicle.objects.filter(Q(links__customer=customer) | Q(appointments__customer=customer))
    alone = theirs.exclude(Exists(others)).exclude(Exists(brought)).values_list("pk", flat=True)
    Vehicle.objects.filter(pk__in=list(alone)).update(vin="", plate="", plate_key="")
    sent = VehicleInvitation.objects.filter(inviter=customer)
    forget_messages(Message.objects.filter(about__in=[f"invitation:{one.pk}" for one in sent]))
    sent.delete()
    VehicleInvitation.objects.filter(accepted_by=customer).update(email="")
    VehicleDriver.objects.filter(customer=customer).delete()
