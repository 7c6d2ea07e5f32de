"""Which appointments somebody may see: access is decided where they are fetched."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from booking.models import Appointment, Source, Status, WaitListEntry, WaitListOffer
from dealerships.models import Group, User
from dealerships.permissions import dealerships_for
from lib import clock, tokens

# A manage link opens the appointment until a week after the visit.
LINK_OUTLIVES_VISIT = timedelta(days=7)
# The question how it was is asked in the days after it, and the answer may be changed for a week.
LINK_OUTLIVES_QUESTION = timedelta(days=21)


def appointments_for(user: User | AnonymousUser) -> QuerySet[Appointment]:
    """What a member of the staff may see: the appointments of the dealerships where they work."""
    return _whole(Appointment.objects.filter(dealership__in=dealerships_for(user)))


def appointments_of_customer(user: User | AnonymousUser) -> QuerySet[Appointment]:
    """What a signed-in customer may see: what they booked while they were signed in, for whomever it was, and what
    was booked on their record for an address or a number that is theirs.

    Anybody can book under somebody's name and telephone number, and so reach the same record; only what a code was
    sent to is proved, whoever booked.
    """
    if not user.is_authenticated:
        return _none()
    proved = Q(pk__in=[])
    if user.email:
        proved |= Q(contact_email__iexact=user.email)
    if user.phone:
        proved |= Q(contact_phone=user.phone)
    # The staff's accounts book for others too, but at the desk.
    booked = Q(created_by=user, source=Source.WEB)
    return _whole(Appointment.objects.filter(booked | (proved & Q(customer__user=user))))


def appointments_of_group(group: Group) -> QuerySet[Appointment]:
    """What an API client may see: the appointments of its group's dealerships."""
    return _whole(Appointment.objects.filter(dealership__group=group))


def appointment_by_token(token: str) -> Appointment | None:
    """The appointment that a manage link's token opens; None for an unknown, malformed or expired one."""
    if not tokens.is_token(token):
        return None
    return appointment_by_digest(tokens.digest(token))


def appointment_by_digest(digest: str) -> Appointment | None:
    """As `appointment_by_token`, from the digest that a session remembers."""
    oldest = clock.now() - LINK_OUTLIVES_VISIT
    return _whole(Appointment.objects.filter(link_digest=digest, ready_at__gte=oldest)).first()


def reviewed_by_digest(digest: str) -> Appointment | None:
    """The completed visit that a link asks about, for three weeks; None otherwise."""
    oldest = clock.now() - LINK_OUTLIVES_QUESTION
    completed = Appointment.objects.filter(link_digest=digest, ready_at__gte=oldest, status=Status.COMPLETED)
    return _whole(completed).first()


def offer_by_digest(digest: str) -> WaitListOffer | None:
    """The wait-list offer that a link opens, until a week after its start; None otherwise."""
    oldest = clock.now() - LINK_OUTLIVES_VISIT
    return (
        WaitListOffer.objects.filter(link_digest=digest, starts_at__gte=oldest)
        .select_related(
            "entry__dealership__group",
            "entry__appointment__dealership",
            "hold__advisor",
            "appointment__dealership",
        )
        .first()
    )


def entry_by_digest(digest: str) -> WaitListEntry | None:
    """The wait-list entry that a link opens, until a week after its last day; None otherwise."""
    oldest = clock.now().date() - LINK_OUTLIVES_VISIT
    return (
        WaitListEntry.objects.filter(link_digest=digest, last_day__gte=oldest)
        .select_related("dealership__group", "appointment__dealership")
        .first()
    )


def _whole(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    return appointments.select_related("dealership__group", "customer", "vehicle", "advisor")


def _none() -> QuerySet[Appointment]:
    return Appointment.objects.none()
