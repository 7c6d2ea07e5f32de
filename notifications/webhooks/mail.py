"""What e-mail services post about our letters, through django-anymail's reading of it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from lib.text import without_controls
from notifications.models import WebhookKind
from notifications.webhooks.base import Told

STATUSES = {
    EventType.DELIVERED: "delivered",
    EventType.BOUNCED: "bounced",
    EventType.REJECTED: "bounced",
    EventType.FAILED: "bounced",
    EventType.COMPLAINED: "complained",
    EventType.DEFERRED: "deferred",
}
FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}


def read_event(event: AnymailTrackingEvent) -> Told | None:
    """One event in our words; None for what we do not follow (opened, clicked)."""
    status = STATUSES.get(event.event_type)
    if status is None:
        return None
    # The service refuses to send there because of an earlier complaint.
    if status == "bounced" and event.reject_reason == RejectReason.SPAM:
        status = "complained"
    payload = {
        "message": str((event.metadata or {}).get("message", "")),
        "reference": _text(event.message_id, 120),
        "address": _text(event.recipient, 254),
        "status": status,
        "permanent": event.reject_reason in FOR_GOOD,
        "reason": _text(event.description or event.mta_response or event.reject_reason, 200),
    }
    return Told(event.event_id or _id_of(event, payload), WebhookKind.MAIL, payload)


def _id_of(event: AnymailTrackingEvent, payload: dict[str, Any]) -> str:
    """For a service that gives its events no id: what makes one the same."""
    moment = event.timestamp.isoformat() if isinstance(event.timestamp, datetime) else ""
    parts = (payload["reference"], payload["address"].lower(), payload["status"], moment)
    return sha256("\n".join(parts).encode()).hexdigest()


def _text(value: object, limit: int) -> str:
    return without_controls(str(value or "")).strip()[:limit]
