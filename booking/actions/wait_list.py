"""The wait-list as customers and staff use it: join, change, leave, put first, take off.

Whoever frees a place calls `serve_wait_list` (booking.actions.serving).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from booking.actions.leaving import end_entry
from booking.actions.messages import work_payload
from booking.actions.offering import withdraw_offer
from booking.actions.serving import serve_wait_list
from booking.actions.unmet import note_unmet
from booking.actions.wait_list_messages import Work, tell_joined, work_of
from booking.answers import WAIT_LIST_PURPOSE
from booking.errors import NotPossible
from booking.menu import Basket, load_menu, plan
from booking.models import Appointment, EntryState, UnmetSource, WaitListEntry
from booking.waiting import Wishes, open_offer, wish_of
from customers.details import Contact, VehicleDetails
from customers.models import Customer, Vehicle
from dealerships.models import Dealership, User
from lib import clock, tokens
from lib.errors import Refusal
from lib.text import clean_line

__all__ = [
    "Asked", "change_wishes", "join_wait_list", "join_with_appointment", "leave_wait_list", "put_first",
    "serve_wait_list", "take_off",
]  # fmt: skip

REASON_LIMIT = 120
FIRST = 1
# Namespace of the advisory lock under which one person's two clicks become one entry.
TWIN_LOCK = 0x5457494E


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody without an appointment waits for: which work, on which vehicle, and how they are reached."""

    dealership: Dealership
    basket: Basket
    contact: Contact
    vehicle: VehicleDetails | Vehicle
    seeker: str = ""  # what tells this seeker from another in the record of unmet demand
    customer: Customer | None = None  # already known to the one who puts them on the list
    note: str = ""  # for the workshop, once a place is taken


def join_with_appointment(
    *, appointment: Appointment, wishes: Wishes, now: datetime | None = None
) -> WaitListEntry:
    """Wait for an earlier start than the appointment's; who waits already goes on waiting as they did.

    Raises NotPossible when the visit is not to come.
    """
    moment = now or clock.now()
    if not appointment.is_upcoming or appointment.starts_at <= moment:
        raise NotPossible(_("This appointment can no longer be changed."))
    entry = WaitListEntry(
        dealership=appointment.dealership,
        appointment=appointment,
        basket=_booked(appointment).as_json(),
        customer_id=appointment.customer_id,
        vehicle_id=appointment.vehicle_id,
        vehicle_title=appointment.vehicle_words,
        vehicle_plate=appointment.vehicle_plate,
        contact_name=appointment.contact_name,
        contact_phone=appointment.contact_phone,
        contact_email=appointment.contact_email,
        language=appointment.language,
        **_lists(wishes),
    )
    try:
        _enter(entry, work_payload(appointment))
    except IntegrityError as error:
        if "entry_once_an_appointment" not in str(error):
            raise
        return appointment.wait_list_entries.get(state=EntryState.WAITING)
    serve_wait_list(dealership=appointment.dealership, now=moment)
    return entry


def join_wait_list(*, asked: Asked, wishes: Wishes, now: datetime | None = None) -> WaitListEntry:
    """Wait for a start without having one. The same words sent twice make one entry.

    Raises Refusal for an impossible basket.
    """
    demand = plan(load_menu(asked.dealership), asked.basket)
    contact = asked.contact
    wanted: dict[str, Any] = {
        "basket": asked.basket.as_json() | _described(asked.vehicle),
        "customer": asked.customer,
        "vehicle": asked.vehicle if isinstance(asked.vehicle, Vehicle) else None,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "language": contact.language,
        **_lists(wishes),
    }
    with transaction.atomic():
        _lock_twins(asked)
        twin = asked.dealership.wait_list.filter(appointment=None, state=EntryState.WAITING, **wanted).first()
        if twin:
            return twin
        entry = WaitListEntry(
            dealership=asked.dealership,
            vehicle_title=asked.vehicle.title[:120],
            vehicle_plate=asked.vehicle.plate,
            note=asked.note,
            **wanted,
        )
        _enter(entry, work_of(demand))
    note_unmet(
        dealership=asked.dealership,
        demand=demand,
        first_day=wishes.first_day,
        last_day=wishes.last_day,
        source=UnmetSource.WAIT_LIST,
        seeker=asked.seeker or entry.link_nonce,
        now=now,
    )
    serve_wait_list(dealership=asked.dealership, now=now)
    return entry


def change_wishes(*, entry: WaitListEntry, wishes: Wishes, now: datetime | None = None) -> WaitListEntry:
    """Other days or parts of the day; the turn stays. An open offer that no longer suits is taken back.

    Raises NotPossible when the entry is over.
    """
    with transaction.atomic():
        present = _lock(entry)
        for name, value in _lists(wishes).items():
            setattr(present, name, value)
        present.save(update_fields=list(_lists(wishes)))
    offer = open_offer(present)
    if offer and not wish_of(present, zone=present.dealership.zone).fits(offer.starts_at):
        withdraw_offer(offer=offer)
    serve_wait_list(dealership=present.dealership, now=now)
    return present


def leave_wait_list(*, entry: WaitListEntry, now: datetime | None = None) -> bool:
    """Wait no more; what is kept goes to the next in turn. False, and harmless, when the entry had ended."""
    left = end_entry(entry=entry, state=EntryState.LEFT)
    serve_wait_list(dealership=entry.dealership, now=now)
    return left


def put_first(*, entry: WaitListEntry, by: User, reason: str) -> WaitListEntry:
    """A declared exception to the order of entry, with its reason; an empty reason ends it.

    Raises NotPossible when the entry is over, Refusal for a reason that is too long.
    """
    said = clean_line(reason, limit=REASON_LIMIT, field="reason")
    with transaction.atomic():
        present = _lock(entry)
        present.priority, present.priority_reason, present.priority_by = FIRST if said else 0, said, by
        present.save(update_fields=["priority", "priority_reason", "priority_by"])
        return present


def take_off(*, entry: WaitListEntry, by: User, reason: str, now: datetime | None = None) -> None:
    """The staff ends an entry, with the reason, which the list shows. Raises Refusal without one, NotPossible."""
    said = clean_line(reason, limit=REASON_LIMIT, field="reason")
    if not said:
        raise Refusal(_("Say why, in a few words."), code="no_reason", field="reason")
    if not end_entry(entry=entry, state=EntryState.LEFT, priority_reason=said, priority_by=by):
        raise NotPossible(_("This person no longer waits."))
    serve_wait_list(dealership=entry.dealership, now=now)


def _enter(entry: WaitListEntry, work: Work) -> None:
    entry.link_nonce = tokens.new_nonce()
    entry.link_digest = tokens.digest(tokens.token_for(entry.link_nonce, purpose=WAIT_LIST_PURPOSE))
    with transaction.atomic():
        entry.save(force_insert=True)
        tell_joined(entry, work)


def _lock(entry: WaitListEntry) -> WaitListEntry:
    """The waiting entry, locked, with its appointment and offers; raises NotPossible."""
    locked = (
        WaitListEntry.objects.select_for_update(of=("self",))
        .select_related("dealership", "appointment")
        .prefetch_related("offers__hold")
        .filter(pk=entry.pk, state=EntryState.WAITING)
        .first()
    )
    if locked is None:
        raise NotPossible(_("This person no longer waits."))
    return locked


def _lock_twins(asked: Asked) -> None:
    """Whoever types the same contact at this dealership at this moment waits here."""
    said = f"{asked.dealership.pk}|{asked.contact.phone}|{asked.contact.email}"
    key = int.from_bytes(hashlib.sha256(said.encode()).digest()[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TWIN_LOCK, key])


def _described(vehicle: VehicleDetails | Vehicle) -> dict[str, Any]:
    """A vehicle that has no record yet goes along in words; booking.actions.offers makes the record."""
    return {} if isinstance(vehicle, Vehicle) else {"vehicle": asdict(vehicle)}


def _lists(wishes: Wishes) -> dict[str, Any]:
    return asdict(wishes) | {"weekdays": list(wishes.weekdays), "parts": list(wishes.parts)}


def _booked(appointment: Appointment) -> Basket:
    """The basket that the appointment was booked with, as far as its lines tell."""
    lines = list(appointment.lines.select_related("service"))
    return Basket(
        services=tuple(line.service.code for line in lines),
        transport=appointment.transport,
        answers={answer["question"]: answer["choice"] for line in lines for answer in line.answers},
    )
