"""Booking."""

from __future__ import annotations

import re

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header, Router

from api.access import Key, KeyHolder, Limit, seeker_of
from api.calls.dealerships import get_dealership
from api.problems import Problem, RefusedHere, refusal_response
from api.reading import read_start, refuse_unknown
from api.schemas import CHANGE, BookingAnswer, BookingSent
from booking.actions.book import Booking, Request, book_appointment
from booking.actions.history import API
from booking.actions.unmet import mark_met
from booking.answers import booking_answer, manage_url
from booking.errors import IdempotencyMismatch
from booking.idempotency import Key as IdempotencyKey
from booking.idempotency import fingerprint
from booking.menu import Basket
from customers.details import Contact, VehicleDetails, read_contact, read_vehicle
from dealerships.models import Dealership
from lib.errors import Refusal
from lib.text import clean_note

router = Router(tags=["Booking"])
LONGEST_NOTE = 2000
_KEY = re.compile(r"[\x21-\x7e]{1,120}")


class AnybodyOrKey(Key):
    """A key is welcome, a wrong one is refused, and none is needed."""

    def __call__(self, request: HttpRequest) -> object:
        return super().__call__(request) if "Authorization" in request.headers else "anybody"


@router.post(
    "/dealerships/{slug:slug}/appointments",
    response={201: BookingAnswer, **CHANGE},
    auth=AnybodyOrKey(),
    throttle=Limit("api-book", "30/minute;300/day"),
)
def book(
    request: HttpRequest,
    slug: str,
    sent: BookingSent,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
):
    """Book, or get the first answer again when the same key comes with the same body."""
    refuse_unknown(request, ())
    if not idempotency_key or not _KEY.fullmatch(idempotency_key):
        message = _("Send the header Idempotency-Key: 1 to 120 visible characters, new for each booking.")
        raise Problem(400, "idempotency_key_required", message)
    dealership = get_dealership(slug, advisor=sent.advisor)
    scope = _scope(request, dealership)
    key = IdempotencyKey(scope, idempotency_key, fingerprint([slug, sent.model_dump(mode="json")]))
    asked = _request(dealership, sent, key)
    try:
        booked = book_appointment(request=asked)
    except IdempotencyMismatch as mismatch:
        mismatch.field = "Idempotency-Key"
        return refusal_response(mismatch)
    except Refusal as refusal:
        raise RefusedHere(refusal, zone=dealership.zone) from refusal
    mark_met(dealership=dealership, services=sent.services, seeker=seeker_of(request))
    return _answer(booked)


def _scope(request: HttpRequest, dealership: Dealership) -> str:
    """Whose keys these are: the client's, or everybody's at this dealership. A telephone changes its address."""
    holder = request.auth  # type: ignore[attr-defined]
    if isinstance(holder, KeyHolder):
        return f"api:key:{holder.key.pk or holder.key.name}"
    return f"api:{dealership.slug}"


def _request(dealership: Dealership, sent: BookingSent, key: IdempotencyKey) -> Request:
    return Request(
        dealership=dealership,
        basket=Basket(tuple(sent.services), sent.transport, sent.answers, sent.advisor),
        start=read_start(sent.start),
        contact=_contact(sent),
        vehicle=_vehicle(sent),
        by=API,
        note=clean_note(sent.note or "", limit=LONGEST_NOTE, field="note"),
        key=key,
    )


def _contact(sent: BookingSent) -> Contact:
    try:
        return read_contact(_texts(sent.customer.model_dump()))
    except Refusal as refusal:
        raise RefusedHere(refusal, within="customer.") from refusal


def _vehicle(sent: BookingSent) -> VehicleDetails:
    try:
        return read_vehicle(_texts(sent.vehicle.model_dump()))
    except Refusal as refusal:
        raise RefusedHere(refusal, within="vehicle.") from refusal


def _texts(values: dict[str, object]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _answer(booking: Booking) -> JsonResponse:
    """As it was the first time, even if the appointment has changed since."""
    first = (
        booking.record.answer if booking.record and booking.replayed else booking_answer(booking.appointment)
    )
    headers = {"Idempotent-Replayed": "true"} if booking.replayed else {}
    return JsonResponse({**first, "manage_url": manage_url(booking.appointment)}, status=201, headers=headers)
