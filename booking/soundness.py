"""Whether a dealership's rules, taken together, make sense: a sentence for what does not. Reads, never writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.db import Error
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking.blueprint import wanted_pools
from booking.inputs import load_inputs
from booking.labour import ROTATION_EPOCH
from booking.models import (
    CapacityChange,
    CapacityRule,
    ChangeAction,
    PoolKind,
    Shift,
)
from dealerships.models import Closure, Dealership, Role, StaffMember
from lib import clock
from lib.errors import Refusal
from lib.languages import locale_name

# Nobody means more than this; it is a slip of the keyboard.
MOST_MINUTES = 2_000 * 60
MOST_UNITS = 999
LONGEST_RANGE = timedelta(days=366)
LONGEST_ABSENCE = timedelta(days=2 * 366)
MOST_ROTATION_WEEKS = 12
MINUTES = frozenset({PoolKind.SKILL_DAY.value, PoolKind.SHOP_DAY.value})

NUMBER_OUT_OF_RANGE = "22003"  # PostgreSQL, Appendix A

# What the database refuses by itself, by the name of its constraint.
CONSTRAINTS = {
    "shift_starts_before_it_ends": lambda: _("A shift must start before it ends."),
    "shift_starts_once": lambda: _("Two shifts of one person start at the same time."),
    "hours_open_before_they_close": lambda: _("The opening must come before the closing."),
    "special_hours_open_before_they_close": lambda: _("The opening must come before the closing."),
    "special_hours_once_a_day": lambda: _("That day has other hours already. Change those."),
    "closure_starts_before_it_ends": lambda: _("The first day must not come after the last day."),
    "closure_one_holiday_a_day": lambda: _("That holiday is there already."),
    "change_starts_before_it_ends": lambda: _("The first day must not come after the last day."),
    "change_times_are_both_or_neither": lambda: _("Give both times, the first before the second, or none."),
    "change_sets_no_negative_limit": lambda: _(
        "A limit can't be negative. 0 means closed, blank means no limit."
    ),
    "season_starts_before_it_ends": lambda: _("The season must start before it ends."),
    "snow_opens_before_it_closes": lambda: _("The opening must come before the closing."),
    "snow_opening_once_a_weekday": lambda: _("First-snow mode adds hours once to a weekday."),
    "snow_lasts_1_to_90_days": lambda: _("First-snow mode lasts 1 to 90 days."),
    "rule_once_a_weekday": lambda: _("That limit is there twice for one weekday."),
    "release_step_once": lambda: _("Two steps release something at the same moment."),
    "release_step_is_1_to_100_percent": lambda: _("A step releases 1 to 100 percent."),
    "release_step_within_two_weeks": lambda: _("A step of release is at most 14 days ahead."),
    "staff_efficiency_is_at_most_300": lambda: _("The efficiency is 0 to 300 percent."),
    "staff_rotation_is_a_week_or_more": lambda: _("A rotation has 1 to 12 weeks."),
    "closure_of_one_person_or_team": lambda: _("Choose a person or a team, not both."),
    "condition_book_by_is_whole": lambda: _(
        "Give the day and the time until which it may be booked, or neither."
    ),
    "reserve_is_at_most_all": lambda: _("The reserve is 0 to 100 percent."),
    "group_code_once_a_dealership": lambda: _("A group of that name is there already."),
    "group_first_start_before_last": lambda: _("The first start must not come after the last start."),
    "condition_first_start_before_last": lambda: _("The first start must not come after the last start."),
}


def require_sound(dealership: Dealership) -> None:
    """Raises Refusal for the first thing that can't be meant; run after a change, before it is committed."""
    _refuse_bad_shifts(dealership)
    _refuse_absurd_numbers(dealership)
    _refuse_endless_ranges(dealership)


def require_something_open(dealership: Dealership, *, now: datetime) -> None:
    """Raises Refusal when the usual weeks have no day left on which anything could be booked.

    Closures and closed ranges say so, with a reason; a rule that closes everything does not.
    """
    if not offers_something(dealership, now=now):
        raise Refusal(
            _(
                "With this, nothing could be booked on any day: no day is left that is open, has an advisor and has"
                " minutes in the shop. If the service is to close, enter a closure, with its reason."
            ),
            code="closes_everything",
        )


def offers_something(dealership: Dealership, *, now: datetime) -> bool:
    """Whether the usual weeks have a day with an advisor and minutes, whatever is closed by a dated change."""
    first = clock.local(now, dealership.zone).date()
    inputs = replace(
        load_inputs(dealership, first, first + timedelta(days=dealership.horizon_days)), changes=()
    )
    # Absences and holidays are dated too: the week must be able to work without them.
    inputs = replace(
        inputs,
        away=frozenset(),
        teams_off=frozenset(),
        carried_over={},
        calendar=replace(inputs.calendar, closed=frozenset()),
    )
    weeks = max((person.rotation_weeks for person in inputs.advisors), default=1)
    for day in clock.local_days(first, 7 * min(weeks, MOST_ROTATION_WEEKS)):
        pools = wanted_pools(inputs, day, now)
        kinds = {key.kind for key, wanted in pools.items() if wanted.cap != 0}
        if {PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY, PoolKind.SKILL_DAY, PoolKind.SHOP_DAY} <= kinds:
            return True
    return False


def sentence_for(error: Error) -> str:
    """What the database refused, as a sentence; empty when it is not one of these rules."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name in CONSTRAINTS:
        return CONSTRAINTS[name]()
    # Django's own check of a positive column, or a number that the column can't hold.
    if name.endswith("_check") or getattr(error.__cause__, "sqlstate", None) == NUMBER_OUT_OF_RANGE:
        return _("A number is negative, or too large to be meant.")
    return ""


def _refuse_bad_shifts(dealership: Dealership) -> None:
    before: Shift | None = None
    shifts = Shift.objects.filter(person__dealership=dealership, person__active=True).select_related("person")
    for shift in shifts.order_by("person", "rotation_week", "weekday", "starts"):
        words = {"name": shift.person.name, "day": _weekday(shift.weekday)}
        if shift.rotation_week >= shift.person.rotation_weeks:
            raise Refusal(
                _("%(name)s has a shift in a week that the rotation does not have.") % words,
                code="no_such_week",
            )
        if before and _same_day(before, shift) and shift.starts < before.ends:
            raise Refusal(
                _("Two shifts of %(name)s overlap on %(day)s. End the first before the second begins.")
                % words,
                code="overlapping_shifts",
            )
        before = shift


def _same_day(one: Shift, other: Shift) -> bool:
    return (one.person_id, one.rotation_week, one.weekday) == (
        other.person_id,
        other.rotation_week,
        other.weekday,
    )


def _weekday(weekday: int) -> str:
    return str(
        format_date(
            ROTATION_EPOCH + timedelta(days=weekday), "EEEE", locale=locale_name(get_language() or "fr")
        )
    )


def _refuse_absurd_numbers(dealership: Dealership) -> None:
    rules = CapacityRule.objects.filter(dealership=dealership, cap__isnull=False).values_list("kind", "cap")
    changes = CapacityChange.objects.filter(
        dealership=dealership, action__in=[ChangeAction.SET, ChangeAction.ADD], amount__isnull=False
    ).values_list("kind", "amount")
    for kind, amount in [*rules, *changes]:
        most = MOST_MINUTES if kind in MINUTES else MOST_UNITS
        if amount is not None and abs(amount) > most:
            raise Refusal(_("%(amount)s is too much to be meant.") % {"amount": amount}, code="absurd_number")
    for person in StaffMember.objects.filter(dealership=dealership, role__in=[Role.ADVISOR, Role.TECHNICIAN]):
        if (person.daily_customers or 0) > MOST_UNITS or person.rotation_weeks > MOST_ROTATION_WEEKS:
            raise Refusal(
                _("%(name)s: a rotation has 12 weeks at most, and a day 999 customers.")
                % {"name": person.name},
                code="absurd_number",
            )


def _refuse_endless_ranges(dealership: Dealership) -> None:
    closures = Closure.objects.filter(dealership=dealership)
    changes = CapacityChange.objects.filter(dealership=dealership)
    ranges: list[tuple[date, date]] = [
        *closures.filter(staff_member=None).values_list("first_day", "last_day"),
        *changes.values_list("first_day", "last_day"),
    ]
    absences = closures.exclude(staff_member=None).values_list("first_day", "last_day")
    if any(last - first > LONGEST_RANGE for first, last in ranges):
        raise Refusal(_("A range of days is a year at most."), code="endless_range")
    if any(last - first > LONGEST_ABSENCE for first, last in absences):
        raise Refusal(_("An absence is two years at most."), code="endless_range")
