"""Messages whose sender vanished, and text messages of which nobody knows whether they arrived."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from notifications.actions.elsewhere import tell_elsewhere
from notifications.actions.record import DOUBT, GIVE_UP_AFTER, LONGEST_PAUSE, tell_by_email_instead
from notifications.models import Channel, Message, State
from notifications.render import render
from notifications.transports import transport_for
from notifications.transports.base import Known, Transport

logger = logging.getLogger(__name__)

# When the provider is asked: by then a message that it took is in its books. No transaction is open meanwhile.
ASK_AFTER = timedelta(seconds=30)
ASK_AGAIN = timedelta(seconds=60)
ASK_AT_ONCE = 10
# A text message is handed over at most so often, and again only on proof that it was not taken.
MOST_TRIES = 2
# Tries of an e-mail after which its next one waits.
SLOWLY_AFTER = 3


def settle_lost_messages() -> int:
    """Decide about every lease that ended; return how many there were.

    The provider was not called: planned again. E-mail: planned again, under the same Message-ID. Text
    message: uncertain. The provider is asked about it; after ten minutes without an answer the person is told by
    e-mail. So is who waits for a text message while its provider rests. What went to somebody who was forgotten
    meanwhile stays uncertain.
    """
    lost = Message.objects.filter(state=State.SENDING, lease_until__lte=Now())
    again = {"state": State.PENDING, "lease_until": None, "next_try_at": Now()}
    count = lost.filter(to="").update(state=State.UNKNOWN, lease_until=None)
    count += lost.filter(called_at=None).update(**again)
    count += _plan_e_mails_again(lost.filter(channel=Channel.EMAIL))
    uncertain = lost.filter(channel=Channel.SMS, called_at__isnull=False).update(
        state=State.UNKNOWN,
        lease_until=Now() + DOUBT,
        next_try_at=Now(),
        error="the sender vanished during the call",
    )
    if uncertain:
        logger.warning("%d text messages are uncertain: their sender vanished during the call.", uncertain)
    return count + uncertain + _ask_about_doubtful() + _end_doubt() + tell_elsewhere()


def _plan_e_mails_again(lost: QuerySet[Message]) -> int:
    """At once, then more slowly, for a day: a letter that takes its sender down with it must not do so for ever."""
    after = {"state": State.PENDING, "lease_until": None}
    count = lost.filter(not_before__lte=Now() - GIVE_UP_AFTER).update(
        state=State.DEAD, lease_until=None, error="the sender vanished during each call"
    )
    count += lost.filter(attempts__gte=SLOWLY_AFTER).update(**after, next_try_at=Now() + LONGEST_PAUSE)
    return count + lost.update(**after, next_try_at=Now())


def _ask_about_doubtful() -> int:
    """Ask the provider about uncertain text messages; return how many are no longer uncertain."""
    transport = transport_for(Channel.SMS)
    if transport is None:
        return 0
    return sum(_settle_by_asking(transport, message) for message in _take_to_ask())


def _take_to_ask() -> list[Message]:
    """The doubtful whose turn it is; nobody else asks about them for a minute."""
    with transaction.atomic():
        turn = Message.objects.filter(
            state=State.UNKNOWN,
            lease_until__isnull=False,
            next_try_at__lte=Now(),
            called_at__lte=Now() - ASK_AFTER,
        )
        messages = list(
            turn.order_by("next_try_at")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("dealership")[:ASK_AT_ONCE]
        )
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(
            next_try_at=Now() + ASK_AGAIN
        )
    return messages


def _settle_by_asking(transport: Transport, message: Message) -> bool:
    known = _look_up(transport, message)
    doubtful = Message.objects.filter(
        pk=message.pk,
        state=State.UNKNOWN,
        lease_generation=message.lease_generation,
        lease_until__isnull=False,
    )
    if known is Known.ABSENT and message.attempts < MOST_TRIES:
        return bool(
            doubtful.update(
                state=State.PENDING, lease_until=None, next_try_at=Now(), error="the provider never took it"
            )
        )
    if known in {Known.ACCEPTED, Known.DELIVERED}:
        came = {"delivered_at": Now()} if known is Known.DELIVERED else {}
        sent_at = Coalesce(F("sent_at"), F("called_at"), Now())
        return bool(
            doubtful.update(state=State(str(known)), lease_until=None, sent_at=sent_at, error="", **came)
        )
    return False


def _look_up(transport: Transport, message: Message) -> Known:
    try:
        return transport.look_up(message, render(message))
    except Exception:
        # One that can't be written any more must not hold up the others, nor the sender.
        logger.exception("Message %s (%s) can't be asked about.", message.pk, message.kind)
        return Known.UNKNOWN


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
