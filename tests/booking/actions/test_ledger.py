"""The ledger against a plain model: any order of booking, moving, cancelling, holding and expiring.

Hypothesis drives the real actions on real PostgreSQL and keeps, beside them, the dictionary that a child would
keep: who has which start. After every step each pool's `used` must be what the dictionary says.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from booking.actions import claims
from booking.actions.book import AlreadyBooked
from booking.actions.cancel import cancel_appointment
from booking.actions.expiry import release_expired_holds, release_hold
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start
from booking.actions.move import move_appointment
from booking.errors import SlotTaken
from booking.menu import Basket
from booking.models import Appointment, CapacityPool, Hold, PoolKind
from tests.booking.storm import assert_sound
from tests.garage import MONDAY, NOW, Garage, make_garage

SERVICES = st.sampled_from([("tire_swap",), ("oil_change",), ("tire_swap", "oil_change")])
TRANSPORTS = st.sampled_from(["drop_off", "courtesy_car", "shuttle", "wait"])
QUARTERS = st.integers(0, 5)
DAYS = st.integers(0, 1)
MINUTES = {"tire_swap": 45, "oil_change": 40}


class Ledger(RuleBasedStateMachine):
    """Two advisors, two days, six quarter hours, one courtesy car, two shuttle seats, minutes for a few visits."""

    appointments = Bundle("appointments")
    holds = Bundle("holds")

    @initialize()
    def open_the_garage(self) -> None:
        self.garage: Garage = make_garage(
            advisors=2, shop_minutes=260, tire_minutes=180, daily_customers=4, horizon_days=3
        )
        # owner -> (day, services, transport): all that a plain book would note
        self.book: dict[Any, tuple[Any, tuple[str, ...], str]] = {}
        self.browsers = 0

    def start(self, day: int, quarter: int) -> datetime:
        return self.garage.at(7, 30, day=MONDAY + timedelta(days=day)) + timedelta(minutes=15 * quarter)

    @rule(target=appointments, day=DAYS, quarter=QUARTERS, services=SERVICES, transport=TRANSPORTS)
    def book_a_visit(self, day: int, quarter: int, services: tuple[str, ...], transport: str) -> Any:
        basket = self.garage.basket(*services, transport=transport)
        try:
            appointment = self.garage.book(self.start(day, quarter), basket=basket)
        except SlotTaken:
            return multiple()
        self.book["appointment", appointment.pk] = (appointment.local_date, services, transport)
        return appointment.pk

    @rule(target=holds, day=DAYS, quarter=QUARTERS, services=SERVICES, transport=TRANSPORTS)
    def hold_a_start(self, day: int, quarter: int, services: tuple[str, ...], transport: str) -> Any:
        self.browsers += 1
        return self.hold(f"browser {self.browsers}", day, quarter, services, transport)

    def hold(self, holder: str, day: int, quarter: int, services: tuple[str, ...], transport: str) -> Any:
        basket = self.garage.basket(*services, transport=transport)
        try:
            held = hold_start(
                dealership=self.garage.dealership,
                basket=basket,
                start=self.start(day, quarter),
                holder=holder,
                now=NOW,
            )
        except SlotTaken:
            return multiple()
        self.book["hold", held.pk] = (MONDAY + timedelta(days=day), services, transport)
        return held.pk

    @rule(hold=holds, day=DAYS, quarter=QUARTERS, services=SERVICES)
    def choose_another_start(self, hold: Any, day: int, quarter: int, services: tuple[str, ...]) -> None:
        if ("hold", hold) in self.book:
            self.hold(Hold.objects.get(pk=hold).holder, day, quarter, services, "drop_off")

    @rule(target=appointments, hold=consumes(holds))
    def confirm_a_hold(self, hold: Any) -> Any:
        if ("hold", hold) not in self.book:
            return multiple()
        held = Hold.objects.get(pk=hold)
        appointment = self.garage.book(held.starts_at, basket=basket_of(held), hold=held)
        self.book["appointment", appointment.pk] = self.book.pop(("hold", hold))
        return appointment.pk

    @rule(hold=consumes(holds))
    def give_a_hold_back(self, hold: Any) -> None:
        release_hold(hold=Hold.objects.get(pk=hold))
        self.book.pop(("hold", hold), None)

    @rule(hold=consumes(holds))
    def let_a_hold_expire(self, hold: Any) -> None:
        Hold.objects.filter(pk=hold).update(expires_at=NOW - timedelta(days=3650))
        release_expired_holds()
        self.book.pop(("hold", hold), None)

    @rule(appointment=appointments, day=DAYS, quarter=QUARTERS)
    def move_a_visit(self, appointment: int, day: int, quarter: int) -> None:
        if ("appointment", appointment) not in self.book:
            return
        visit = Appointment.objects.select_related("dealership").get(pk=appointment)
        try:
            moved = move_appointment(
                appointment=visit, start=self.start(day, quarter), by=CUSTOMER, version=visit.version, now=NOW
            )
        except (SlotTaken, AlreadyBooked):
            return
        _day, services, transport = self.book["appointment", appointment]
        self.book["appointment", appointment] = (moved.local_date, services, transport)

    @rule(appointment=consumes(appointments))
    def cancel_a_visit(self, appointment: int) -> None:
        cancel_appointment(appointment=Appointment.objects.get(pk=appointment), by=CUSTOMER, now=NOW)
        self.book.pop(("appointment", appointment), None)

    @invariant()
    def pools_are_what_the_book_says(self) -> None:
        if not hasattr(self, "garage"):
            return
        for day in (MONDAY, MONDAY + timedelta(days=1)):
            here = [entry for entry in self.book.values() if entry[0] == day]
            minutes = {
                code: sum(MINUTES[code] for _d, codes, _t in here if code in codes) for code in MINUTES
            }
            assert self.used(PoolKind.SHOP_DAY, day) == sum(minutes.values())
            assert self.used(PoolKind.SKILL_DAY, day, "tires") == minutes["tire_swap"]
            assert self.used(PoolKind.SKILL_DAY, day, "express") == minutes["oil_change"]
            assert self.used(PoolKind.ADVISOR_DAY, day) == len(here)
            assert self.used(PoolKind.ADVISOR_CELL, day) == len(here)
            assert self.used(PoolKind.TRANSPORT, day, "shuttle") == sum(t == "shuttle" for _d, _s, t in here)
            assert self.used(PoolKind.TRANSPORT, day, "courtesy_car") == sum(
                t == "courtesy_car" for _d, _s, t in here
            )
        assert_sound()

    def used(self, kind: PoolKind, day: Any, subject: str | None = None) -> int:
        pools = CapacityPool.objects.filter(kind=kind, local_date=day)
        return sum(
            (pools if subject is None else pools.filter(subject=subject)).values_list("used", flat=True)
        )


def basket_of(hold: Hold) -> Basket:
    return Basket.from_json(hold.basket)


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
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.mark.django_db
def test_no_order_of_actions_makes_the_ledger_drift() -> None:
    run_state_machine_as_test(RolledBack, settings=QUICKLY)


@pytest.mark.django_db
def test_the_model_notices_a_pool_that_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with giving back switched off, the same machine must fail."""
    monkeypatch.setattr(
        claims,
        "GIVE_BACK",
        "UPDATE booking_capacitypool SET used = used WHERE id = %(pool)s AND %(units)s > 0",
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            RolledBack, settings=settings(QUICKLY, phases=[Phase.generate], print_blob=False)
        )
