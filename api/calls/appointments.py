"""One appointment: see it, move it, cancel it, confirm it; with the client's key or its own token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from ninja import Body, Router

from api.access import Key, KeyHolder, Limit, ManageToken, find_appointment
from api.problems import RefusedHere
from api.reading import read_start, refuse_unknown
from api.schemas import CHANGE, PRIVATE, AppointmentAnswer, MoveSent, NothingSent
from booking.actions.cancel import cancel_appointment
from booking.actions.history import API, By
from booking.actions.move import move_appointment
from booking.actions.progress import confirm_appointment
from booking.answers import say_iso
from booking.models import Actor, Appointment, AppointmentLine, Source
from lib.errors import Refusal
from lib.languages import is_english

router = Router(tags=["Appointments"], auth=[Key(), ManageToken()])
READ, WRITE = Limit("api-private", "600/minute"), Limit("api-change", "60/minute")
BY_LINK = By(Actor.CUSTOMER, Source.API)


@router.get("/appointments/{reference}", response={200: AppointmentAnswer, **PRIVATE}, throttle=READ)
def see(request: HttpRequest, reference: str):
    refuse_unknown(request, ())
    return _answer(find_appointment(request, reference))


@router.post("/appointments/{reference}/move", response={200: AppointmentAnswer, **CHANGE}, throttle=WRITE)
def move(request: HttpRequest, reference: str, sent: MoveSent):
    """Move to another open start; the reference stays, the version rises."""
    refuse_unknown(request, ())
    appointment = find_appointment(request, reference)
    start = read_start(sent.start)
    try:
        moved = move_appointment(appointment=appointment, start=start, by=_by(request), version=sent.version)
    except Refusal as refusal:
        raise RefusedHere(refusal, zone=appointment.zone) from refusal
    return _answer(moved)


@router.post("/appointments/{reference}/cancel", response={200: AppointmentAnswer, **CHANGE}, throttle=WRITE)
def cancel(request: HttpRequest, reference: str, sent: NothingSent = Body(default_factory=NothingSent)):  # noqa: ARG001, B008 - refuses whatever is sent
    """Free the place at once. Cancelling again changes nothing."""
    refuse_unknown(request, ())
    appointment = find_appointment(request, reference)
    return _answer(cancel_appointment(appointment=appointment, by=_by(request)))


@router.post("/appointments/{reference}/confirm", response={200: AppointmentAnswer, **CHANGE}, throttle=WRITE)
def confirm(request: HttpRequest, reference: str, sent: NothingSent = Body(default_factory=NothingSent)):  # noqa: ARG001, B008 - refuses whatever is sent
    """The customer says that they will come."""
    refuse_unknown(request, ())
    appointment = find_appointment(request, reference)
    return _answer(confirm_appointment(appointment=appointment, by=_by(request)))


def _by(request: HttpRequest) -> By:
    return API if isinstance(request.auth, KeyHolder) else BY_LINK  # type: ignore[attr-defined]


def _answer(appointment: Appointment) -> JsonResponse:
    """The appointment as data.

    Of the vehicle only what its owner tells anybody: a guest who typed somebody's VIN must not learn the plate.
    """
    lines = appointment.lines.select_related("service").order_by("position", "id")
    vehicle = appointment.vehicle
    return JsonResponse(
        {
            "reference": appointment.reference,
            "status": appointment.status,
            "version": appointment.version,
            "dealership": appointment.dealership.slug,
            "start": say_iso(appointment.starts_at, appointment.zone),
            "ready_by": say_iso(appointment.ready_at, appointment.zone),
            "advisor": {"id": appointment.advisor_id, "name": appointment.advisor.name},
            "services": [_line(line) for line in lines],
            "minutes": appointment.minutes,
            "transport": appointment.transport,
            "customer": {
                "name": appointment.contact_name,
                "phone": appointment.contact_phone,
                "email": appointment.contact_email,
                "language": appointment.language,
            },
            "vehicle": {"year": vehicle.year, "make": vehicle.make, "model": vehicle.model},
            "note": appointment.note,
        }
    )


def _line(line: AppointmentLine) -> dict[str, Any]:
    return {
        "code": line.service.code,
        "name": line.name_en if is_english(get_language() or "fr") else line.name_fr,
        "answers": {answer["question"]: answer["choice"] for answer in line.answers},
        "minutes": line.minutes,
        "price": line.price,
    }
