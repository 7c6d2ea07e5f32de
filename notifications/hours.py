"""When the system may start a message, on the dealership's wall clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from lib.clock import at_local, local
from notifications.kinds import When

# Our own rule, as all of these: the law sets no hours for text messages or e-mail. What sells goes out while a shop
# would be open, and never on a Sunday or on a day on which nobody would answer.
COMMERCIAL = {day: (time(9), time(20)) for day in range(5)} | {5: (time(10), time(17))}
# Nobody is closed for longer than this.
LONGEST_WAIT = timedelta(days=45)


def next_allowed(
    moment: datetime, zone: str, when: When, *, commercial: bool = False, closed: Collection[date] = ()
) -> datetime | None:
    """`moment` itself, or the next one (UTC) that is neither quiet by the cadence nor, for what is `commercial`, out
    of hours or on a day that is `closed`. None when there is none for weeks.
    """
    latest = moment + LONGEST_WAIT
    due = moment
    while due <= latest:
        awake = _after_quiet(due, zone, when)
        due = _in_hours(awake, zone, closed) if commercial else awake
        if due == awake:
            return due
    return None


def is_quiet(wall: time, when: When) -> bool:
    """Whether the cadence keeps still at this wall time; one that begins and ends at the same time never does."""
    begins, ends = when.quiet_from, when.quiet_until
    if begins <= ends:
        return begins <= wall < ends
    return wall >= begins or wall < ends


def widest_hours() -> tuple[time, time]:
    """From when and before when something commercial leaves on the day of the week with the longest hours."""
    return min(opens for opens, _closes in COMMERCIAL.values()), max(
        closes for _opens, closes in COMMERCIAL.values()
    )


def _after_quiet(moment: datetime, zone: str, when: When) -> datetime:
    there = local(moment, zone)
    if not is_quiet(there.time(), when):
        return moment
    day = there.date() + timedelta(days=there.time() >= when.quiet_until)
    # In an hour that comes twice the quiet may be over already: it ended the first time.
    return max(moment, at_local(day, when.quiet_until, zone))


def _in_hours(moment: datetime, zone: str, closed: Collection[date]) -> datetime:
    day, begin = local(moment, zone).date(), moment
    for _step in range(LONGEST_WAIT.days):
        hours = None if day in closed else COMMERCIAL.get(day.weekday())
        if hours and begin < at_local(day, hours[1], zone):
            return max(begin, at_local(day, hours[0], zone))
        day += timedelta(days=1)
    return moment + LONGEST_WAIT * 2
