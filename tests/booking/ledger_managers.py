"""The ledger's managers, who change the rules under visits and holds."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    multiple,
    precondition,
    rule,
)

from booking.actions.edit import NothingChanged
from booking.actions.first_snow import switch_first_snow
from booking.actions.journal import NothingToUndo, undo_last_edit
from booking.actions.ranges import Range, change_range, declare_full
from booking.actions.refresh import Refreshed, refresh_pools
from booking.menu import STAFF, WEB
from booking.models import (
    CapacityPool,
    CapacityRule,
    ChangeAction,
    FirstSnow,
    GroupMember,
    PoolKind,
    ServiceGroup,
    SnowOpening,
    SnowRaise,
)
from booking.needs import PoolKey
from dealerships.models import Role, User
from tests.booking.ledger_visits import SERVICES, STARTS, Visits
from tests.booking.plain_book import (
    CAPS,
    CLOSES,
    CUSTOMERS,
    DAYS,
    DEPARTURE,
    LATE,
    SNOW_EVENING,
    SNOW_MINUTES,
    SNOW_RAISES,
    Change,
    PlainBook,
    Rules,
)
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

RANGES = st.sampled_from([(MONDAY,), (MONDAY,), (DAYS[1],), (MONDAY, DAYS[1]), tuple(DAYS)])
MORNING, EARLY = (time(7, 30), time(12)), (time(7, 30), time(8, 15))
# What a manager may point at: the kind, the subject ("1" stands for the first advisor), the hours.
SPOTS: list[tuple[int | None, str, tuple[time, time] | None]] = [
    (None, "", None),
    (None, "", (time(11, 30), time(16, 30))),
    (PoolKind.ADVISOR_CELL, "1", EARLY),
    (PoolKind.ADVISOR_DAY, "1", None),
    (PoolKind.WAITERS, "arrivals", EARLY),
    (PoolKind.WAITERS, "lounge", MORNING),
    (PoolKind.TRANSPORT, "courtesy_car", None),
    (PoolKind.TRANSPORT, "shuttle", None),
    (PoolKind.SERVICE_GROUP, "tires", None),
    (PoolKind.SERVICE_GROUP, "tires", MORNING),
    (PoolKind.SERVICE_GROUP, "tires", (time(13), time(18))),
    (PoolKind.SKILL_DAY, "tires", None),
    (PoolKind.CHANNEL_DAY, WEB, None),
    (PoolKind.CHANNEL_DAY, STAFF, None),
    (PoolKind.HAND_BACK, "", (time(9), time(11))),
    (PoolKind.SHOP_DAY, "", None),
]
# Limits that are not there in the beginning come up more often: whoever is booked is then written on new lines.
NEW = [spot for spot in SPOTS if spot[1] == STAFF or spot[2] == (time(13), time(18))]
LIMITED = st.sampled_from([spot for spot in SPOTS if spot[0] is not None] + 3 * NEW)
CAPS_SET = st.sampled_from(
    [
        *((ChangeAction.SET, cap) for cap in (None, 0, 1, 2, 90)),
        *((ChangeAction.ADD, units) for units in (-45, -1, 1, 45)),
    ]
)


def make_shop() -> tuple[Garage, User]:
    """Two advisors, three days, and a cap on every kind that a handful of visits can reach."""
    garage = make_garage(advisors=2, daily_customers=CUSTOMERS, horizon_days=3)
    dealership = garage.dealership
    for (kind, subject), cap in CAPS.items():
        for weekday in range(6):
            CapacityRule.objects.update_or_create(
                dealership=dealership, kind=kind, subject=subject, weekday=weekday,
                starts_at=DEPARTURE if subject == "shuttle" else None, defaults={"cap": cap},
            )  # fmt: skip
    tires = ServiceGroup.objects.create(dealership=dealership, code="tires", name_fr="Pneus", name_en="Tires")
    GroupMember.objects.create(group=tires, service=dealership.services.get(code="tire_swap"))
    snow = FirstSnow.objects.create(dealership=dealership, extra_tire_minutes=SNOW_MINUTES)
    SnowOpening.objects.create(
        first_snow=snow, weekday=0, opens=CLOSES, closes=LATE, tire_minutes=SNOW_EVENING
    )
    for (kind, subject), units in SNOW_RAISES.items():
        SnowRaise.objects.create(first_snow=snow, kind=kind, subject=subject, add=units)
    refresh_pools(dealership=dealership, now=NOW)
    return garage, make_staff(dealership, Role.MANAGER)


class Ledger(Visits):
    """Everything that changes a pool, done to the database and to the sheet."""

    closed = Bundle("closed")

    @initialize(target=Visits.appointments, crowded=st.booleans())
    def open_the_shop(self, crowded: bool) -> Any:
        """Some examples begin with visits of Monday morning, in a shop that has room for fewer since."""
        self.sheet = PlainBook([advisor.pk for advisor in self.garage.advisors])
        self.browsers = 0
        if not crowded:
            return multiple()
        asked = [
            (time(7, 30), "drop_off", WEB),
            (time(7, 45), "courtesy_car", WEB),
            (time(8), "wait", WEB),
            (time(13), "drop_off", STAFF),
        ]
        visits = [
            self.book_a_visit((MONDAY, wall), ("tire_swap",), transport, channel)
            for wall, transport, channel in asked
        ]
        self.change((PoolKind.SHOP_DAY, "", None), (MONDAY,), ChangeAction.SET, 100)
        return multiple(*visits)

    @rule(
        target=closed, start=STARTS, services=SERVICES, spot=st.sampled_from([SPOTS[0], SPOTS[-1], SPOTS[12]])
    )
    def take_what_has_just_closed(self, start: Any, services: tuple[str, ...], spot: Any) -> Any:
        """Between somebody's look and their click a manager closes what they saw."""
        look = self.see(start, services, "drop_off")
        if look is None:
            return multiple()
        self.change(spot, (start[0],), ChangeAction.CLOSE)
        self.take(*look)
        return spot, (start[0],)

    # Managers

    @rule(target=closed, spot=st.sampled_from(SPOTS), days=RANGES)
    def close(self, spot: Any, days: tuple[date, ...]) -> Any:
        self.change(spot, days, ChangeAction.CLOSE)
        return spot, days

    @rule(target=closed, day=st.sampled_from(DAYS[:2]), web_only=st.booleans())
    def declare_a_day_full(self, day: date, web_only: bool) -> Any:
        spot = (PoolKind.CHANNEL_DAY, WEB, None) if web_only else (None, "", None)
        said = Change(*spot[:2], (day,), None, ChangeAction.FULL)
        before = [change for change in self.sheet.rules.changes if day in change.days]
        try:
            declare_full(dealership=self.dealership, day=day, by=self.manager, web_only=web_only, now=NOW)
        except NothingChanged:
            assert before[-1:] == [said]
            return spot, (day,)
        assert before[-1:] != [said]
        self.note(said)
        return spot, (day,)

    @rule(where=closed)
    def reopen(self, where: Any) -> None:
        self.change(*where, ChangeAction.OPEN)

    @rule(spot=LIMITED, days=RANGES, to=CAPS_SET)
    def change_a_cap(self, spot: Any, days: tuple[date, ...], to: tuple[str, int | None]) -> None:
        self.change(spot, days, *to)

    def change(self, spot: Any, days: tuple[date, ...], action: str, amount: int | None = None) -> None:
        kind, subject, hours = spot
        subject = str(self.garage.advisors[0].pk) if subject == "1" else subject
        where = Range(days[0], days[-1], kind, subject, *(hours or ()))
        change_range(
            dealership=self.dealership, where=where, by=self.manager, action=action, amount=amount,
            reason="Essai", edition=None, now=NOW,
        )  # fmt: skip
        self.note(Change(kind, subject, days, hours, action, amount))

    def note(self, change: Change) -> None:
        self.sheet.write(Rules((*self.sheet.rules.changes, change), self.sheet.rules.snow))

    @rule(on=st.booleans())
    def switch_first_snow(self, on: bool) -> None:
        already = self.sheet.rules.snow == on
        try:
            switch_first_snow(dealership=self.dealership, on=on, by=self.manager, edition=None, now=NOW)
        except NothingChanged:
            assert already
            return
        assert not already
        self.sheet.write(Rules(self.sheet.rules.changes, on))

    @rule()
    def take_the_last_change_back(self) -> None:
        try:
            undo_last_edit(dealership=self.dealership, by=self.manager, now=NOW)
        except NothingToUndo:
            assert not self.sheet.before
            return
        self.sheet.take_back()

    @precondition(lambda self: len(self.sheet.visits) > 2)
    @rule(spot=st.sampled_from([(PoolKind.SHOP_DAY, "", 45), (PoolKind.SERVICE_GROUP, "tires", 1)]))
    def allow_one_more(self, spot: Any) -> None:
        """An override stays, whatever the rules become."""
        kind, subject, units = spot
        CapacityPool.objects.filter(kind=kind, subject=subject, local_date=MONDAY).update(override=units)
        refresh_pools(dealership=self.dealership, now=NOW)
        self.sheet.pools[PoolKey(kind, subject, MONDAY)].override = units
        self.sheet.follow_rules()

    @rule()
    def settle(self) -> None:
        """What beat does now and then finds nothing to make; visits that lack a claim get it."""
        assert refresh_pools(dealership=self.dealership, now=NOW) == Refreshed(0, 0)
        self.sheet.follow_rules()
