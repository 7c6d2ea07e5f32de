"""Calls that are promised: asking for one, and saying that it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.calls import promise_call
from booking.models import CallRequest
from booking.rulebook import rulebook_of
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from lib.text import clean_line

LONGEST_OUTCOME = LONGEST_WISH = 300


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants to be called (E.164 number, fr or en), and what about: services by code, the vehicle, own words."""

    name: str
    phone: str
    language: str
    services: tuple[str, ...] = ()
    vehicle: str = ""
    wish: str = ""


class NoOpening(Refusal):
    """Nobody will be there to call: the dealership is closed for longer than one can promise for."""

    def __init__(self) -> None:
        super().__init__(
            _("We are closed for a while and can’t promise a call. Please write to us."), code="closed"
        )


def ask_for_call(*, dealership: Dealership, caller: Caller, now: datetime | None = None) -> CallRequest:
    """Promise a call. A number that waits for one already keeps its promise and its name; newer words are added.

    Safe twice and at once: one open request a number and dealership, by constraint. Raises NoOpening.
    """
    moment = now or clock.now()
    by = promise_call(rulebook_of(dealership).calendar, moment)
    if by is None:
        raise NoOpening
    asked = CallRequest(
        dealership=dealership, phone=caller.phone, name=caller.name, language=caller.language,
        services=list(caller.services), vehicle=caller.vehicle[:120], wish=caller.wish, created_at=moment,
        promised_by=by,
    )  # fmt: skip
    while True:
        with transaction.atomic():
            CallRequest.objects.bulk_create([asked], ignore_conflicts=True)
            waiting = CallRequest.objects.filter(dealership=dealership, phone=caller.phone, done_at=None)
            kept = waiting.select_for_update().first()
            # None: the call that was waited for has just been made; then this is another one.
            if kept:
                return _with_newer_words(kept, caller)


def _with_newer_words(kept: CallRequest, caller: Caller) -> CallRequest:
    """What is said the second time is added: anybody may know the number of somebody who waits."""
    kept.services = list(dict.fromkeys([*kept.services, *caller.services]))
    wishes = f"{kept.wish} / {caller.wish}" if kept.wish else caller.wish
    if caller.wish and caller.wish not in kept.wish and len(wishes) <= LONGEST_WISH:
        kept.wish = wishes
    kept.save(update_fields=["services", "wish"])
    return kept


def finish_call(*, request: CallRequest, by: User, outcome: str = "", now: datetime | None = None) -> bool:
    """The call was made; whether this was the first to say so. Raises Refusal for an outcome that is too long."""
    words = clean_line(outcome, limit=LONGEST_OUTCOME, field="outcome")
    return bool(
        CallRequest.objects.filter(pk=request.pk, done_at=None).update(
            done_at=now or clock.now(), done_by=by, outcome=words
        )
    )
