"""Sending what is due. The loop (`manage.py dispatch`) and the Celery task run the same functions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from lib import clock
from notifications.actions.claim import claim_due_messages, release, start_call
from notifications.actions.record import (
    record_accepted,
    record_dropped,
    record_failure,
    record_held,
    record_unsendable,
)
from notifications.models import Message, Suppression
from notifications.render import Rendered, render
from notifications.transports import transport_for
from notifications.transports.base import Failure, Transport, TransportError
from notifications.wanted import Drop, Hold, Verdict, judge

logger = logging.getLogger(__name__)


def send_due_messages(*, seconds: float = 60) -> int:
    """Send until nothing is due, for at most about so many seconds; return how many messages were taken."""
    ends = time.monotonic() + seconds
    total = 0
    while taken := send_batch(should_stop=lambda: time.monotonic() >= ends):
        total += taken
        if time.monotonic() >= ends:
            break
    return total


def send_batch(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Claim one batch and see each message through; return how many were claimed.

    When `should_stop` says so, the message at hand is finished and the rest is given back.
    """
    batch = claim_due_messages()
    for position, message in enumerate(batch):
        if should_stop():
            release(batch[position:])
            break
        deliver(message)
    return len(batch)


def deliver(message: Message) -> None:
    """See one claimed message through: look again, write it, call the provider, record what came of it."""
    transport = transport_for(message.channel)
    suppressed = _is_suppressed(message)
    try:
        verdict = judge(message, now=clock.now(), suppressed=suppressed)
        rendered = render(message)
    except Exception as error:
        # A message that can't be written must not hold up the others.
        logger.exception("Message %s (%s) can't be written.", message.pk, message.kind)
        record_unsendable(message, f"can't be written: {error!r}")
        return
    if transport is None:
        verdict = Drop("this channel is not used", elsewhere=True)
    _carry_out(verdict, message, rendered, transport)


def _carry_out(verdict: Verdict, message: Message, rendered: Rendered, transport: Transport | None) -> None:
    if isinstance(verdict, Drop):
        record_dropped(message, verdict.reason, elsewhere=verdict.elsewhere)
    elif isinstance(verdict, Hold):
        record_held(message, verdict.until)
    elif transport is not None and start_call(message):
        _call(transport, message, rendered)


def _call(transport: Transport, message: Message, rendered: Rendered) -> None:
    try:
        reference = transport.send(message, rendered)
    except TransportError as error:
        logger.warning("Message %s (%s): %s, %s", message.pk, message.kind, error.failure, error)
        standing = record_failure(message, error)
    except Exception as error:
        # A transport that breaks its promise may have been heard.
        logger.exception("Message %s (%s): the transport failed.", message.pk, message.kind)
        standing = record_failure(message, TransportError(repr(error), Failure.AMBIGUOUS))
    else:
        standing = record_accepted(message, reference)
    if not standing:
        logger.warning("Message %s: its lease ended during the call; nothing was recorded.", message.pk)


def _is_suppressed(message: Message) -> bool:
    if message.dealership is None:
        return False
    return Suppression.objects.filter(
        group=message.dealership.group_id, channel=message.channel, address=message.to.lower()
    ).exists()
