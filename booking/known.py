"""Which rows are about one person: for a signed-in customer what is proved to be theirs, for the staff a record's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from booking.access import appointments_of_customer
from booking.models import Appointment, WaitListEntry
from customers.access import vehicles_of
from customers.models import Customer, Vehicle, VehicleInvitation
from dealerships.models import Group, User
from notifications.models import Incoming, Message

Vehicles = Callable[[], Iterator[tuple[Group, Vehicle, bool]]]


@dataclass(frozen=True)
class Known:
    """A person's rows. `theirs` narrows what bears an address: to those that are proved, or to nothing less than all.

    `vehicles` yields the group, the vehicle, and whether all of it is theirs to know.
    """

    records: Sequence[Customer]
    visits: QuerySet[Appointment]
    vehicles: Vehicles
    user: User | None = None
    addresses: frozenset[str] | None = None

    def messages(self) -> QuerySet[Message]:
        """What was written to them; never the codes that open an account."""
        abouts = self.visits.order_by().annotate(subject=Concat(Value("appointment:"), "reference"))
        theirs = Q(about__in=abouts.values_list("subject"))
        of_record = Q(customer__in=self.records)
        if self.addresses is not None:
            of_record &= Q(to__in=self.addresses)
        return Message.objects.filter(theirs | of_record, dealership__isnull=False).select_related(
            "dealership"
        )

    def answers(self) -> QuerySet[Incoming]:
        """What they wrote."""
        wrote = Incoming.objects.filter(conversation__customer__in=self.records)
        return wrote if self.addresses is None else wrote.filter(sender__in=self.addresses)

    def wait_list(self) -> QuerySet[WaitListEntry]:
        """Entries of the visits, and those without a visit on the records that gave one of the addresses."""
        alone = Q(appointment=None, customer__in=self.records)
        if self.addresses is not None:
            alone &= Q(contact_email__in=self.addresses) | Q(contact_phone__in=self.addresses)
        return WaitListEntry.objects.filter(Q(appointment__in=self.visits) | alone)


def known_of_user(user: User) -> Known:
    """What a signed-in customer may take along: only visits that are proved to be theirs, and those that they booked
    while signed in."""
    records = list(Customer.objects.filter(user=user).select_related("group").order_by("pk"))
    return Known(
        records=records,
        visits=appointments_of_customer(user),
        vehicles=lambda: _vehicles_of_user(user, records),
        user=user,
        addresses=frozenset(filter(None, (user.email, (user.email or "").lower(), user.phone))),
    )


def known_of_customer(customer: Customer) -> Known:
    """Everything on one record, for the staff to hand out to whom it belongs to; they have proved who they are."""
    visits = Appointment.objects.filter(customer=customer).select_related("dealership", "vehicle")
    return Known(records=[customer], visits=visits, vehicles=lambda: _vehicles_of_record(customer))


def _vehicles_of_user(user: User, records: Sequence[Customer]) -> Iterator[tuple[Group, Vehicle, bool]]:
    for group in dict.fromkeys(record.group for record in records):
        invited = set(
            VehicleInvitation.objects.filter(accepted_by__in=records).values_list("vehicle", flat=True)
        )
        for vehicle in vehicles_of(user, group):
            yield group, vehicle, vehicle.pk not in invited


def _vehicles_of_record(customer: Customer) -> Iterator[tuple[Group, Vehicle, bool]]:
    invited = set(VehicleInvitation.objects.filter(accepted_by=customer).values_list("vehicle", flat=True))
    for vehicle in customer.vehicles.order_by("-pk"):
        yield customer.group, vehicle, vehicle.pk not in invited
