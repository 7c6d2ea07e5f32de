"""Booking: the one way by which an appointment comes to be, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from booking.actions import messages
from booking.actions.claims import apply_claims, claim_beyond, hand_over_claims
from booking.actions.expiry import HoldLostError, release_hold, use_hold
from booking.actions.history import By, record
from booking.actions.retry import retried
from booking.actions.settle import limits_since
from booking.actions.taking import take_start
from booking.answers import LINK_PURPOSE, booking_answer
from booking.availability import Start
from booking.demands import channel_of, lines_of
from booking.errors import IdempotencyMismatch, SlotTaken
from booking.idempotency import Key, first_answer
from booking.menu import Basket, Demand, load_menu, plan
from booking.models import (
    Appointment,
    AppointmentLine,
    EventKind,
    Hold,
    IdempotencyRecord,
    Photo,
    Source,
)
from customers.actions.agreements import Agreed, keep_agreements
from customers.actions.identify import identify_customer, identify_vehicle, still_known
from customers.actions.inquiry import note_inquiry
from customers.actions.odometer import note_odometer
from customers.details import Contact, VehicleDetails
from customers.models import Customer, Vehicle
from customers.preferences import usual_mutes
from dealerships.models import Dealership
from lib import clock, tokens
from lib.errors import Refusal


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: the basket, the start (UTC), who, which vehicle, a note, and how it came."""

    dealership: Dealership
    basket: Basket
    start: datetime
    contact: Contact
    by: By
    vehicle: VehicleDetails | Vehicle
    customer: Customer | None = None  # already known to the one who books
    note: str = ""
    problem: str = ""  # what is wrong, in the customer's words
    same_as: Appointment | None = None  # the earlier visit that did not cure it
    odometer: int | None = None  # kilometres
    photos_of: str = ""  # the name of the draft whose photos go with it
    agreed: Agreed | None = None  # to messages beside those about the visit
    key: Key | None = None
    hold: Hold | None = None
    announce: bool = True  # off for what the customer was told elsewhere (imports)
    notice: bool = True  # off for staff, whom the minimum notice does not bind


@dataclass(frozen=True, slots=True)
class Booking:
    appointment: Appointment
    record: IdempotencyRecord | None
    replayed: bool = False


class AlreadyBooked(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This vehicle already has an appointment at that time."), code="already_booked", field="start"
        )


def book_appointment(*, request: Request, now: datetime | None = None) -> Booking:
    """Book, or return the first answer when the request's key was already used.

    Raises Refusal for an impossible basket, StartRefused, SlotTaken with alternatives, AlreadyBooked,
    IdempotencyMismatch, Busy. Nothing is written when it raises.
    """
    moment = now or clock.now()
    try:
        return _replay(request.key) or _book(request, moment)
    except (SlotTaken, AlreadyBooked):
        # A twin with the same key may have taken it a moment ago: then its answer is ours.
        replay = _replay(request.key)
        if replay:
            return replay
        raise


def _replay(key: Key | None) -> Booking | None:
    earlier = first_answer(key)
    if earlier is None or earlier.appointment is None:
        return None
    return Booking(earlier.appointment, earlier, replayed=True)


def _book(request: Request, now: datetime) -> Booking:
    channel = channel_of(request.by.source)
    demand = plan(load_menu(request.dealership), request.basket, channel=channel)
    booking = _book_held(request, demand, now) if request.hold else None
    if booking:
        return booking

    def take(start: Start, advisor: int, pools: dict[int, int]) -> Booking:
        return _take(request, demand, start, advisor, now, pools=pools)

    return take_start(request.dealership, demand, request.start, take, now=now, notice=request.notice)


def _book_held(request: Request, demand: Demand, now: datetime) -> Booking | None:
    """Book what the hold keeps; None when the hold has run out or is for something else."""
    hold = request.hold
    assert hold is not None
    same = hold.starts_at == request.start and Basket.from_json(hold.basket) == request.basket
    if same and hold.dealership_id == request.dealership.pk:
        start = Start(hold.starts_at, hold.ready_at, (hold.advisor_id,))
        try:
            return _take(request, demand, start, hold.advisor_id, now, hold=hold)
        except HoldLostError:
            pass
    release_hold(hold=hold)
    return None


@retried
def _take(
    request: Request,
    demand: Demand,
    start: Start,
    advisor: int,
    now: datetime,
    *,
    pools: dict[int, int] | None = None,
    hold: Hold | None = None,
) -> Booking:
    """Everything that a booking writes, in one transaction; the pools last, or the hold's claims taken over."""
    try:
        with transaction.atomic(durable=True):
            remembered = _remember(request.key)
            if remembered and remembered.appointment:
                return Booking(remembered.appointment, remembered, replayed=True)
            appointment = _write(request, demand, start, advisor)
            _take_photos(request, appointment)
            if request.agreed:
                keep_agreements(customer=appointment.customer, contact=request.contact, agreed=request.agreed)
            _tell(request, appointment, now)
            if remembered:
                remembered.appointment, remembered.answer = appointment, booking_answer(appointment)
                remembered.save(update_fields=["appointment", "answer"])
            if hold:
                use_hold(hold, appointment)
                late = limits_since(hold, appointment, demand)
                hand_over_claims(hold, appointment)
                claim_beyond(appointment, late)
            else:
                apply_claims(appointment, pools or {})
            return Booking(appointment, remembered)
    except IntegrityError as error:
        if "appointment_once_a_vehicle_and_start" in str(error):
            raise AlreadyBooked from error
        raise


def _remember(key: Key | None) -> IdempotencyRecord | None:
    """The key's row, ours or a twin's; a twin that is still at work is waited for on the unique index."""
    if key is None:
        return None
    IdempotencyRecord.objects.bulk_create(
        [IdempotencyRecord(scope=key.scope, key=key.key, fingerprint=key.fingerprint)], ignore_conflicts=True
    )
    kept = IdempotencyRecord.objects.select_related("appointment").get(scope=key.scope, key=key.key)
    if kept.appointment and kept.fingerprint != key.fingerprint:
        raise IdempotencyMismatch
    return kept


def _write(request: Request, demand: Demand, start: Start, advisor: int) -> Appointment:
    dealership, contact = request.dealership, request.contact
    asks = request.by.source != Source.IMPORT
    customer = still_known(request.customer) or identify_customer(
        group=dealership.group, contact=contact, asks=asks
    )
    vehicle = request.vehicle
    if isinstance(vehicle, VehicleDetails):
        vehicle = identify_vehicle(customer=customer, details=vehicle)
    if request.odometer is not None:
        today = clock.local(clock.now(), dealership.zone).date()
        note_odometer(vehicle=vehicle, customer=customer, kilometres=request.odometer, on=today)
    if asks:
        note_inquiry(customer=customer)
    wall = clock.local(start.starts_at, dealership.zone)
    nonce = tokens.new_nonce()
    appointment = Appointment.objects.create(
        dealership=dealership,
        customer=customer,
        vehicle=vehicle,
        advisor_id=advisor,
        contact_name=contact.name,
        contact_phone=contact.phone,
        contact_email=contact.email,
        vehicle_title=request.vehicle.title[:120],
        vehicle_plate=request.vehicle.plate,
        language=contact.language,
        muted_channels=usual_mutes(customer, contact),
        local_date=wall.date(),
        local_time=wall.time(),
        zone=dealership.zone,
        starts_at=start.starts_at,
        ready_at=start.ready_at,
        minutes=demand.minutes,
        transport=demand.transport,
        source=request.by.source,
        note=request.note,
        problem=request.problem,
        same_as=request.same_as,
        odometer=request.odometer,
        created_by=request.by.user,
        link_nonce=nonce,
        link_digest=tokens.digest(tokens.token_for(nonce, purpose=LINK_PURPOSE)),
    )
    AppointmentLine.objects.bulk_create(lines_of(appointment, demand))
    record(appointment, EventKind.BOOKED, request.by, old={})
    return appointment


def _take_photos(request: Request, appointment: Appointment) -> None:
    """The photos of the draft become the appointment's."""
    if request.photos_of:
        mine = Photo.objects.filter(dealership=request.dealership, holder=request.photos_of, appointment=None)
        mine.update(appointment=appointment, holder="")


def _tell(request: Request, appointment: Appointment, now: datetime) -> None:
    announcing = messages.booked_kind(appointment) if request.announce else ""
    messages.plan_messages(appointment, now=now, announcing=announcing)
