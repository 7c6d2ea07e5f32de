"""Leaving a provider alone that fails: after five failures in a row it rests, then one message tries it.

The row is shared by all senders. A message that meets a resting provider stays planned: that is no attempt.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Now

from notifications.models import Breaker

FAILURES = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=5)
# Longer than a call may take: a sender that dies while it tries keeps the others away no longer.
TRY = timedelta(seconds=45)

GO, TRIAL, REST = "go", "trial", "rest"


def resting_providers() -> set[str]:
    """Those that nobody may call now."""
    return set(Breaker.objects.filter(open_until__gt=Now()).values_list("provider", flat=True))


def failing_providers() -> set[str]:
    """Those that have failed often enough to be left alone, whether somebody tries them at this moment or not."""
    return set(Breaker.objects.filter(open_until__isnull=False).values_list("provider", flat=True))


def ask_to_call(provider: str) -> str:
    """GO, or REST; TRIAL for the one sender, of however many, that tries a provider whose rest is over."""
    row = Breaker.objects.filter(provider=provider, open_until__isnull=False)
    if not row.exists():
        return GO
    tried = row.filter(open_until__lte=Now()).update(open_until=Now() + TRY)
    return TRIAL if tried else REST


def give_back_trial(provider: str) -> None:
    """The one who was to try it did not call: the next one may."""
    Breaker.objects.filter(provider=provider, open_until__isnull=False).update(open_until=Now())


def note_answer(provider: str) -> None:
    """It answered, whatever it said about the message: the next failure is the first one."""
    Breaker.objects.filter(provider=provider, failures__gt=0).update(failures=0, open_until=None)


def note_failure(provider: str, *, trial: bool) -> None:
    """One more failure. From the fifth on the provider rests: 30 s, doubling with each failed trial, 5 min at most.

    A call that was under way when the rest began changes nothing.
    """
    Breaker.objects.bulk_create([Breaker(provider=provider)], ignore_conflicts=True)
    counts = Q() if trial else Q(open_until__isnull=True)
    Breaker.objects.filter(counts, provider=provider).update(failures=F("failures") + 1, open_until=_rest())


def _rest() -> Case:
    """When the rest ends that the failure about to be counted begins; none for the first four."""
    steps: list[When] = []
    rest, failures = FIRST_REST, FAILURES - 1
    while rest < LONGEST_REST:
        steps.append(When(failures=failures, then=_in(rest)))
        rest, failures = rest * 2, failures + 1
    never = Value(None, output_field=DateTimeField())
    return Case(When(failures__lt=FAILURES - 1, then=never), *steps, default=_in(LONGEST_REST))


def _in(pause: timedelta) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(Now() + pause, output_field=DateTimeField())
