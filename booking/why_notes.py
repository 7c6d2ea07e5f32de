"""Who closed what on a day and why, and what of it is only kept back for a while. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.blueprint import wanted_pools
from booking.inputs import load_inputs
from booking.labour import minute_of
from booking.models import CapacityChange, CapacitySettings, ChangeAction, PoolKind, ReleaseStep
from booking.needs import PoolKey
from booking.overrides import LASTS, PARTS, is_of
from booking.why_caps import Cap
from dealerships.models import Closure, Dealership, StaffMember
from lib import clock

# A step takes effect with the first run after it; a moment later all of it is there.
AFTER = timedelta(seconds=1)
# What a part of may be kept back: technicians' minutes, and each channel's visits.
RELEASED = frozenset({PoolKind.SHOP_DAY, PoolKind.SKILL_DAY, PoolKind.CHANNEL_DAY})


@dataclass(frozen=True, slots=True)
class Made:
    """A change of capacity by somebody: what was done, the reason that was given, who and when (aware).

    `whole` is a change of everything in the shop at once.
    """

    action: str
    reason: str
    by: str
    at: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """A closure of the day: of the dealership, of a person (their id) or of a team (a skill)."""

    member: int | None
    team: str
    reason_fr: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Kept:
    """`units` of a pool that nobody may take until `until` (aware), when they are released."""

    kind: int
    subject: str
    units: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Notes:
    """The changes and closures of one day."""

    zone: str
    changes: Sequence[tuple[CapacityChange, str]]
    closures: Sequence[Absence]

    def shop_closed(self) -> Absence | None:
        """Why the dealership is closed; None for a day without hours."""
        return next((one for one in self.closures if one.member is None and not one.team), None)

    def made(self, cap: Cap) -> Made | None:
        """The last change that stands behind this cap; None when it is as usual, or opened again."""
        mine = [pair for pair in self.changes if _touches(pair[0], cap.lift, self.zone)]
        if not mine or mine[-1][0].action == ChangeAction.OPEN:
            return None
        change, by = mine[-1]
        return Made(change.action, change.reason, by, change.made_at, whole=change.kind is None)

    def away(self, cap: Cap) -> Absence | None:
        """The absence behind this cap: of the advisor, or of the team."""
        if cap.kind in (PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY):
            return next((one for one in self.closures if one.member and str(one.member) == cap.subject), None)
        if cap.kind == PoolKind.SKILL_DAY:
            return next((one for one in self.closures if one.team == cap.subject), None)
        return None


def load_notes(dealership: Dealership, day: date) -> Notes:
    """What managers changed and who is away on `day`. Two queries, three to name who changed it."""
    changes = list(
        CapacityChange.objects.filter(dealership=dealership, first_day__lte=day, last_day__gte=day)
        .select_related("made_by")
        .order_by("pk")
    )
    names = _names(dealership, changes)
    closures = Closure.objects.filter(dealership=dealership, first_day__lte=day, last_day__gte=day)
    rows = closures.values_list("staff_member", "team", "reason_fr", "reason_en")
    return Notes(
        dealership.zone,
        [(change, names.get(change.made_by_id or 0, "")) for change in changes],
        [Absence(*row) for row in rows],
    )


def kept_back(dealership: Dealership, caps: Iterable[Cap], day: date, now: datetime) -> tuple[Kept, ...]:
    """What these full caps of `day` get later by themselves: the next release of each.

    Two queries, and those of booking.inputs while something is kept.
    """
    releasable = [cap for cap in caps if cap.kind in RELEASED and not cap.closed and cap.day == day]
    moments = _releases(dealership, day, now) if releasable else []
    if not moments:
        return ()
    inputs = load_inputs(dealership, day, day)
    as_is, found = wanted_pools(inputs, day, now), []
    for cap in releasable:
        before = as_is.get(cap.lift)
        for moment in moments:
            after = wanted_pools(inputs, day, moment + AFTER).get(cap.lift)
            if before and after and before.cap is not None and (after.cap is None or after.cap > before.cap):
                more = cap.short_by if after.cap is None else after.cap - before.cap
                found.append(Kept(cap.kind, cap.subject, more, moment))
                break
    return tuple(found)


def _releases(dealership: Dealership, day: date, now: datetime) -> list[datetime]:
    """The moments to come at which something of `day` is released, in order; none while nothing is kept back."""
    kept = CapacitySettings.objects.filter(dealership=dealership).first()
    if kept is None or not (kept.reserve_percent or kept.kept_for_staff or kept.web_guaranteed):
        return []
    steps = ReleaseStep.objects.filter(dealership=dealership).values_list("days_before", "at")
    moments = {clock.at_local(day - timedelta(days=before), at, dealership.zone) for before, at in steps}
    return sorted(moment for moment in moments if moment > now)


def _names(dealership: Dealership, changes: Sequence[CapacityChange]) -> dict[int, str]:
    """What the people who made these changes are called: their name here, else their address."""
    users = {
        change.made_by_id: str(change.made_by) for change in changes if change.made_by_id and change.made_by
    }
    if not users:
        return {}
    called = StaffMember.objects.filter(
        user__in=list(users), dealership__group=dealership.group_id
    ).values_list("user", "name")
    return {**users, **{user: name for user, name in called if user}}


def _touches(change: CapacityChange, key: PoolKey, zone: str) -> bool:
    """Whether the change is about this pool, at its time of day; as booking.overrides applies it."""
    if not is_of(key, change.kind, change.subject):
        return False
    if change.from_time is None or change.until_time is None:
        return True
    if key.starts_at:
        begins = minute_of(clock.local(key.starts_at, zone).time())
        ends = begins + LASTS.get(PoolKind(key.kind), 1)
    else:
        begins, ends = PARTS.get(key.subject.partition("/")[2], (0, 0))
    return begins < minute_of(change.until_time) and minute_of(change.from_time) < ends
