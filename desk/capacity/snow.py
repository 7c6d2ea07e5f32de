"""First-snow mode in words and numbers: how it is prepared, and what each coming day would look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.impact import Gauge
from booking.models import CapacityPool, FirstSnow, PoolKind, ServiceGroup, Skill, SnowOpening
from booking.needs import ARRIVALS, LOUNGE
from dealerships.models import Dealership, StaffMember
from desk.capacity.sayings import hours_word, own_words, say_span, transport_name, weekday_name
from desk.words import page_language, say_wall_time
from lib import clock

DAYS_SHOWN = 14
TIRES = (PoolKind.SKILL_DAY.value, Skill.TIRES.value)


@dataclass(frozen=True, slots=True)
class SnowDay:
    """Tires and check-ins of one day: `now` without the mode, `then` with it."""

    day: date
    label: str
    tires_now: str
    tires_then: str
    more_minutes: int
    starts_now: int
    starts_then: int

    @property
    def more_starts(self) -> int:
        return self.starts_then - self.starts_now

    @property
    def changes(self) -> bool:
        return bool(self.more_minutes or self.more_starts) or self.tires_now != self.tires_then


@dataclass(frozen=True, slots=True)
class SnowState:
    """Since when the mode is on, until which day, and by whom; `over` when its days have passed."""

    since: str
    until: str
    who: str
    over: bool


def snow_state(snow: FirstSnow, *, today: date) -> SnowState | None:
    """None while it is off."""
    if snow.switched_on_at is None:
        return None
    zone, language = snow.dealership.zone, page_language()
    begun = clock.local(snow.switched_on_at, zone).date()
    until = begun + timedelta(days=snow.lasts_days - 1)
    return SnowState(
        since=f"{clock.say_date(begun, language)}, {say_wall_time(snow.switched_on_at, zone)}",
        until=clock.say_date(until, language),
        who=_name_of(snow),
        over=until < today,
    )


def _name_of(snow: FirstSnow) -> str:
    user = snow.switched_on_by
    if user is None:
        return ""
    mine = StaffMember.objects.filter(user=user, dealership__group=snow.dealership.group_id)
    return mine.values_list("name", flat=True).first() or str(user)


def snow_days(dealership: Dealership, gauges: Iterable[Gauge], *, today: date, on: bool) -> list[SnowDay]:
    """The coming days, now and with the mode the other way. Two queries.

    `gauges` are what switching would do; while the mode is `on`, what it did is what switching off would undo.
    """
    tires = _tire_minutes(dealership, today)
    starts = _starts(dealership, today)
    other_tires: dict[date, int | None] = dict(tires)
    other_starts = dict(starts)
    for gauge in gauges:
        if (gauge.kind, gauge.subject) == TIRES:
            tires[gauge.day], other_tires[gauge.day] = gauge.was, gauge.will
        elif gauge.kind == PoolKind.ADVISOR_CELL:
            gained = (gauge.will or 0) - (gauge.was or 0)
            other_starts[gauge.day] = other_starts.get(gauge.day, 0) + gained
    plain, snowy = (other_tires, other_starts), (tires, starts)
    if not on:
        plain, snowy = snowy, plain
    return [
        _day(
            day,
            (plain[0].get(day, 0), snowy[0].get(day, 0)),
            (plain[1].get(day, 0), snowy[1].get(day, 0)),
        )
        for day in clock.local_days(today, DAYS_SHOWN)
    ]


def _day(day: date, tires: tuple[int | None, int | None], starts: tuple[int, int]) -> SnowDay:
    now, then = tires
    return SnowDay(
        day=day,
        label=clock.say_short_date(day, page_language()),
        tires_now=_hours(now),
        tires_then=_hours(then),
        more_minutes=(then or 0) - (now or 0),
        starts_now=starts[0],
        starts_then=starts[1],
    )


def _hours(minutes: int | None) -> str:
    if minutes is None:
        return _("no limit")
    return hours_word(minutes) if minutes else _("closed")


def _tire_minutes(dealership: Dealership, today: date) -> dict[date, int | None]:
    pools = CapacityPool.objects.filter(
        dealership=dealership,
        kind=TIRES[0],
        subject=TIRES[1],
        closed=False,
        local_date__range=(today, today + timedelta(days=DAYS_SHOWN)),
    )
    return dict(pools.values_list("local_date", "cap"))


def _starts(dealership: Dealership, today: date) -> dict[date, int]:
    """Check-ins by day."""
    cells = CapacityPool.objects.filter(
        dealership=dealership,
        kind=PoolKind.ADVISOR_CELL,
        closed=False,
        local_date__range=(today, today + timedelta(days=DAYS_SHOWN)),
    )
    return dict(cells.values("local_date").annotate(places=Sum(F("cap"))).values_list("local_date", "places"))


def prepared_words(snow: FirstSnow, advisors: dict[int, str], raised: dict[str, str]) -> list[str]:
    """What was prepared, a sentence each."""
    return [
        ngettext("Lasts %(count)s day", "Lasts %(count)s days", snow.lasts_days) % {"count": snow.lasts_days},
        _("Tires may be booked until %(count)s minutes before") % {"count": snow.notice_minutes},
        _("The web may take everything") if snow.web_takes_all else _("The web’s limits stay as they are"),
        *(
            [_("%(hours)s of tires more on each open day") % {"hours": hours_word(snow.extra_tire_minutes)}]
            if snow.extra_tire_minutes
            else []
        ),
        *(_opening_words(one, advisors) for one in snow.openings.all()),
        *_raise_words(snow, raised),
    ]


def _opening_words(opening: SnowOpening, advisors: dict[int, str]) -> str:
    names = [advisors[pk] for pk in opening.advisors if pk in advisors]
    return _("%(day)s %(hours)s for tires alone: %(work)s, checked in by %(who)s") % {
        "day": weekday_name(opening.weekday),
        "hours": say_span(opening.opens, opening.closes),
        "work": hours_word(opening.tire_minutes),
        "who": ", ".join(names) or _("every advisor"),
    }


def _raise_words(snow: FirstSnow, raised: dict[str, str]) -> Iterator[str]:
    for one in snow.raises.all():
        what = raised.get(one.subject, one.subject)
        yield _("%(what)s: %(count)s more") % {"what": what, "count": one.add}


def raisable(dealership: Dealership) -> list[tuple[int, str, str]]:
    """(kind, subject, name) of what the mode may raise. One query."""
    groups = ServiceGroup.objects.filter(dealership=dealership)
    transports = ("shuttle", "courtesy_car")
    waiters = {ARRIVALS: _("Waiters who arrive, each half hour"), LOUNGE: _("Waiters in the lounge at once")}
    return [
        *((PoolKind.SERVICE_GROUP.value, one.code, own_words(one, "name")) for one in groups),
        *((PoolKind.TRANSPORT.value, one, transport_name(one)) for one in transports),
        *((PoolKind.WAITERS.value, subject, label) for subject, label in waiters.items()),
    ]
