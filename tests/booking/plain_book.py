"""Capacity as somebody without a computer would keep it: a sheet of pools, and who has which place.

It knows nothing of how the program calculates: caps are looked up, changes are read one after the other, and a
visit is written down beside everything that it uses. The ledger's state machine compares it with the database.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from booking.models import ChangeAction, PoolKind
from booking.needs import PoolKey
from lib import clock
from tests.garage import MONDAY

ZONE = "America/Toronto"
DAYS = [MONDAY + timedelta(days=offset) for offset in range(3)]
OPENS, CLOSES, LATE = time(7, 30), time(17, 30), time(19, 30)
SHIFTS = ((time(7, 30), time(12)), (time(13), time(16, 30)))
DEPARTURE = time(9)
MINUTES = {"tire_swap": ("tires", 45), "oil_change": ("express", 40)}
QUARTER, HALF_HOUR, QUEUE = timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=90)
PARTS = {"am": (time(0), time(12)), "pm": (time(12), time(17)), "eve": (time(17), time(23, 59))}

CUSTOMERS = 4
# Per day, and for what is counted by the half hour, per half hour.
CAPS: dict[tuple[int, str], int] = {
    (PoolKind.SHOP_DAY, ""): 260,
    (PoolKind.SKILL_DAY, "tires"): 180,
    (PoolKind.SKILL_DAY, "express"): 120,
    (PoolKind.SKILL_DAY, "mechanical"): 480,
    (PoolKind.SERVICE_GROUP, "tires"): 4,
    (PoolKind.SERVICE_GROUP, "tires/am"): 3,
    (PoolKind.CHANNEL_DAY, "web"): 6,
    (PoolKind.TRANSPORT, "courtesy_car"): 1,
    (PoolKind.TRANSPORT, "shuttle"): 2,
    (PoolKind.WAITERS, "arrivals"): 1,
    (PoolKind.WAITERS, "lounge"): 2,
    (PoolKind.HAND_BACK, ""): 2,
}
BY_HALF_HOUR = (PoolKind.WAITERS, PoolKind.HAND_BACK)
NEED_NOT_EXIST = (PoolKind.HAND_BACK, PoolKind.WAITERS, PoolKind.SERVICE_GROUP, PoolKind.CHANNEL_DAY)
# What first snow adds: units by what is raised, minutes each day, and minutes of Monday evening.
SNOW_RAISES = {(PoolKind.SERVICE_GROUP, "tires"): 1, (PoolKind.TRANSPORT, "courtesy_car"): 1}
SNOW_MINUTES, SNOW_EVENING = 45, 90


@dataclass(frozen=True)
class Change:
    """What a manager wrote on the sheet, for some days and perhaps some hours of them."""

    kind: int | None
    subject: str
    days: tuple[date, ...]
    hours: tuple[time, time] | None
    action: str
    amount: int | None = None


@dataclass(frozen=True)
class Rules:
    changes: tuple[Change, ...] = ()
    snow: bool = False


@dataclass
class Pool:
    """One line of the sheet. `cap` is what the rules want; more than that may be used, and then nobody comes in."""

    cap: int | None = None
    closed: bool = False
    honoured: bool = False
    override: int = 0
    used: int = 0

    @property
    def over(self) -> bool:
        return self.cap is not None and self.used > self.cap + self.override

    @property
    def strands(self) -> bool:
        return (self.closed or self.over) and not self.honoured

    def takes(self, units: int, mine: int = 0) -> bool:
        """Whether there is room for somebody who already uses `mine`."""
        if self.closed or self.cap is None:
            return not self.closed
        return self.used - mine + units <= max(self.cap + self.override, self.used)


@dataclass
class Visit:
    """Who has a place: for which work, from when to when, and what of each line that uses."""

    services: tuple[str, ...]
    transport: str
    channel: str
    starts_at: datetime
    ready_at: datetime
    uses: dict[PoolKey, int] = field(default_factory=dict)
    is_hold: bool = False


class PlainBook:
    """The sheet of two advisors and three days, as it is after everything that was written on it."""

    def __init__(self, advisors: list[int]) -> None:
        self.advisors = [str(advisor) for advisor in advisors]
        self.pools: dict[PoolKey, Pool] = {}
        self.visits: dict[Hashable, Visit] = {}
        self.rules = Rules()
        self.before: list[Rules] = []
        self.follow_rules()

    # What managers do

    def write(self, rules: Rules) -> None:
        self.before.append(self.rules)
        self._become(rules)

    def take_back(self) -> None:
        self._become(self.before.pop())

    def _become(self, rules: Rules) -> None:
        snow_went = self.rules.snow and not rules.snow
        self.rules = rules
        self.follow_rules(all_may_stay=snow_went)

    def follow_rules(self, *, all_may_stay: bool = False) -> None:
        """Every line gets its cap; then visits that a new line concerns are written on it too."""
        wanted = self._wanted()
        for key in self.pools.keys() | wanted.keys():
            self._follow(key, wanted.get(key), all_may_stay=all_may_stay)
        for visit in self.visits.values():
            if not visit.is_hold:
                self.settle(visit)

    def _follow(self, key: PoolKey, rule: Pool | None, *, all_may_stay: bool) -> None:
        was = self.pools.get(key) or Pool()
        now = self.pools[key] = replace(was)
        if rule is None and key.kind in NEED_NOT_EXIST:
            now.cap, now.closed, now.honoured = None, False, False
        elif rule is None:
            now.cap, now.closed = 0, True
            # Gone already: whoever might stay then may stay.
            gone = was.closed and was.cap == 0
            now.honoured = was.honoured if gone else all_may_stay and not was.strands
        else:
            now.cap, now.closed = rule.cap, rule.closed
            stays = now.over and self._may_stay_over(was, now, all_may_stay=all_may_stay)
            now.honoured = rule.honoured and (not now.over or stays) if rule.closed else stays

    def _may_stay_over(self, was: Pool, now: Pool, *, all_may_stay: bool) -> bool:
        """Who is over the cap stays if all may, or if they might and nothing more was taken away."""
        if not was.over:
            return all_may_stay
        assert was.cap is not None and now.cap is not None
        return was.honoured and (all_may_stay or now.cap >= was.cap)

    def settle(self, visit: Visit) -> None:
        """Written on every line that there is now and that concerns it."""
        counted = any(key.kind == PoolKind.CHANNEL_DAY for key in visit.uses)
        for key, units in self._limits(visit).items():
            if key not in visit.uses and not (counted and key.kind == PoolKind.CHANNEL_DAY):
                visit.uses[key] = units
                self.pools[key].used += units

    # What the rules say

    def _wanted(self) -> dict[PoolKey, Pool]:
        wanted = {key: Pool(cap) for day in DAYS for key, cap in self._usual(day)}
        for change in self.rules.changes:
            for day in change.days:
                for key in _made_by(change, day):
                    wanted.setdefault(key, Pool())
                for key in [key for key in wanted if key.local_date == day and _concerns(change, key)]:
                    _do(change, wanted[key])
        if self.rules.snow:
            for key, pool in wanted.items():
                _let_it_snow(key, pool)
        return wanted

    def _usual(self, day: date) -> Iterator[tuple[PoolKey, int]]:
        late = self.rules.snow and day == MONDAY
        for advisor in self.advisors:
            yield PoolKey(PoolKind.ADVISOR_DAY, advisor, day), CUSTOMERS
            for begin, end in (*SHIFTS, (CLOSES, LATE)) if late else SHIFTS:
                for moment in _every(QUARTER, at(day, begin), at(day, end)):
                    yield PoolKey(PoolKind.ADVISOR_CELL, advisor, day, moment), 1
        for (kind, subject), cap in CAPS.items():
            if kind in BY_HALF_HOUR:
                for moment in _every(HALF_HOUR, at(day, OPENS), self.closing(day) + QUARTER):
                    yield PoolKey(kind, subject, day, moment), cap
            else:
                yield PoolKey(kind, subject, day, at(day, DEPARTURE) if subject == "shuttle" else None), cap

    def closing(self, day: date) -> datetime:
        return at(day, LATE if self.rules.snow and day == MONDAY else CLOSES)

    # What visits use

    def ready(self, services: tuple[str, ...], transport: str, start: datetime) -> datetime | None:
        """When the car is ready: this evening at the latest, or when the shop opens tomorrow."""
        day = clock.local(start, ZONE).date()
        queue = timedelta(0) if transport == "wait" else QUEUE
        done = start + QUARTER + queue + timedelta(minutes=sum(MINUTES[code][1] for code in services))
        done += (QUARTER - (done - at(day, OPENS)) % QUARTER) % QUARTER
        if done <= self.closing(day):
            return done
        return None if transport == "wait" else at(day + timedelta(days=1), OPENS)

    def uses(self, visit: Visit, advisor: str) -> dict[PoolKey, int] | None:
        """Everything that the visit uses with this advisor; None when it is not possible at all."""
        day = clock.local(visit.starts_at, ZONE).date()
        evening = clock.local(visit.starts_at, ZONE).time() >= CLOSES
        if evening and visit.services != ("tire_swap",):
            return None
        uses = {
            PoolKey(PoolKind.ADVISOR_CELL, advisor, day, visit.starts_at): 1,
            PoolKey(PoolKind.ADVISOR_DAY, advisor, day): 1,
            PoolKey(PoolKind.SHOP_DAY, "", day): sum(MINUTES[code][1] for code in visit.services),
            **{PoolKey(PoolKind.SKILL_DAY, *_skill(code, day)): MINUTES[code][1] for code in visit.services},
        }
        if visit.transport == "courtesy_car":
            until = clock.local(visit.ready_at, ZONE).date()
            for out in (out for out in DAYS if day <= out <= until):
                uses[PoolKey(PoolKind.TRANSPORT, "courtesy_car", out)] = 1
        if visit.transport == "shuttle":
            if visit.starts_at + QUARTER > at(day, DEPARTURE):
                return None
            uses[PoolKey(PoolKind.TRANSPORT, "shuttle", day, at(day, DEPARTURE))] = 1
        if any(key not in self.pools for key in uses):
            return None
        return uses | self._limits(visit)

    def _limits(self, visit: Visit) -> dict[PoolKey, int]:
        """What only limits: the lines that are there."""
        wall = clock.local(visit.starts_at, ZONE)
        day, back = wall.date(), clock.local(visit.ready_at, ZONE).date()
        uses = {
            PoolKey(PoolKind.CHANNEL_DAY, visit.channel, day): 1,
            PoolKey(PoolKind.HAND_BACK, "", back, _half(visit.ready_at)): 1,
        }
        if "tire_swap" in visit.services:
            (part,) = (name for name, (begin, end) in PARTS.items() if begin <= wall.time() < end)
            for subject in ("tires", f"tires/{part}"):
                uses[PoolKey(PoolKind.SERVICE_GROUP, subject, day)] = 1
        if visit.transport == "wait":
            uses[PoolKey(PoolKind.WAITERS, "arrivals", day, _half(visit.starts_at))] = 1
            for moment in _every(HALF_HOUR, _half(visit.starts_at), visit.ready_at):
                uses[PoolKey(PoolKind.WAITERS, "lounge", day, moment)] = 1
        return {key: units for key, units in uses.items() if key in self.pools}

    def fits(self, uses: Mapping[PoolKey, int] | None, mine: Mapping[PoolKey, int] | None = None) -> bool:
        held = mine or {}
        return uses is not None and all(
            self.pools[key].takes(units, held.get(key, 0)) for key, units in uses.items()
        )

    def could_come(self, visit: Visit, mine: Mapping[PoolKey, int] | None = None) -> bool:
        """Whether any advisor has a place for it."""
        return any(self.fits(self.uses(visit, advisor), mine) for advisor in self.advisors)

    # Who comes and goes

    def put(self, owner: Hashable, visit: Visit) -> None:
        self.drop(owner)
        self.visits[owner] = visit
        for key, units in visit.uses.items():
            self.pools[key].used += units

    def drop(self, owner: Hashable) -> None:
        gone = self.visits.pop(owner, None)
        for key, units in gone.uses.items() if gone else ():
            self.pools[key].used -= units

    def stranded(self) -> dict[Hashable, set[PoolKey]]:
        """The visits that are to be moved, each with the lines that it should leave."""
        found = {
            owner: {key for key in visit.uses if self.pools[key].strands and key.kind != PoolKind.CHANNEL_DAY}
            for owner, visit in self.visits.items()
            if not visit.is_hold
        }
        return {owner: keys for owner, keys in found.items() if keys}


def at(day: date, wall: time) -> datetime:
    return clock.at_local(day, wall, ZONE)


def _every(step: timedelta, begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += step


def _half(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 30 * 30)


def _skill(code: str, day: date) -> tuple[str, date]:
    return MINUTES[code][0], day


def _made_by(change: Change, day: date) -> Iterator[PoolKey]:
    """The lines that a limit brings where there was none."""
    if change.action not in (ChangeAction.CLOSE, ChangeAction.FULL, ChangeAction.SET):
        return
    if change.kind == PoolKind.CHANNEL_DAY:
        yield PoolKey(change.kind, change.subject, day)
    if change.kind == PoolKind.SERVICE_GROUP and change.hours:
        for part, (begin, end) in PARTS.items():
            if begin < change.hours[1] and change.hours[0] < end:
                yield PoolKey(change.kind, f"{change.subject}/{part}", day)


def _concerns(change: Change, key: PoolKey) -> bool:
    if change.kind is None and change.action == ChangeAction.FULL:
        # Cars that are out, and come back, are of visits that have begun.
        if key.kind == PoolKind.HAND_BACK or key.subject == "courtesy_car":
            return False
    elif change.kind not in (None, key.kind) or change.subject not in (
        "",
        key.subject,
        key.subject.partition("/")[0],
    ):
        return False
    if change.hours is None:
        return True
    begin, end = _hours_of(key)
    return begin < change.hours[1] and change.hours[0] < end


def _hours_of(key: PoolKey) -> tuple[time, time]:
    """From when to when the line counts; what counts all day is nobody's hour."""
    if key.starts_at is None:
        return PARTS.get(key.subject.partition("/")[2], (time.max, time.min))
    lasts = {PoolKind.ADVISOR_CELL: 15, PoolKind.TRANSPORT: 1}.get(PoolKind(key.kind), 30)
    wall = clock.local(key.starts_at, ZONE)
    return wall.time(), (wall + timedelta(minutes=lasts)).time()


def _do(change: Change, pool: Pool) -> None:
    if change.action == ChangeAction.SET:
        pool.cap = change.amount
    elif change.action == ChangeAction.ADD:
        if pool.cap is not None and change.amount is not None:
            pool.cap = max(0, pool.cap + change.amount)
    elif change.action == ChangeAction.OPEN:
        pool.closed, pool.honoured = False, False
    elif change.action == ChangeAction.CLOSE:
        pool.closed, pool.honoured = True, False
    elif not pool.closed:
        pool.closed, pool.honoured = True, True


def _let_it_snow(key: PoolKey, pool: Pool) -> None:
    if key.kind == PoolKind.CHANNEL_DAY:
        pool.cap = None
    if pool.cap is None:
        return
    pool.cap += SNOW_RAISES.get((PoolKind(key.kind), key.subject.partition("/")[0]), 0)
    if (key.kind, key.subject) in ((PoolKind.SHOP_DAY, ""), (PoolKind.SKILL_DAY, "tires")):
        # 0 is closed, and stays so by day.
        pool.cap += SNOW_MINUTES if pool.cap else 0
        pool.cap += SNOW_EVENING if key.local_date == MONDAY else 0
