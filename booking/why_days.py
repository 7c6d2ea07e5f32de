"""Why whole days are closed: for each service of the menu, and for a wish that found nothing. Calculates, never writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.conditions import refuse_day
from booking.menu import Basket, Demand, plan
from booking.menu_items import Menu, MenuItem
from booking.models import PoolKind, Transport
from booking.rulebook import rulebook_of
from booking.why import Way, make_question, way_out
from booking.why_caps import NOBODY, PAST, Cap, Look, Question, look_at, looks_of_day
from booking.why_pools import Pools, load_pools
from dealerships.models import Dealership
from lib import clock
from lib.errors import Refusal

# A wish for a longer time is judged by its beginning.
MOST_DAYS = 14
# Something was open on the wanted days: it did not suit.
UNSUITED = "unsuited"
# Closed by hand or by an absence: more units would not open it.
SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many starts are open, and if none is, what closes most of them: a rule's code, or a cap and its way out."""

    starts: int
    rule: str = ""
    cap: Cap | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One service on one day, with one way of bringing the vehicle."""

    item: MenuItem
    transport: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Bound:
    """What closes most starts of some days: a rule's code, or a cap and by how many units it was short on `day`.

    Both for a pool that is closed by hand, with the rule SHUT.
    """

    rule: str
    kind: int | None = None
    subject: str = ""
    day: date | None = None
    short_by: int = 0


@dataclass(frozen=True, slots=True)
class DemandDay:
    """One demand on one day: every start with what it runs into, and if none is open what closes most of them."""

    looks: tuple[Look, ...]
    verdict: Verdict


def why_day(
    dealership: Dealership,
    day: date,
    *,
    now: datetime,
    channel: str,
    notice: bool = True,
    at: datetime | None = None,
    advisor: int | None = None,
) -> tuple[ServiceDay, ...]:
    """Each service on `day`, dropped off and with the scarce transport that is most in use; questions at their longest.

    `at` narrows it to one start, `advisor` to one person. Two queries, three after a change of the rules.
    """
    book, pools = rulebook_of(dealership), load_pools(dealership, day, day)
    found = []
    for item, demand in _usual_demands(book.menu, busiest_transport(pools, day), channel, advisor):
        question = make_question(dealership, book, demand, now, notice=notice)
        looks = [look_at(question, pools, at)] if at else looks_of_day(question, pools, day)
        found.append(ServiceDay(item, demand.transport, _judge(question, pools, day, looks)))
    return tuple(found)


def why_demand_day(
    dealership: Dealership, demand: Demand, day: date, *, now: datetime, notice: bool = True
) -> DemandDay:
    """The whole day for one demand. Two queries, three after a change of the rules."""
    book, pools = rulebook_of(dealership), load_pools(dealership, day, day)
    question = make_question(dealership, book, demand, now, notice=notice)
    looks = looks_of_day(question, pools, day)
    return DemandDay(tuple(looks), _judge(question, pools, day, looks))


def binding_of(
    dealership: Dealership,
    demand: Demand,
    first_day: date,
    last_day: date,
    *,
    now: datetime,
    notice: bool = True,
) -> Bound:
    """What closes most starts between the two days, of which the past and all after MOST_DAYS is left out.

    Two queries, three after a change of the rules.
    """
    first_day = max(first_day, clock.local(now, dealership.zone).date())
    last_day = min(last_day, first_day + timedelta(days=MOST_DAYS - 1))
    if last_day < first_day:
        return Bound(PAST)
    pools = load_pools(dealership, first_day, last_day)
    question = make_question(dealership, rulebook_of(dealership), demand, now, notice=notice)
    tally: Counter[tuple[str, int | None, str]] = Counter()
    caps: dict[tuple[str, int | None, str], list[Cap]] = defaultdict(list)
    for day in clock.local_days(first_day, (last_day - first_day).days + 1):
        looks = _to_come(looks_of_day(question, pools, day))
        if not looks:
            tally[_refuse_empty(question, day), None, ""] += 1
        for look in looks:
            name, cap = _closer(look)
            tally[name] += 1
            if cap:
                caps[name].append(cap)
    closers = [name for name, _count in tally.most_common() if name != _OPEN]
    return _bound(closers[0], caps[closers[0]]) if closers else Bound(UNSUITED)


def busiest_transport(pools: Pools, day: date) -> str:
    """The scarce way to get on of which the largest share is taken on `day`; empty when there is none."""
    used: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for key, pool in pools.by_key.items():
        if key.kind == PoolKind.TRANSPORT and key.local_date == day and pool.most is not None:
            used[key.subject] += pool.used
            most[key.subject] += pool.most
    return max(sorted(most), key=lambda way: used[way] / most[way] if most[way] else 1, default="")


_OPEN: tuple[str, int | None, str] = ("", None, "")


def _refuse_empty(question: Question, day: date) -> str:
    """Why a day has no starts at all: closed, not opened yet, or nobody is there."""
    today = clock.local(question.asking.now, question.asking.zone).date()
    refused = refuse_day(question.asking, day)
    if not refused and day > today + timedelta(days=question.horizon_days):
        return "too_far"
    return refused or NOBODY


def _to_come(looks: Sequence[Look]) -> Sequence[Look]:
    """What is past explains nothing while something of the day is to come."""
    return [look for look in looks if PAST not in look.rules] or looks


def _closer(look: Look) -> tuple[tuple[str, int | None, str], Cap | None]:
    """The name of what closes this start first: a rule, or a cap by kind and subject."""
    if look.rules:
        return (look.rules[0], None, ""), None
    cap = look.binding
    if cap is None:
        return _OPEN, None
    return (SHUT if cap.closed else "", cap.kind, cap.subject), cap


def _bound(name: tuple[str, int | None, str], caps: Iterable[Cap]) -> Bound:
    rule, kind, subject = name
    least = min(caps, key=lambda cap: (cap.short_by, cap.day), default=None)
    if least is None:
        return Bound(rule)
    return Bound(rule, kind, subject, least.day, least.short_by)


def _usual_demands(
    menu: Menu, scarce: str, channel: str, advisor: int | None
) -> Iterator[tuple[MenuItem, Demand]]:
    for item in menu.values():
        ways = [Transport.DROP_OFF.value] if Transport.DROP_OFF in item.transports else item.transports[:1]
        for transport in dict.fromkeys([*ways, *([scarce] if scarce in item.transports else [])]):
            try:
                basket = Basket((item.code,), transport, advisor=advisor)
                yield item, plan(menu, basket, assume_answers=True, channel=channel)
            except Refusal:
                # The longest answers leave no such way: work too long to wait for.
                continue


def _judge(question: Question, pools: Pools, day: date, looks: Sequence[Look]) -> Verdict:
    starts = sum(look.is_open for look in looks)
    if starts:
        return Verdict(starts)
    if not looks:
        return Verdict(0, _refuse_empty(question, day))
    closers = [(*_closer(look), look) for look in _to_come(looks)]
    commonest = Counter(name for name, _cap, _look in closers).most_common(1)[0][0]
    alike = [(cap, look) for name, cap, look in closers if name == commonest]
    cap, look = min(alike, key=lambda pair: pair[0].short_by if pair[0] else 0)
    if cap is None:
        return Verdict(0, commonest[0])
    return Verdict(0, "", cap, way_out(question, pools, look, cap))
