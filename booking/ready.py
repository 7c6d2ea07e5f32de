"""When the vehicle will be ready. Calculates, never writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from booking.menu import Demand
from booking.models import Transport
from dealerships.calendar import Calendar
from lib import clock

CHECK_IN = timedelta(minutes=15)
# Nobody promises 11:37; the promise is rounded up to the next quarter hour.
STEP = timedelta(minutes=15)


def ready_at(
    start: datetime, day: date, demand: Demand, calendar: Calendar, queue: timedelta
) -> datetime | None:
    """The moment (UTC) to promise for a vehicle that comes in at `start` on local `day`; None if there is none.

    Check-in, the queue (not for those who wait on site), the planned minutes. What would end after closing
    is ready at the next opening that comes after it; who waits can't be asked to come back, so such a start is not
    offered.
    """
    waits = demand.transport == Transport.WAIT
    done = start + CHECK_IN + timedelta(minutes=demand.minutes) + (timedelta(0) if waits else queue)
    done = clock.round_up(done, STEP)
    if done <= calendar.closes(day):
        return done
    if waits:
        return None
    following = calendar.next_open_day(day)
    while following and calendar.opens(following) < done:
        following = calendar.next_open_day(following)
    return calendar.opens(following) if following else None
