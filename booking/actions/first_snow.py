"""First-snow mode: prepared ahead, switched on with one click, off again with one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from booking.actions.edit import Change, Draft, edit_capacity, preview_capacity
from booking.impact import Impact
from booking.models import CapacityEdit, FirstSnow, PoolKind, SnowOpening, SnowRaise
from booking.range_words import in_both
from dealerships.models import Dealership, Role, StaffMember, User
from lib import clock
from lib.errors import Refusal

# What a raise is for: minutes have a field of their own, and check-ins come with the added hours.
RAISABLE = frozenset({PoolKind.SERVICE_GROUP.value, PoolKind.TRANSPORT.value, PoolKind.WAITERS.value})
MOST_UNITS = 999
MOST_MINUTES = 100 * 60


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours of a weekday added for tires alone; `advisors` empty means all."""

    weekday: int
    opens: time
    closes: time
    tire_minutes: int
    advisors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything that the mode changes; `raises` are units by (pool kind, subject)."""

    lasts_days: int = 21
    notice_minutes: int = 30
    web_takes_all: bool = True
    extra_tire_minutes: int = 0
    openings: Sequence[Opening] = ()
    raises: Mapping[tuple[int, str], int] = field(default_factory=dict)


def prepare_first_snow(dealership: Dealership, preparation: Preparation) -> Draft:
    """The mode as it is to be, in place of what was prepared; raises Refusal for an impossible one."""
    _refuse_impossible(dealership, preparation)
    return Draft(
        lambda: _prepare(dealership, preparation), in_both(lambda: _("First-snow mode prepared anew"))
    )


def preview_first_snow(*, dealership: Dealership, on: bool, now: datetime | None = None) -> Impact:
    """What switching would do."""
    moment = now or clock.now()
    return preview_capacity(
        dealership=dealership, change=_switch(dealership, None, moment, on=on), now=moment, honour=not on
    )


def switch_first_snow(
    *, dealership: Dealership, on: bool, by: User, edition: int | None, now: datetime | None = None
) -> CapacityEdit:
    """Switch the mode on, each day for the wait-list first, or off: what was booked in it stays.

    Raises NothingChanged when it is already so, StaleCapacity, Refusal when nothing is prepared.
    """
    moment = now or clock.now()
    summary = in_both(lambda: _("First-snow mode switched on") if on else _("First-snow mode switched off"))
    return edit_capacity(
        dealership=dealership,
        by=by,
        summary=summary,
        edition=edition,
        change=_switch(dealership, by, moment, on=on),
        now=moment,
        honour=not on,
        serve=on,
    )


def _switch(dealership: Dealership, by: User | None, now: datetime, *, on: bool) -> Change:
    def change() -> None:
        mode = FirstSnow.objects.filter(dealership=dealership).first()
        if mode is None:
            raise Refusal(_("Prepare first-snow mode before you switch it on."), code="not_prepared")
        # What has run out may be switched off, for tidiness, and on again.
        already = is_on(mode, dealership, now) if on else mode.switched_on_at is None
        if not already:
            mode.switched_on_at, mode.switched_on_by = (now, by) if on else (None, None)
            mode.save(update_fields=["switched_on_at", "switched_on_by"])

    return change


def is_on(mode: FirstSnow, dealership: Dealership, now: datetime) -> bool:
    """Whether the mode was switched on and still counts: last year's has run out by itself."""
    if mode.switched_on_at is None:
        return False
    first = clock.local(mode.switched_on_at, dealership.zone).date()
    return clock.local(now, dealership.zone).date() < first + timedelta(days=mode.lasts_days)


def _prepare(dealership: Dealership, wanted: Preparation) -> None:
    mode, _made = FirstSnow.objects.update_or_create(
        dealership=dealership,
        defaults={
            "lasts_days": wanted.lasts_days,
            "notice_minutes": wanted.notice_minutes,
            "web_takes_all": wanted.web_takes_all,
            "extra_tire_minutes": wanted.extra_tire_minutes,
        },
    )
    _replace_openings(mode, wanted.openings)
    _replace_raises(mode, wanted.raises)


def _replace_openings(mode: FirstSnow, openings: Sequence[Opening]) -> None:
    """Rows that stay the same keep their identity, so that preparing the same again changes nothing."""
    mode.openings.exclude(weekday__in=[opening.weekday for opening in openings]).delete()
    for opening in openings:
        SnowOpening.objects.update_or_create(
            first_snow=mode,
            weekday=opening.weekday,
            defaults={
                "opens": opening.opens,
                "closes": opening.closes,
                "tire_minutes": opening.tire_minutes,
                "advisors": sorted(opening.advisors),
            },
        )


def _replace_raises(mode: FirstSnow, raises: Mapping[tuple[int, str], int]) -> None:
    for row in mode.raises.all():
        if not raises.get((row.kind, row.subject)):
            row.delete()
    for (kind, subject), units in raises.items():
        if units:
            SnowRaise.objects.update_or_create(
                first_snow=mode, kind=kind, subject=subject, defaults={"add": units}
            )


def _refuse_impossible(dealership: Dealership, wanted: Preparation) -> None:
    if not 1 <= wanted.lasts_days <= 90:
        raise Refusal(_("First-snow mode lasts 1 to 90 days."), code="lasts", field="lasts_days")
    if not 0 <= wanted.notice_minutes <= 7 * 24 * 60:
        raise Refusal(_("The notice is a week at most."), code="notice", field="notice_minutes")
    if not 0 <= wanted.extra_tire_minutes <= MOST_MINUTES:
        raise Refusal(
            _("More than 100 hours a day can't be meant."), code="minutes", field="extra_tire_minutes"
        )
    for kind, subject in wanted.raises:
        units = wanted.raises[kind, subject]
        if kind not in RAISABLE or not 0 <= units <= MOST_UNITS:
            raise Refusal(_("That limit can't be raised by this much."), code="raise", field="raises")
    _refuse_openings(dealership, wanted.openings)


def _refuse_openings(dealership: Dealership, openings: Sequence[Opening]) -> None:
    advisors = set(
        StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR).values_list("pk", flat=True)
    )
    weekdays = [opening.weekday for opening in openings]
    if len(set(weekdays)) != len(weekdays) or not set(weekdays) <= set(range(7)):
        raise Refusal(
            _("First-snow mode adds hours once to a weekday."), code="weekday_twice", field="openings"
        )
    for opening in openings:
        if opening.opens >= opening.closes:
            raise Refusal(_("The opening must come before the closing."), code="order", field="openings")
        if not 0 < opening.tire_minutes <= MOST_MINUTES:
            raise Refusal(
                _("Give the hours that the technicians work on tires then, 100 at most."),
                code="minutes",
                field="openings",
            )
        if not set(opening.advisors) <= advisors:
            raise Refusal(_("One of the advisors does not work here."), code="advisor", field="openings")
