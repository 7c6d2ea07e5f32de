"""Calling a provider: at its rate, not while it rests, and with a note of what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from lib import clock
from notifications.actions import breaker
from notifications.actions.claim import release
from notifications.actions.pace import PATIENCE, pace_key, take_slot
from notifications.actions.record import record_accepted, record_call, record_failure
from notifications.models import Message, Outcome
from notifications.render import Rendered
from notifications.transports.base import Failure, Transport, TransportError

logger = logging.getLogger(__name__)


class Turns:
    """One batch's waiting for slots: a second in all; whose slot comes later is put back for it."""

    def __init__(self) -> None:
        self._left = PATIENCE
        # By sender: the slot of the next message of this batch that is put back.
        self._later: dict[str, datetime] = {}

    def come(self, transport: Transport, message: Message) -> bool:
        """Wait until the message may go at its sender's rate. If that takes too long, put it back and return False."""
        if not transport.rate:
            return True
        interval = timedelta(seconds=1 / transport.rate)
        key = pace_key(transport.name, transport.sender_for(message))
        if key in self._later or not self._wait(key, interval):
            release([message], next_try_at=self._later[key])
            self._later[key] += interval
            return False
        return True

    def _wait(self, key: str, interval: timedelta) -> bool:
        taken, wait = take_slot(key, interval=interval, patience=self._left)
        if not taken:
            self._later[key] = clock.now() + wait
            return False
        self._left -= wait
        time.sleep(wait.total_seconds())
        return True


class Leave:
    """That a provider may be called now; `used` must say so once it is."""

    def __init__(self, *, trial: bool) -> None:
        self.trial = trial
        self.used = False


@contextmanager
def leave_to_call(transport: Transport, message: Message) -> Iterator[Leave | None]:
    """Yields None, and puts the message back, while the provider rests; that was no attempt.

    Who was to try a provider whose rest is over and did not, leaves that to the next one.
    """
    answer = breaker.ask_to_call(transport.name)
    if answer == breaker.REST:
        release([message])
        yield None
        return
    leave = Leave(trial=answer == breaker.TRIAL)
    try:
        yield leave
    finally:
        if leave.trial and not leave.used:
            breaker.give_back_trial(transport.name)


def call(transport: Transport, message: Message, rendered: Rendered, leave: Leave) -> None:
    """Hand the message over, and write down what became of it, of the call, and what that says of the provider."""
    leave.used = True
    began = time.monotonic()
    reference, error = _send(transport, message, rendered)
    seconds = time.monotonic() - began
    if error is None:
        standing = record_accepted(message, reference)
    else:
        # Providers like to repeat the address, which does not belong into a log.
        said = str(error).replace(message.to, "…")
        logger.warning("Message %s (%s): %s, %s", message.pk, message.kind, error.failure, said)
        standing = record_failure(message, error)
    if not standing:
        logger.warning(
            "Message %s: its lease ended during the call, or news of it came first; nothing was recorded.",
            message.pk,
        )
    _note(transport, message, error, seconds=seconds, trial=leave.trial)


def _send(transport: Transport, message: Message, rendered: Rendered) -> tuple[str, TransportError | None]:
    try:
        return transport.send(message, rendered), None
    except TransportError as error:
        return "", error
    except Exception as surprise:
        # A transport that breaks its promise may have been heard.
        logger.exception("Message %s (%s): the transport failed.", message.pk, message.kind)
        return "", TransportError(repr(surprise), Failure.AMBIGUOUS)


def _note(
    transport: Transport, message: Message, error: TransportError | None, *, seconds: float, trial: bool
) -> None:
    outcome = Outcome.ACCEPTED if error is None else Outcome(str(error.failure))
    record_call(message, transport.name, seconds=seconds, outcome=outcome, error=str(error or ""))
    if error is not None and error.of_provider:
        breaker.note_failure(transport.name, trial=trial)
    else:
        breaker.note_answer(transport.name)
