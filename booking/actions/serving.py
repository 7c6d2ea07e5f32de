"""Serving the wait-list: each open place to the first in turn whom it suits, one offer an entry at a time.

Whoever frees places calls this after its commit, and beat does every half minute; so it may run at any moment, twice
at once, or late. Only the hold behind an offer says whose a place is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic, sleep

from django.db import connection, transaction

from booking.actions.expiry import release_expired_holds
from booking.actions.leaving import end_entry
from booking.actions.offering import NotInTurn, offer_place, withdraw_offer
from booking.actions.retry import Busy
from booking.availability import Start, find_availability
from booking.demands import demand_of
from booking.menu import WEB, Basket, Demand, load_menu, plan
from booking.models import EntryState, WaitListEntry
from booking.waiting import is_called_off, is_day_time, is_over, may_be_asked, open_offer, wish_of
from dealerships.models import Dealership
from lib import clock
from lib.errors import Refusal

# Namespace of the advisory lock under which a dealership's list is served by one process at a time.
LOCK = 0x57414954
PATIENCE, PAUSE = 2.0, 0.05  # seconds
# So many of an entry's starts may be lost to others before it waits for the next round.
MOST_TRIES = 5
# Offers made while the pools of a day are locked, for which bookings of that day wait.
MOST_LOCKED = 4


def serve_wait_list(*, dealership: Dealership, day: date | None = None, now: datetime | None = None) -> int:
    """Offer what is open, on `day` or on any, to who waits; how many offers were made.

    In order of priority, then of entry; each gets the soonest start that suits. First ends what is over: offers
    without an answer, entries whose range or whose visit is past. Nothing is offered at night. One query when
    nobody waits. Inside a transaction with a `day`, whose pools the caller has locked, it only makes offers, a few, of
    starts that draw on that day alone; the caller serves the rest once it has committed.
    """
    entries = _waiting(dealership)
    if not entries:
        return 0
    moment = now or clock.now()
    if day is not None and connection.in_atomic_block:
        return _offer_places(dealership, entries, day, moment, locked=True)
    with _alone(dealership) as mine:
        if not mine:
            return 0  # whoever serves now, or the next look, finds what was freed
        _tidy(dealership, moment)
        return _offer_places(dealership, _waiting(dealership), day, moment)


def serve_after_commit(*, dealership: Dealership, day: date, now: datetime) -> None:
    """Once the caller's transaction has freed places of `day`: offer them. Whatever goes wrong is logged, not raised."""

    def serve() -> None:
        # Named: Django cannot say which partial it was that failed.
        serve_wait_list(dealership=dealership, day=day, now=now)

    transaction.on_commit(serve, robust=True)


def serve_wait_lists(*, now: datetime | None = None) -> int:
    """Serve every dealership where somebody waits; how many offers were made. One query when nobody does."""
    waiting = Dealership.objects.filter(wait_list__state=EntryState.WAITING).distinct()
    return sum(serve_wait_list(dealership=dealership, now=now) for dealership in waiting)


def _waiting(dealership: Dealership) -> list[WaitListEntry]:
    """Who waits, in turn, with their appointments and offers. Two queries, one when nobody does."""
    return list(
        WaitListEntry.objects.filter(dealership=dealership, state=EntryState.WAITING)
        .select_related("appointment__dealership", "dealership")
        .prefetch_related("offers__hold")
        .order_by("-priority", "pk")
    )


@contextmanager
def _alone(dealership: Dealership) -> Iterator[bool]:
    """Whether nobody else serves this list now; waits two seconds for that. A session's lock, gone with its process."""
    key, ends = [LOCK, dealership.pk], monotonic() + PATIENCE
    while not (mine := _ask("SELECT pg_try_advisory_lock(%s, %s)", key)) and monotonic() < ends:
        sleep(PAUSE)
    try:
        yield mine
    finally:
        if mine:
            _ask("SELECT pg_advisory_unlock(%s, %s)", key)


def _ask(question: str, key: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, key)
        return bool(cursor.fetchone()[0])


def _tidy(dealership: Dealership, now: datetime) -> None:
    """End what is over; free the places kept for somebody whom they no longer suit."""
    release_expired_holds(dealership=dealership)
    today = clock.local(now, dealership.zone).date()
    for entry in _waiting(dealership):
        offer = open_offer(entry)
        if is_called_off(entry, now=now):
            end_entry(entry=entry, state=EntryState.LEFT)
        elif is_over(entry, today=today):
            end_entry(entry=entry, state=EntryState.ENDED)
        elif offer and not wish_of(entry, zone=dealership.zone).fits(offer.starts_at):
            withdraw_offer(offer=offer)


def _offer_places(
    dealership: Dealership,
    entries: Sequence[WaitListEntry],
    day: date | None,
    now: datetime,
    *,
    locked: bool = False,
) -> int:
    if not is_day_time(now, dealership.zone):
        return 0
    asked = [
        (entry, demand)
        for entry in entries
        if may_be_asked(entry, now=now, zone=dealership.zone)
        and (day is None or entry.first_day <= day <= entry.last_day)
        and (demand := _demand_of(dealership, entry)) is not None
    ]
    places = _Places(dealership, day, now, last_day=max((entry.last_day for entry, _ in asked), default=None))
    made = 0
    for entry, demand in asked:
        made += _serve(places, entry, demand, within=day if locked else None)
        if locked and made >= MOST_LOCKED:
            break
    return made


def _serve(places: _Places, entry: WaitListEntry, demand: Demand, *, within: date | None) -> int:
    """Offer this entry the soonest place that suits; 1 or 0."""
    wish = wish_of(entry, zone=places.dealership.zone)
    for start in wish.choose(places.open_to(demand))[:MOST_TRIES]:
        try:
            offer = offer_place(
                dealership=places.dealership,
                entry=entry,
                demand=demand,
                start=start,
                now=places.now,
                within=within,
            )
        except NotInTurn:
            return 0
        except Busy:
            # Of the others nobody need wait for this one; the next look finds it.
            return 0
        places.look_again()
        if offer:
            return 1
    return 0


def _demand_of(dealership: Dealership, entry: WaitListEntry) -> Demand | None:
    """What the entry asks for; None when the menu no longer has it."""
    if entry.appointment:
        return demand_of(entry.appointment, channel=WEB)
    try:
        return plan(load_menu(dealership), Basket.from_json(entry.basket))
    except Refusal:
        return None


@dataclass
class _Places:
    """The open starts by what is asked for: looked up once for all who ask the same, until one is taken."""

    dealership: Dealership
    day: date | None
    now: datetime
    last_day: date | None
    found: dict[str, list[Start]] = field(default_factory=dict)

    def open_to(self, demand: Demand) -> list[Start]:
        key = repr((demand.minutes, demand.skill_minutes, demand.transport, demand.advisor, demand.groups,
                    demand.notice, demand.same_day_until, demand.horizon_days))  # fmt: skip
        if key not in self.found:
            self.found[key] = self._look(demand)
        return self.found[key]

    def look_again(self) -> None:
        self.found.clear()

    def _look(self, demand: Demand) -> list[Start]:
        today = clock.local(self.now, self.dealership.zone).date()
        horizon = today + timedelta(days=self.dealership.horizon_days)
        first, last = self.day or today, min(self.day or self.last_day or horizon, horizon)
        if last < first:
            return []
        seen = find_availability(
            self.dealership,
            demand,
            first_day=first,
            days=(last - first).days + 1,
            now=self.now,
            find_first=False,
        )
        return [start for starts in seen.days.values() for start in starts]
