"""The ledger's visits and holds, done to the database and to the plain sheet; and what must be after each step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from booking.actions import book
from booking.actions.book import Booking
from booking.actions.cancel import cancel_appointment
from booking.actions.claims import Full
from booking.actions.expiry import release_expired_holds, release_hold
from booking.actions.history import CUSTOMER, By, staff
from booking.actions.holds import hold_start
from booking.actions.move import move_appointment
from booking.errors import SlotTaken, StartRefused
from booking.menu import STAFF, WEB, Basket, load_menu, plan
from booking.models import (
    Appointment,
    CapacityPool,
    Hold,
    PoolKind,
)
from booking.needs import PoolKey
from booking.starts import pools_of, require_start
from booking.stranded import stranded_visits
from dealerships.models import Dealership, User
from tests.booking.plain_book import (
    DAYS,
    PlainBook,
    Pool,
    Visit,
)
from tests.booking.storm import assert_sound
from tests.garage import NOW, Garage

SERVICES = st.sampled_from([("tire_swap",), ("oil_change",), ("tire_swap", "oil_change")])
TRANSPORTS = st.sampled_from(["drop_off", "courtesy_car", "shuttle", "wait"])
# Check-ins of the morning, of the afternoon, one whose car is ready tomorrow, and one that only first snow opens.
WALLS = st.sampled_from([time(7, 30), time(7, 45), time(8), time(13), time(16, 15), time(18)])
STARTS = st.tuples(st.sampled_from(DAYS[:2]), WALLS)
CHANNELS = st.sampled_from([WEB, WEB, STAFF])
REFUSED = (SlotTaken, StartRefused)


class Visits(RuleBasedStateMachine):
    """Customers and staff, in a shop whose rules stay as they are."""

    garage: ClassVar[Garage]
    manager: ClassVar[User]

    appointments = Bundle("appointments")
    holds = Bundle("holds")
    looks = Bundle("looks")

    sheet: PlainBook
    browsers: int

    @property
    def dealership(self) -> Dealership:
        return self.garage.dealership

    # Visits and holds

    @rule(
        target=appointments,
        asked=st.lists(st.tuples(STARTS, SERVICES, TRANSPORTS, CHANNELS), min_size=1, max_size=5),
    )
    def book_some_visits(self, asked: list[Any]) -> Any:
        return multiple(*(made for one in asked if (made := self.book_a_visit(*one))))

    def book_a_visit(self, start: Any, services: tuple[str, ...], transport: str, channel: str) -> Any:
        visit = self.visit(start, services, transport, channel)
        basket = self.garage.basket(*services, transport=transport)
        try:
            made = self.garage.book(self.moment(start), basket=basket, by=self.by(channel))
        except REFUSED:
            assert visit is None or not self.sheet.could_come(visit), "refused although there is room"
            return None
        return self.let_in(("appointment", made.pk), visit, made)

    @rule(target=holds, start=STARTS, services=SERVICES, transport=TRANSPORTS)
    def hold_a_start(self, start: Any, services: tuple[str, ...], transport: str) -> Any:
        self.browsers += 1
        return self.hold(f"browser {self.browsers}", start, services, transport)

    @rule(hold=holds, start=STARTS, services=SERVICES)
    def choose_another_start(self, hold: Any, start: Any, services: tuple[str, ...]) -> None:
        if hold in self.sheet.visits:
            self.hold(Hold.objects.get(pk=hold[1]).holder, start, services, "drop_off")

    def hold(self, holder: str, start: Any, services: tuple[str, ...], transport: str) -> Any:
        visit = self.visit(start, services, transport, WEB)
        before = Hold.objects.filter(holder=holder, state="held").first()
        mine = self.sheet.visits[("hold", before.pk)].uses if before else {}
        try:
            held = hold_start(
                dealership=self.dealership,
                basket=self.garage.basket(*services, transport=transport),
                start=self.moment(start),
                holder=holder,
                now=NOW,
            )
        except REFUSED:
            assert visit is None or not self.sheet.could_come(visit, mine), "refused although there is room"
            return multiple()
        if before and before.starts_at == held.starts_at and before.basket == held.basket:
            return multiple()
        return self.let_in(("hold", held.pk), visit, held, mine)

    @rule(target=appointments, hold=consumes(holds))
    def confirm_a_hold(self, hold: Any) -> Any:
        if hold not in self.sheet.visits:
            return multiple()
        held = Hold.objects.get(pk=hold[1])
        made = self.garage.book(held.starts_at, basket=Basket.from_json(held.basket), hold=held)
        visit = self.sheet.visits.pop(hold)
        visit.is_hold = False
        # What became limited since the start was held.
        self.sheet.settle(visit)
        self.sheet.visits["appointment", made.pk] = visit
        return "appointment", made.pk

    @rule(hold=consumes(holds))
    def give_a_hold_back(self, hold: Any) -> None:
        release_hold(hold=Hold.objects.get(pk=hold[1]))
        self.sheet.drop(hold)

    @rule(hold=consumes(holds))
    def let_a_hold_expire(self, hold: Any) -> None:
        Hold.objects.filter(pk=hold[1]).update(expires_at=NOW - timedelta(days=3650))
        release_expired_holds()
        self.sheet.drop(hold)

    @rule(appointment=appointments, start=STARTS, channel=CHANNELS)
    def move_a_visit(self, appointment: Any, start: Any, channel: str) -> None:
        old = self.sheet.visits.get(appointment)
        if old is None:
            return
        present = Appointment.objects.select_related("dealership").get(pk=appointment[1])
        if start[0] == present.local_date:
            # On its own day it stays in the share that it takes there.
            counted = (key.subject for key in old.uses if key.kind == PoolKind.CHANNEL_DAY)
            visit = self.visit(start, old.services, old.transport, next(counted, old.channel))
        else:
            visit = self.visit(start, old.services, old.transport, channel)
        try:
            moved = move_appointment(
                appointment=present,
                start=self.moment(start),
                by=self.by(channel),
                version=present.version,
                now=NOW,
            )
        except REFUSED:
            assert visit is None or not self.sheet.could_come(visit, old.uses), (
                "refused although there is room"
            )
            return
        if moved.version == present.version:
            return
        self.let_in(appointment, visit, moved, old.uses)
        # By whichever way it was moved, it came by the way by which it was booked.
        self.sheet.visits[appointment].channel = old.channel

    @rule(appointment=consumes(appointments))
    def cancel_a_visit(self, appointment: Any) -> None:
        cancel_appointment(appointment=Appointment.objects.get(pk=appointment[1]), by=CUSTOMER, now=NOW)
        self.sheet.drop(appointment)

    # Somebody looks, others act, and only then they take what they saw

    @rule(target=looks, start=STARTS, services=SERVICES, transport=TRANSPORTS)
    def look_at_a_start(self, start: Any, services: tuple[str, ...], transport: str) -> Any:
        return self.see(start, services, transport) or multiple()

    @rule(target=appointments, look=consumes(looks))
    def take_what_was_seen(self, look: Any) -> Any:
        return self.take(*look) or multiple()

    def see(self, start: Any, services: tuple[str, ...], transport: str) -> Any:
        basket = self.garage.basket(*services, transport=transport)
        request = self.garage.request(self.moment(start), basket=basket)
        demand = plan(load_menu(self.dealership), basket)
        try:
            seen = require_start(self.dealership, demand, request.start, now=NOW)
        except REFUSED:
            return None
        visit = self.visit(start, services, transport, WEB)
        assert visit and seen.ready_at == visit.ready_at
        advisor = seen.advisors[0]
        visit.uses = self.sheet.uses(visit, str(advisor)) or {}
        pools = pools_of(self.dealership, demand, seen, advisor)
        return visit, partial(book._take, request, demand, seen, advisor, NOW, pools=pools)

    def take(self, visit: Visit, claim: Callable[[], Booking]) -> Any:
        room = self.sheet.fits(visit.uses)
        try:
            owner = "appointment", claim().appointment.pk
        except Full:
            assert not room, "refused although there is room"
            return None
        assert room, "let in although there is no room"
        self.sheet.put(owner, visit)
        return owner

    # What must be

    @invariant()
    def pools_are_what_the_sheet_says(self) -> None:
        if hasattr(self, "sheet"):
            rows = CapacityPool.objects.filter(dealership=self.dealership)
            assert {key_of(row): state_of(row) for row in rows} == {
                key: state_on(pool) for key, pool in self.sheet.pools.items()
            }
            assert_sound()

    @invariant()
    def those_are_stranded_whom_the_sheet_strands(self) -> None:
        if hasattr(self, "sheet"):
            found = stranded_visits(self.dealership, DAYS[0], DAYS[-1])
            assert {
                ("appointment", one.appointment.pk): {cause.key for cause in one.causes} for one in found
            } == self.sheet.stranded()

    # Small words

    def moment(self, start: tuple[date, time]) -> datetime:
        return self.garage.at(start[1].hour, start[1].minute, day=start[0])

    def by(self, channel: str) -> By:
        return CUSTOMER if channel == WEB else staff(self.manager)

    def visit(self, start: Any, services: tuple[str, ...], transport: str, channel: str) -> Visit | None:
        """What is asked for; None when the car could not be ready."""
        moment = self.moment(start)
        ready = self.sheet.ready(services, transport, moment)
        return Visit(services, transport, channel, moment, ready) if ready else None

    def let_in(self, owner: Any, visit: Visit | None, row: Any, mine: Any = None) -> Any:
        """Write down who was let in, and with which advisor; there must have been room."""
        assert visit is not None and row.ready_at == visit.ready_at
        uses = self.sheet.uses(visit, str(row.advisor_id))
        assert self.sheet.fits(uses, mine), "let in although there is no room"
        visit.uses, visit.is_hold = uses or {}, owner[0] == "hold"
        self.sheet.put(owner, visit)
        return owner


def key_of(row: CapacityPool) -> PoolKey:
    return PoolKey(row.kind, row.subject, row.local_date, row.starts_at)


def state_of(row: CapacityPool) -> tuple[Any, ...]:
    falls_to = row.cap if row.wanted_cap is None else row.wanted_cap
    return row.used, row.override, row.closed, row.cap, falls_to


def state_on(pool: Pool) -> tuple[Any, ...]:
    """A cap is never below what is used, and is there as soon as it can be."""
    cap = pool.cap if pool.cap is None else max(pool.cap, pool.used - pool.override)
    return pool.used, pool.override, pool.closed, cap, pool.cap
