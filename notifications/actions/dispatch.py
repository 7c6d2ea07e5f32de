"""Sending what is due. The loop (`manage.py dispatch`) and the Celery task run the same functions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from lib import clock
from notifications.actions import breaker
from notifications.actions.apart import start_apart
from notifications.actions.calling import Turns, call, leave_to_call
from notifications.actions.claim import claim_due_messages, release
from notifications.actions.look import Look
from notifications.actions.pace import busy_senders
from notifications.actions.record import record_dropped, record_held, record_unsendable
from notifications.models import Channel, Message
from notifications.render import Rendered, render
from notifications.transports import transport_for
from notifications.transports.base import Transport
from notifications.wanted import Drop, Hold, Send, Verdict, judge

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
    batch, look, turns = _claim(), Look(), Turns()
    for position, message in enumerate(batch):
        if should_stop():
            release(batch[position:])
            break
        deliver(message, look, turns)
    return len(batch)


def _claim() -> list[Message]:
    """The next batch, without the channels whose provider rests."""
    transports = {channel: transport for channel in Channel.values if (transport := transport_for(channel))}
    resting, busy = breaker.resting_providers(), busy_senders(transports)
    return claim_due_messages(
        without=[channel for channel, transport in transports.items() if transport.name in resting],
        busy=busy,
        default_sender=transports[Channel.SMS].default_sender if busy else "",
    )


def deliver(message: Message, look: Look | None = None, turns: Turns | None = None) -> None:
    """See one claimed message through: look again, write it, call the provider, record what came of it."""
    transport, now = transport_for(message.channel), clock.now()
    try:
        verdict = judge(message, (look or Look()).at(message, now=now), now=now)
        rendered = render(message)
    except Exception as error:
        # A message that can't be written must not hold up the others.
        logger.exception("Message %s (%s) can't be written.", message.pk, message.kind)
        record_unsendable(message, f"can't be written: {error!r}")
        return
    if transport is None:
        verdict = Drop("this channel is not used", elsewhere=True)
    if isinstance(verdict, Send) and transport is not None:
        _send(transport, message, rendered, turns or Turns())
    else:
        _hold_or_drop(verdict, message)


def _send(transport: Transport, message: Message, rendered: Rendered, turns: Turns) -> None:
    """Call the provider, when it is the sender's turn, the provider does not rest, and nothing else was just sent."""
    if not turns.come(transport, message):
        return
    with leave_to_call(transport, message) as leave:
        started = start_apart(message) if leave else None
        if leave and isinstance(started, Send):
            call(transport, message, rendered, leave)
        elif started is not None:
            _hold_or_drop(started, message)


def _hold_or_drop(verdict: Verdict, message: Message) -> None:
    if isinstance(verdict, Drop):
        record_dropped(message, verdict.reason, elsewhere=verdict.elsewhere)
    elif isinstance(verdict, Hold):
        record_held(message, verdict.until)
