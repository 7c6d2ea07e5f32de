"""Form fields of the capacity pages. What can't be read is refused with a sentence, never taken for a blank.

Numbers are plain text with a numeric keyboard: a browser's number field sends nothing for what it can't read,
and nothing means "no limit" here.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.capacity.sayings import plain_hours
from desk.converters import parse_day
from lib import clock

# A day of a very large shop is some hundreds of hours; ten thousand is a slip of the keyboard.
MOST_HOURS = 2000
MOST_COUNT = 999
# Of inputs in a table.
COMPACT = "form-control form-control-small"
SPACES = "\u00a0\u202f "


def number_input(**attributes: str) -> forms.TextInput:
    """A short text field with the keyboard of numbers."""
    return forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "8", **attributes}
    )


class CountField(forms.Field):
    """A whole number from `least` to `most`; blank is None."""

    def __init__(self, *, least: int = 0, most: int = MOST_COUNT, **more: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**{"required": False, "widget": number_input(), **more})

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip(SPACES)
        if not text:
            return None
        try:
            number = int(text) if text.lstrip("-+").isascii() else None
        except ValueError:
            number = None
        if number is None:
            raise ValidationError(_("Enter a whole number."), code="number")
        if number < self.least:
            raise ValidationError(
                _("Enter %(least)s or more.") % {"least": self.least}
                if self.least
                else _("A negative number means nothing here: enter 0 or more."),
                code="too_small",
            )
        if number > self.most:
            raise ValidationError(
                _("That is too many: %(most)s at most.") % {"most": self.most}, code="too_large"
            )
        return number


class HoursField(forms.Field):
    """Hours as people write them, `31,5` or `31.5`; the value is in minutes, blank is None."""

    def __init__(self, *, most: int = MOST_HOURS, **more: Any) -> None:
        self.most = most
        widget = number_input(inputmode="decimal")
        super().__init__(**{"required": False, "widget": widget, **more})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        text = str(value if value is not None else "").strip(SPACES).removesuffix("h").strip(SPACES)
        if not text:
            return None
        try:
            hours = Decimal(text.replace(",", "."))
        except InvalidOperation:
            hours = Decimal("NaN")
        if not hours.is_finite():
            raise ValidationError(_("Enter hours, for example 31.5."), code="number")
        if hours < 0:
            raise ValidationError(
                _("A negative number means nothing here: enter 0 or more."), code="too_small"
            )
        if hours > self.most:
            raise ValidationError(
                _("That is too many: %(most)s hours at most.") % {"most": self.most}, code="too_large"
            )
        return int((hours * 60).to_integral_value())

    def prepare_value(self, value: Any) -> Any:
        return plain_hours(value) if isinstance(value, int) else value


class WallTimeField(forms.TimeField):
    """A time of day, without seconds."""

    default_error_messages = {"invalid": gettext_lazy("Enter a time such as 7:30.")}

    def __init__(self, **more: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%H h"]
        super().__init__(**{"required": False, "widget": widget, "input_formats": formats, **more})


class DayField(forms.Field):
    """A day of the calendar; with `from_day`, none before it."""

    def __init__(self, *, from_day: date | None = None, **more: Any) -> None:
        self.from_day = from_day
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"required": False, "widget": widget, **more})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_day(text)
        except ValueError:
            raise ValidationError(_("Enter a date such as 2026-12-24."), code="date") from None

    def validate(self, value: date | None) -> None:
        if value is None and self.required:
            raise ValidationError(_("Choose a day."), code="required")
        if value is not None and self.from_day is not None and value < self.from_day:
            raise ValidationError(_("That day is past: choose today or later."), code="past")


def skipped_time(day: date, wall_time: time, zone: str) -> bool:
    """Whether the clocks jump over this time on this day, in spring."""
    there = clock.local(clock.at_local(day, wall_time, zone), zone)
    return there.replace(tzinfo=None) != datetime.combine(day, wall_time)


def skipped_time_sentence(wall_time: time) -> str:
    return _("The clocks go forward that night: %(time)s does not exist on that day.") % {
        "time": wall_time.strftime("%H:%M")
    }
