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
from booking.models.call_request import CallRequest
from booking.models.capacity import (
    WITHOUT_POOL_UNLIMITED,
    CapacityClaim,
    CapacityPool,
    Hold,
    HoldState,
    PoolKind,
)
from booking.models.changes import (
    CapacityChange,
    CapacityEdit,
    ChangeAction,
    FirstSnow,
    SnowOpening,
    SnowRaise,
)
from booking.models.conditions import GroupMember, Season, ServiceGroup, TransportCondition
from booking.models.idempotency import IdempotencyRecord
from booking.models.menu import Choice, MaintenancePlan, Question, Service, Skill, Transport
from booking.models.patterns import (
    CapacityRule,
    CapacitySettings,
    CarryOver,
    Releasable,
    ReleaseStep,
    Shift,
)
from booking.models.photo import Photo
from booking.models.records import QueueRecord, UnmetDemand, UnmetSource
from booking.models.review import Review
from booking.models.wait_list import DayPart, EntryState, OfferState, WaitListEntry, WaitListOffer

__all__ = [
    "LIVE",
    "UPCOMING",
    "WITHOUT_POOL_UNLIMITED",
    "Actor",
    "Appointment",
    "AppointmentEvent",
    "AppointmentLine",
    "CallRequest",
    "CapacityChange",
    "CapacityClaim",
    "CapacityEdit",
    "CapacityPool",
    "CapacityRule",
    "CapacitySettings",
    "CarryOver",
    "ChangeAction",
    "Choice",
    "DayPart",
    "EntryState",
    "EventKind",
    "FirstSnow",
    "GroupMember",
    "Hold",
    "HoldState",
    "IdempotencyRecord",
    "MaintenancePlan",
    "OfferState",
    "Photo",
    "PoolKind",
    "Question",
    "QueueRecord",
    "Releasable",
    "ReleaseStep",
    "Review",
    "Season",
    "Service",
    "ServiceGroup",
    "Shift",
    "Skill",
    "SnowOpening",
    "SnowRaise",
    "Source",
    "Status",
    "Transport",
    "TransportCondition",
    "UnmetDemand",
    "UnmetSource",
    "WaitListEntry",
    "WaitListOffer",
]
