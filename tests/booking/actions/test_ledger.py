"""The ledger against a plain model: whatever customers, staff and managers do, in any order.

Hypothesis drives the real actions on real PostgreSQL and keeps, beside them, the sheet that somebody without a
computer would keep (tests.booking.plain_book). After every step each pool must be what the sheet says, whoever was
let in must have had room by the managers' rules, whoever was refused must not, and exactly those are stranded whom
the sheet strands.
"""

from __future__ import annotations

from datetime import time

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from booking import stranded
from booking.actions import claims, refresh
from booking.menu import STAFF
from booking.models import ChangeAction, PoolKind
from tests.booking.ledger_managers import SPOTS, Ledger, make_shop
from tests.booking.plain_book import DAYS
from tests.garage import MONDAY


class RolledBack(Ledger):
    """Each example in a transaction of its own that never commits."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.around._from_testcase = True
        connection.atomic_blocks[-1]._from_testcase = True

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)


QUICKLY = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.fixture
def machine(db: None) -> type[RolledBack]:
    RolledBack.garage, RolledBack.manager = make_shop()
    return RolledBack


@pytest.mark.timeout(400)  # hundreds of bookings and moves, on a machine that may be busy
def test_no_order_of_actions_makes_the_ledger_drift(machine: type[RolledBack]) -> None:
    run_state_machine_as_test(machine, settings=QUICKLY)


UNGUARDED = {
    "nothing is given back": (
        claims,
        "GIVE_BACK",
        "UPDATE booking_capacitypool SET used = used WHERE id = %(pool)s AND %(units)s > 0",
    ),
    "a lowered cap does not fall": (
        claims,
        "GIVE_BACK",
        "UPDATE booking_capacitypool SET used = used - %(units)s WHERE id = %(pool)s",
    ),
    "what is closed lets people in": (
        claims,
        "TAKE",
        claims.TAKE.replace("NOT closed AND ", ""),
    ),
    "visits are not written on new lines": (refresh, "settle_claims", lambda *_days: 0),
    "whoever may stay is stranded": (stranded, "STRANDING", Q(closed=True) | Q(wanted_cap__isnull=False)),
}


def walk(ledger: Ledger) -> None:
    """A crowded morning, a new limit, a full day, a click that comes too late, and somebody who does not come."""

    def must() -> None:
        ledger.pools_are_what_the_sheet_says()
        ledger.those_are_stranded_whom_the_sheet_strands()

    ledger.open_the_shop(crowded=True)
    must()
    ledger.change_a_cap(spot=(PoolKind.CHANNEL_DAY, STAFF, None), days=(MONDAY,), to=(ChangeAction.SET, 9))
    must()
    ledger.take_what_has_just_closed(start=(DAYS[1], time(8)), services=("tire_swap",), spot=SPOTS[-1])
    must()
    ledger.cancel_a_visit(appointment=next(iter(ledger.sheet.visits)))
    must()
    ledger.declare_a_day_full(day=MONDAY, web_only=False)
    must()


def test_a_walk_through_the_machine_finds_nothing(machine: type[RolledBack]) -> None:
    ledger = machine()
    walk(ledger)
    ledger.teardown()


@pytest.mark.parametrize("fault", UNGUARDED)
def test_the_sheet_notices_when(
    fault: str, machine: type[RolledBack], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative controls: with one rule of the ledger switched off, the same walk must fail."""
    monkeypatch.setattr(*UNGUARDED[fault])
    ledger = machine()

    with pytest.raises(AssertionError):
        walk(ledger)
    ledger.teardown()
