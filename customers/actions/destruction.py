"""Removing what its time is over for, from records that nothing else may change.

Consents, the record of who looked, and the history of appointments are append-only by trigger. The triggers let
through what destruction needs while the transaction says `app.destroying`, which happens here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def destruction() -> Iterator[None]:
    """Inside: consents and access records may be deleted, and the words of appointments' histories be emptied."""
    with transaction.atomic():
        _say("on")
        yield
        _say("off")


def _say(state: str) -> None:
    with connection.cursor() as cursor:
        # For this transaction only; what rolls back takes it along.
        cursor.execute("SELECT set_config('app.destroying', %s, true)", [state])
