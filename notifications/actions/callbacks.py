"""What became of our messages, as their providers tell it: later than we would like, twice, and in any order."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from lib import clock
from notifications.actions.events import NotYetError
from notifications.actions.record import tell_by_email_instead
from notifications.actions.suppress import suppress_for
from notifications.models import Channel, Message, State, Suppression, WebhookEvent

# A provider may tell of a message before its own answer has reached us; after this long it is nobody's of ours.
STRANGER_AFTER = timedelta(minutes=5)
OPTED_OUT = "opted_out"

# A status is written over these only: `delivered` is the last word, and nothing goes back.
_CALLED_AND_OPEN = Q(state__in=[State.SENDING, State.UNKNOWN]) | Q(state=State.PENDING, attempts__gt=0)
_BEFORE = {
    "accepted": _CALLED_AND_OPEN | Q(state=State.DEAD),
    "delivered": _CALLED_AND_OPEN | Q(state__in=[State.DEAD, State.ACCEPTED, State.FAILED]),
    "failed": _CALLED_AND_OPEN | Q(state=State.ACCEPTED),
}
# An e-mail is tried again by whoever has it; only the end counts.
_OF_MAIL = {"delivered": "delivered", "bounced": "failed", "complained": "delivered"}


def take_status(event: WebhookEvent) -> None:
    """A text message was accepted, delivered, or failed; then its person is told by e-mail.

    A number that can't be reached, or that opted out with the carrier, gets nothing more.
    """
    told = event.payload
    message = _find(event, Channel.SMS)
    if message is None:
        return
    failed = told["status"] == "failed"
    changed = _write(message, told["status"], reference=told["reference"], reason=told["reason"])
    if failed and changed:
        _suppress(message, _why_text(told), told["reason"])
        tell_by_email_instead(message)


def take_mail(event: WebhookEvent) -> None:
    """An e-mail was delivered, or came back; one that came back for good shuts its address.

    A complaint shuts it too: the message itself had arrived.
    """
    told = event.payload
    message = _find(event, Channel.EMAIL)
    if message is None or told["address"].lower() not in {"", message.to.lower()}:
        return
    status = _OF_MAIL.get(told["status"], "")
    if status:
        _write(message, status, reference=told["reference"], reason=told["reason"])
    _suppress(message, _why_mail(told), told["reason"])


def _find(event: WebhookEvent, channel: Channel) -> Message | None:
    """The message, locked; None for somebody else's. Raises NotYetError while its reference may still be unwritten."""
    told = event.payload
    messages = (
        Message.objects.filter(channel=channel).select_related("dealership").select_for_update(of=("self",))
    )
    found = messages.filter(pk=told["message"]).first() if _is_uuid(told["message"]) else None
    if found is None and told["reference"]:
        found = messages.filter(provider_reference=told["reference"]).order_by("-created_at").first()
    if found is None and told["reference"] and clock.now() - event.received_at < STRANGER_AFTER:
        raise NotYetError(told["reference"])
    return found


def _write(message: Message, status: str, *, reference: str, reason: str) -> bool:
    """Whether the status was news."""
    fields: dict[str, Any] = {"state": State(status), "lease_until": None, "error": ""}
    if status == "failed":
        # Not of somebody who was forgotten: a provider's words often name the address.
        fields["error"] = f"the provider says: {reason}"[:300] if message.to else ""
    else:
        fields["sent_at"] = Coalesce(F("sent_at"), F("called_at"), Now())
    if status == "delivered":
        fields["delivered_at"] = Now()
    if reference and not message.provider_reference:
        fields["provider_reference"] = reference[:120]
    return Message.objects.filter(_BEFORE[status], pk=message.pk).update(**fields) == 1


def _suppress(message: Message, reason: Suppression.Reason | None, detail: str) -> None:
    if reason is not None:
        suppress_for(message=message, reason=reason, detail=detail)


def _why_text(told: dict[str, Any]) -> Suppression.Reason | None:
    if told["reason"] == OPTED_OUT:
        return Suppression.Reason.ASKED
    return Suppression.Reason.UNREACHABLE if told["permanent"] else None


def _why_mail(told: dict[str, Any]) -> Suppression.Reason | None:
    if told["status"] == "complained":
        return Suppression.Reason.COMPLAINED
    bounced = told["status"] == "bounced" and told["permanent"]
    return Suppression.Reason.UNREACHABLE if bounced else None


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
