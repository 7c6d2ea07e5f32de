"""What the evening leaves for the next day, by skill."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.models import CapacityPool, CarryOver, PoolKind, Skill
from booking.range_words import in_both
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from desk.capacity.fields import HoursField
from desk.capacity.sayings import hours_word, skill_word
from desk.words import page_language
from lib import clock

# No shop leaves more undone than this for one skill.
MOST_HOURS = 200
LOOK_AHEAD = timedelta(days=40)


def next_days(dealership: Dealership, today: date, count: int = 3) -> list[date]:
    """Today when it is open, and the open days after it. One query."""
    calendar = load_calendar(dealership, today, today + LOOK_AHEAD)
    return list(islice(calendar.open_days(today, LOOK_AHEAD.days), count))


def evening_day(days: list[date], today: date) -> date:
    """The next open day after today."""
    return next((day for day in days if day > today), today)


class CarryOverForm(forms.Form):
    """Hours by skill; blank or 0 for nothing."""

    use_required_attribute = False

    def __init__(self, *args: Any, dealership: Dealership, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        known = dict(
            CarryOver.objects.filter(dealership=dealership, local_date=day).values_list("skill", "minutes")
        )
        rooms = dict(
            CapacityPool.objects.filter(dealership=dealership, local_date=day, kind=PoolKind.SKILL_DAY)
            .exclude(cap=None)
            .values_list("subject", "cap")
        )
        for skill in Skill.values:
            if skill not in rooms and skill not in known:
                continue
            room = rooms.get(skill)
            self.fields[skill] = HoursField(
                label=skill_word(skill),
                initial=known.get(skill),
                most=MOST_HOURS,
                help_text=_("of %(hours)s that day") % {"hours": hours_word(room)} if room else "",
            )

    @property
    def minutes(self) -> dict[str, int]:
        return {skill: minutes for skill, minutes in self.cleaned_data.items() if minutes}

    def lines(self) -> list[str]:
        """What is carried over, in words."""
        lines = [f"{skill_word(skill)}: {hours_word(minutes)}" for skill, minutes in self.minutes.items()]
        return lines or [_("Nothing is carried over")]


def save_carry_over(dealership: Dealership, form: CarryOverForm) -> Draft:
    """The day's carried-over work as the form has it."""
    day, minutes, skills = form.day, form.minutes, list(form.fields)

    def change() -> None:
        rows = CarryOver.objects.filter(dealership=dealership, local_date=day)
        rows.filter(skill__in=[skill for skill in skills if skill not in minutes]).delete()
        for skill, count in minutes.items():
            CarryOver.objects.update_or_create(
                dealership=dealership, local_date=day, skill=skill, defaults={"minutes": count}
            )

    def say() -> str:
        return _("Carried over to %(day)s: %(hours)s") % {
            "day": clock.say_short_date(day, page_language()),
            "hours": hours_word(sum(minutes.values())),
        }

    return Draft(change, in_both(say))
