"""Writing down what became of a claimed message. A sender that outlived its lease changes nothing."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from lib import clock
from notifications.actions.claim import held
from notifications.actions.outbox import queue_message
from notifications.actions.suppress import suppress_for
from notifications.kinds import KINDS
from notifications.models import Attempt, Channel, Message, State, Suppression
from notifications.transports.base import Failure, TransportError

FIRST_PAUSE = timedelta(seconds=30)
# So that everything has gone 15 minutes after a provider came back.
LONGEST_PAUSE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)
# An uncertain text message gets this long to prove itself; then the person is told by e-mail.
DOUBT = timedelta(minutes=10)


def record_accepted(message: Message, reference: str) -> bool:
    """The provider took it. False when the claim no longer stood."""
    return _finish(message, State.ACCEPTED, sent_at=Now(), provider_reference=reference[:120], error="")


def record_dropped(message: Message, reason: str, *, elsewhere: bool = False) -> bool:
    """It must not go; with `elsewhere`, a text message is replaced by an e-mail."""
    return _end(message, State.CANCELLED, reason, elsewhere=elsewhere)


def record_held(message: Message, until: datetime) -> bool:
    """It waits for the end of the quiet hours."""
    return _finish(message, State.PENDING, next_try_at=until)


def record_unsendable(message: Message, error: str) -> bool:
    """Our own fault (it can't be written); nobody was called."""
    return _end(message, State.FAILED, error)


def record_failure(message: Message, error: TransportError) -> bool:
    """A failed call: given up, tried again later or uncertain, by its class and the channel."""
    if error.failure is Failure.PERMANENT:
        return _end_for_good(message, error)
    if error.failure is Failure.AMBIGUOUS and message.channel == Channel.SMS:
        return _finish(message, State.UNKNOWN, lease_until=Now() + DOUBT, error=str(error)[:300])
    # An uncertain e-mail goes again: the same Message-ID makes a second copy recognisable.
    pause = max(pause_before(message.attempts), error.retry_after or timedelta(0))
    if clock.now() + pause >= _give_up_at(message):
        return _end(message, State.DEAD, str(error), elsewhere=True)
    return _finish(message, State.PENDING, next_try_at=Now() + pause, error=str(error)[:300])


def record_call(message: Message, provider: str, *, seconds: float, outcome: str, error: str = "") -> None:
    """One call of a provider and what it came to, whether or not the claim still stands."""
    with transaction.atomic():
        said = error[:300] if error and _is_named(message) else ""
        Attempt.objects.create(
            message=message, provider=provider, seconds=round(seconds, 3), outcome=outcome, error=said
        )


def pause_before(attempts: int) -> timedelta:
    """How long to wait after so many tries: 30 s, doubling, at most 15 minutes, spread by a fifth."""
    pause = min(FIRST_PAUSE * (1 << (min(max(attempts, 1), 10) - 1)), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def tell_by_email_instead(message: Message) -> None:
    """Queue the same words as an e-mail, once, unless they are no longer wanted; in the caller's transaction.

    The subject, version and kind stay, so a person who already got this e-mail gets no second one.
    """
    address = message.payload.get("email", "")
    expired = message.expires_at is not None and message.expires_at <= clock.now()
    if message.channel != Channel.SMS or not address or expired:
        return
    if Channel.EMAIL not in KINDS[message.kind].channels:
        return
    queue_message(
        dealership=message.dealership,
        customer=message.customer,
        variant=message.variant,
        kind=message.kind,
        channel=Channel.EMAIL,
        to=address,
        language=message.language,
        payload=message.payload,
        about=message.about,
        version=message.version,
        expires_at=message.expires_at,
    )


@transaction.atomic
def _end_for_good(message: Message, error: TransportError) -> bool:
    # Of somebody who was forgotten during the call, only their wish is kept.
    if error.suppress is not None and (error.suppress == Suppression.Reason.ASKED or _is_named(message)):
        suppress_for(message=message, reason=error.suppress, detail=str(error))
    return _end(message, State.FAILED, str(error), elsewhere=True)


@transaction.atomic
def _end(message: Message, state: State, error: str, *, elsewhere: bool = False) -> bool:
    ended = _finish(message, state, error=error[:300])
    if ended and elsewhere:
        # During the call, a withdrawal expired it, or its person wants no e-mail any more.
        message.refresh_from_db(fields=["expires_at", "payload"])
        tell_by_email_instead(message)
    return ended


def _finish(message: Message, state: State, **fields: object) -> bool:
    written = {"lease_until": None, "state": state, **fields}
    return held(message).exclude(to="").update(**written) == 1 or _finish_forgotten(message, state, written)


def _finish_forgotten(message: Message, state: State, written: dict[str, object]) -> bool:
    """As `_finish`, when the person was forgotten during the call: nothing more is tried, nor said of the address."""
    ends_as = State.CANCELLED if state == State.PENDING else state
    ended = {**written, "state": ends_as, "lease_until": None, "error": ""}
    return held(message).filter(to="").update(**ended) == 1


def _is_named(message: Message) -> bool:
    """Whether the person was not forgotten during the call; until the transaction ends, nobody forgets them."""
    named = Message.objects.filter(pk=message.pk).exclude(to="")
    return bool(named.select_for_update(no_key=True).values_list("pk", flat=True))


def _give_up_at(message: Message) -> datetime:
    last = message.not_before + GIVE_UP_AFTER
    return min(last, message.expires_at) if message.expires_at else last
