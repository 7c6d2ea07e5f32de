"""Repeating a whole action that lost against another one in the database."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from lib.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

# deadlock_detected, serialization_failure, lock_not_available (PostgreSQL, Appendix A)
WORTH_REPEATING = frozenset({"40P01", "40001", "55P03"})
MOST_REPEATS = 3


class Busy(Refusal):
    """Too many people want the same thing at this moment; trying again in a few seconds works."""

    def __init__(self) -> None:
        super().__init__(
            _("Many people are booking at this moment. Nothing is lost: please try again."), code="busy"
        )


def retried(action: Callable[P, R]) -> Callable[P, R]:
    """Run `action` again, whole, up to three times, with jitter, when the database says that waiting failed.

    The action must open its own transaction. Raises Busy when it still fails.
    """

    @functools.wraps(action)
    def repeat(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(MOST_REPEATS + 1):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in WORTH_REPEATING:
                    raise
                if attempt < MOST_REPEATS:
                    time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 - jitter, not a secret
        raise Busy

    return repeat
