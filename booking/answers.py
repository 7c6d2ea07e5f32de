"""An appointment as data: what the API answers, and what an idempotency key remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from booking.availability import Start
from booking.models import Appointment
from lib import clock, tokens

LINK_PURPOSE = "manage"
OFFER_PURPOSE, WAIT_LIST_PURPOSE = "offer", "wait-list"


def manage_token(appointment: Appointment) -> str:
    """The secret of the appointment's manage link, under whichever key it was made with."""
    for token in tokens.tokens_for(appointment.link_nonce, LINK_PURPOSE):
        if tokens.digest(token) == appointment.link_digest:
            return token
    return tokens.token_for(appointment.link_nonce, purpose=LINK_PURPOSE)


def manage_url(appointment: Appointment) -> str:
    return f"{settings.PUBLIC_URL}/m/{manage_token(appointment)}"


def say_iso(moment: datetime, zone: str) -> str:
    """ISO 8601 with the dealership's offset."""
    return clock.local(moment, zone).isoformat()


def start_answer(start: Start, zone: str) -> dict[str, Any]:
    return {
        "start": say_iso(start.starts_at, zone),
        "ready_by": say_iso(start.ready_at, zone),
        "advisors": len(start.advisors),
    }


def booking_answer(appointment: Appointment) -> dict[str, Any]:
    """What somebody who has just booked is told, less the manage link, which is never stored."""
    return {
        "reference": appointment.reference,
        "status": appointment.status,
        "start": say_iso(appointment.starts_at, appointment.zone),
        "ready_by": say_iso(appointment.ready_at, appointment.zone),
        "advisor": {"id": appointment.advisor_id, "name": appointment.advisor.name},
    }
