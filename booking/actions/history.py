"""Writing an appointment's history: who changed what, when, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from booking.models import Actor, Appointment, AppointmentEvent, EventKind, Source
from dealerships.models import User


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and by which way it came."""

    actor: Actor
    source: Source
    user: User | None = None


CUSTOMER = By(Actor.CUSTOMER, Source.WEB)
API = By(Actor.API, Source.API)


def customer(user: User | AnonymousUser) -> By:
    """A customer in the browser, with their account when they are signed in."""
    return By(Actor.CUSTOMER, Source.WEB, user if user.is_authenticated else None)


def staff(user: User, source: Source = Source.PHONE) -> By:
    return By(Actor.STAFF, source, user)


def snapshot(appointment: Appointment) -> dict[str, Any]:
    """What may change, as it is now."""
    return {
        "status": appointment.status,
        "starts_at": appointment.starts_at.isoformat(),
        "ready_at": appointment.ready_at.isoformat(),
        "advisor": appointment.advisor_id,
        "transport": appointment.transport,
    }


def record(appointment: Appointment, kind: EventKind, by: By, *, old: dict[str, Any], **more: Any) -> None:
    """Append what has just changed; `more` is added to the new state (a reason, for example)."""
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        actor=by.actor,
        user=by.user,
        source=by.source,
        version=appointment.version,
        old=old,
        new={**snapshot(appointment), **more},
    )
