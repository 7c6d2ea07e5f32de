"""The menu, the capacity, the appointments."""

from booking.models.appointment import (
    LIVE,
    UPCOMING,
    Actor,
    Appointment,
    AppointmentEvent,
    AppointmentLine,
    EventKind,
    Source,
    Status,
)
from booking.models.capacity import CapacityClaim, CapacityPool, Hold, HoldState, PoolKind
from booking.models.idempotency import IdempotencyRecord
from booking.models.menu import Choice, Question, Service, Skill, Transport
from booking.models.patterns import AdvisorShift, CapacityRule

__all__ = [
    "LIVE",
    "UPCOMING",
    "Actor",
    "AdvisorShift",
    "Appointment",
    "AppointmentEvent",
    "AppointmentLine",
    "CapacityClaim",
    "CapacityPool",
    "CapacityRule",
    "Choice",
    "EventKind",
    "Hold",
    "HoldState",
    "IdempotencyRecord",
    "PoolKind",
    "Question",
    "Service",
    "Skill",
    "Source",
    "Status",
    "Transport",
]
