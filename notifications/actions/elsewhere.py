"""Text messages that their provider keeps waiting: who waits for one is told by e-mail."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notifications.actions.breaker import LONGEST_REST, failing_providers
from notifications.actions.record import tell_by_email_instead
from notifications.kinds import KINDS, SYSTEM_STARTED
from notifications.models import Channel, Message, State
from notifications.transports import transport_for

# Who waits for news does not wait for longer than this.
PATIENCE = timedelta(minutes=5)
AT_ONCE = 100
WITHOUT_E_MAIL = tuple(kind.name for kind in KINDS.values() if Channel.EMAIL not in kind.channels)


def tell_elsewhere() -> int:
    """While the text messages' provider rests, tell by e-mail what can't wait for it; return how many.

    That is what somebody has waited for for five minutes, and what would be of no use after the longest rest. What has
    no e-mail stays planned.
    """
    transport = transport_for(Channel.SMS)
    if transport is None or transport.name not in failing_providers():
        return 0
    with transaction.atomic():
        messages = list(_cannot_wait()[:AT_ONCE])
        for message in messages:
            message.state = State.CANCELLED
            message.error = "the provider does not answer"
            message.save(update_fields=["state", "error"])
            tell_by_email_instead(message)
    return len(messages)


def _cannot_wait() -> QuerySet[Message]:
    awaited = ~Q(kind__in=SYSTEM_STARTED) & Q(not_before__lte=Now() - PATIENCE)
    useless_soon = Q(expires_at__gt=Now(), expires_at__lte=Now() + LONGEST_REST)
    due = Message.objects.filter(state=State.PENDING, channel=Channel.SMS, not_before__lte=Now())
    return (
        due.filter(awaited | useless_soon, payload__email__gt="")
        .exclude(kind__in=WITHOUT_E_MAIL)
        .order_by("not_before")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("dealership")
    )
