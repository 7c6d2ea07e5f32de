"""The form that changes a range: what, which days, which hours, what happens, why."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.actions.edit import Draft
from booking.actions.ranges import Range, range_change
from booking.models import ChangeAction, PoolKind
from booking.rulebook import rulebook_of
from dealerships.calendar import Calendar
from dealerships.models import Dealership, User
from desk.capacity.fields import (
    MOST_COUNT,
    CountField,
    DayField,
    HoursField,
    WallTimeField,
    number_input,
    skipped_time,
    skipped_time_sentence,
)
from desk.capacity.scopes import Family, Scope, families, find_scope, load_facts
from lib import clock
from lib.errors import Refusal
from lib.text import clean_line

MOST_DAYS = 366
LONGEST_REASON = 120
CLOSE, FULL, OPEN, SET, RAISE, LOWER = "close", "full", "open", "set", "raise", "lower"
LIMITS = (SET, RAISE, LOWER)
ALL_DAY, TIMES = "day", "times"
# As booking.needs.part_of divides the day.
HOURS: dict[str, tuple[time, time]] = {
    "am": (time(0), time(12)),
    "pm": (time(12), time(17)),
    "eve": (time(17), time(23, 59)),
}
# What the rules call by another name than the form.
FIELDS = {"kind": "what", "subject": "what"}
PARTS = [
    (ALL_DAY, gettext_lazy("All day")),
    ("am", gettext_lazy("Morning")),
    ("pm", gettext_lazy("Afternoon")),
    ("eve", gettext_lazy("Evening")),
    (TIMES, gettext_lazy("Other hours")),
]
ACTIONS = [
    (CLOSE, gettext_lazy("Close")),
    (FULL, gettext_lazy("Take nobody more")),
    (OPEN, gettext_lazy("Open again")),
    (SET, gettext_lazy("Set the limit")),
    (RAISE, gettext_lazy("Raise the limit")),
    (LOWER, gettext_lazy("Lower the limit")),
]


class RangeForm(forms.Form):
    """After `is_valid`: `scope`, `where` (booking.actions.ranges.Range), `action_taken` and `units` are what a draft takes."""

    what = forms.ChoiceField(label=gettext_lazy("What to change"))
    first_day = DayField(label=gettext_lazy("First day"), required=True)
    last_day = DayField(label=gettext_lazy("Last day"))
    part = forms.ChoiceField(label=gettext_lazy("Hours"), choices=PARTS, widget=forms.RadioSelect)
    from_time = WallTimeField(label=gettext_lazy("From"))
    until_time = WallTimeField(label=gettext_lazy("Until"))
    action = forms.ChoiceField(label=gettext_lazy("What happens"), choices=ACTIONS, widget=forms.RadioSelect)
    amount = forms.CharField(
        label=gettext_lazy("How many"), required=False, widget=number_input(inputmode="decimal")
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "change-reasons"}),
        error_messages={
            "required": gettext_lazy("Say why: it is shown to the team, and kept in the journal.")
        },
    )

    def __init__(self, *args: Any, dealership: Dealership, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.dealership = dealership
        self.today = today
        self.families: list[Family] = families(load_facts(dealership))
        self.scope: Scope | None = None
        self.where: Range | None = None
        self.units: int | None = None
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (family.label, [(scope.code, scope.label) for scope in family.scopes]) for family in self.families
        ]
        for name in ("first_day", "last_day"):
            field = self.fields[name]
            assert isinstance(field, DayField)
            field.from_day = today

    @property
    def action_taken(self) -> ChangeAction:
        """What is written; raising and lowering are one action with a sign."""
        action = self.cleaned_data["action"]
        return ChangeAction.ADD if action in (RAISE, LOWER) else ChangeAction(action)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.scope = find_scope(self.families, cleaned.get("what", ""))
        self._clean_days(cleaned)
        hours = self._clean_hours(cleaned)
        self._clean_amount(cleaned)
        if not self.errors and self.scope:
            self._require_open(cleaned["first_day"], cleaned["last_day"], hours)
        if not self.errors and self.scope:
            kind = self.scope.kind if cleaned["action"] in LIMITS else self.scope.closes
            self.where = Range(cleaned["first_day"], cleaned["last_day"], kind, self.scope.subject, *hours)
        return cleaned

    def clean_reason(self) -> str:
        try:
            return clean_line(self.cleaned_data["reason"], limit=LONGEST_REASON, field="reason")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None

    @property
    def day(self) -> date:
        """A day of the week that changes."""
        day: date = self.cleaned_data["first_day"]
        return day

    def draft(self, by: User) -> Draft:
        """The change of a valid form. Raises what it is refused for."""
        assert self.where, "only a valid form is a change"
        return range_change(
            self.dealership,
            self.where,
            by=by,
            action=self.action_taken,
            amount=self.units,
            reason=self.cleaned_data["reason"],
        )

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal at its field, or above them all."""
        field = FIELDS.get(refusal.field, refusal.field)
        if field in ("from_time", "until_time") and self.cleaned_data.get("part") != TIMES:
            field = "part"
        self.add_error(field if field in self.fields else None, str(refusal))

    def _clean_days(self, cleaned: dict[str, Any]) -> None:
        first = cleaned.get("first_day")
        last = cleaned.get("last_day") or (first if "last_day" not in self.errors else None)
        cleaned["last_day"] = last
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_day", _("The last day is before the first."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("last_day", _("A range is at most %(days)s days.") % {"days": MOST_DAYS})

    def _clean_hours(self, cleaned: dict[str, Any]) -> tuple[time | None, time | None]:
        part = cleaned.get("part")
        if part in (None, ALL_DAY) or not self.scope:
            return None, None
        limited = cleaned.get("action") in LIMITS
        if self.scope.limited_by_the_day if limited else self.scope.closes_by_the_day:
            self.add_error("part", self._say_by_the_day(limited=limited))
            return None, None
        if part != TIMES:
            return HOURS[part]
        if self.scope.kind == PoolKind.SERVICE_GROUP:
            sentence = _(
                "A group of services is counted by morning, afternoon and evening: choose one of them."
            )
            self.add_error("part", sentence)
            return None, None
        return self._clean_times(cleaned)

    def _say_by_the_day(self, *, limited: bool) -> str:
        if limited:
            return _("This limit counts the whole day. Choose “All day”, or close a part of the day instead.")
        return _("This is counted by the day. Choose “All day”.")

    def _clean_times(self, cleaned: dict[str, Any]) -> tuple[time | None, time | None]:
        begins, ends = cleaned.get("from_time"), cleaned.get("until_time")
        for name, value in (("from_time", begins), ("until_time", ends)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Enter a time."))
        if begins is None or ends is None:
            return None, None
        if ends <= begins:
            self.add_error("until_time", _("The end is before the beginning."))
        for name, value in (("from_time", begins), ("until_time", ends)):
            if self._is_skipped(cleaned, value):
                self.add_error(name, skipped_time_sentence(value))
        return begins, ends

    def _is_skipped(self, cleaned: dict[str, Any], wall: time) -> bool:
        """A time that the clocks jump over on one of the range's ends."""
        days = {day for day in (cleaned.get("first_day"), cleaned.get("last_day")) if day}
        return any(skipped_time(day, wall, self.dealership.zone) for day in days)

    def _clean_amount(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("action") not in LIMITS or not self.scope:
            return
        field = HoursField() if self.scope.in_hours else CountField(most=MOST_COUNT)
        try:
            amount = field.clean(cleaned.get("amount", ""))
        except forms.ValidationError as error:
            self.add_error("amount", error)
            return
        if cleaned["action"] == SET:
            self.units = amount
        elif not amount:
            self.add_error("amount", _("Enter by how much, more than 0."))
        else:
            self.units = amount if cleaned["action"] == RAISE else -amount

    def _require_open(self, first: date, last: date, hours: tuple[time | None, time | None]) -> None:
        """On days or at hours when nobody comes anyway, a change would do nothing: that is a slip."""
        book = rulebook_of(self.dealership)
        calendar = book.snow.calendar if book.snow else book.calendar
        days = [day for day in clock.local_days(first, (last - first).days + 1) if calendar.is_open(day)]
        if not days:
            sentence = ngettext(
                "The shop is closed on that day.", "The shop is closed on all of these days.",
                (last - first).days + 1,
            )  # fmt: skip
            self.add_error("first_day", sentence)
        elif hours[0] and hours[1] and not _open_then(calendar, days, hours[0], hours[1]):
            self.add_error("part", _("The shop is not open at these hours."))


def _open_then(calendar: Calendar, days: list[date], begins: time, ends: time) -> bool:
    return any(begins < closes and opens < ends for opens, closes in map(calendar.hours_on, days))
