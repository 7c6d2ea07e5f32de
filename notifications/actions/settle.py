"""Messages whose sender vanished, and text messages of which nobody knows whether they arrived."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models.functions import Now

from notifications.actions.record import DOUBT, tell_by_email_instead
from notifications.models import Channel, Message, State

logger = logging.getLogger(__name__)


def settle_lost_messages() -> int:
    """Decide about every lease that ended; return how many there were.

    The provider was not called: planned again. E-mail: planned again, under the same Message-ID. Text
    message: uncertain, never sent again; after ten minutes the person is told by e-mail.
    """
    lost = Message.objects.filter(state=State.SENDING, lease_until__lte=Now())
    again = {"state": State.PENDING, "lease_until": None, "next_try_at": Now()}
    count = lost.filter(called_at=None).update(**again)
    count += lost.filter(channel=Channel.EMAIL).update(**again)
    uncertain = lost.filter(channel=Channel.SMS, called_at__isnull=False).update(
        state=State.UNKNOWN, lease_until=Now() + DOUBT, error="the sender vanished during the call"
    )
    if uncertain:
        logger.warning("%d text messages are uncertain: their sender vanished during the call.", uncertain)
    return count + uncertain + _end_doubt()


@transaction.atomic
def _end_doubt() -> int:
    doubtful = (
        Message.objects.filter(state=State.UNKNOWN, lease_until__lte=Now())
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("dealership")
    )
    count = 0
    for message in doubtful:
        tell_by_email_instead(message)
        count += Message.objects.filter(pk=message.pk).update(lease_until=None)
    return count
