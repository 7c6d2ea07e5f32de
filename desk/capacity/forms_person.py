"""A person of the schedule: their usual weeks, what they take on, and their days off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Skill
from dealerships.models import Role, StaffMember
from desk.capacity.fields import COMPACT, CountField, WallTimeField
from desk.capacity.people import current_week, next_monday_of
from desk.capacity.sayings import WEEK, say_wall, weekday_name
from desk.words import page_language
from lib import clock
from lib.errors import Refusal
from lib.text import clean_line

MOST_WEEKS = 4
# People added with one form.
MOST_AT_ONCE = 30
# Morning, afternoon, evening; more only for whoever has more already.
SPANS = ("a", "b", "c")
MORE_SPANS = ("d", "e", "f")
ROTATIONS: list[tuple[int, Any]] = [
    (1, gettext_lazy("Every week alike")),
    (2, gettext_lazy("Every 2 weeks")),
    (3, gettext_lazy("Every 3 weeks")),
    (4, gettext_lazy("Every 4 weeks")),
]
Span = tuple[int, int, time, time]  # rotation week, weekday, from, until


@dataclass(frozen=True, slots=True)
class DayFields:
    """One day of one week as bound fields: spans of two times each."""

    name: str
    short: str
    spans: list[tuple[forms.BoundField, forms.BoundField]]

    @property
    def errors(self) -> list[str]:
        return [str(sentence) for span in self.spans for field in span for sentence in field.errors]


@dataclass(frozen=True, slots=True)
class WeekFields:
    number: int
    label: str
    days: list[DayFields]


class PersonForm(forms.Form):
    """Name, languages or skills, and the weeks of the rotation; after `is_valid`, `names` and `spans`."""

    role = forms.ChoiceField(
        label=gettext_lazy("Works as"),
        choices=[(Role.ADVISOR, Role.ADVISOR.label), (Role.TECHNICIAN, Role.TECHNICIAN.label)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether this is an advisor or a technician.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Enter a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Serves customers in"),
        choices=[("fr", "Français"), ("en", "English")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    daily_customers = CountField(
        label=gettext_lazy("Customers a day, at most"),
        most=99,
        help_text=gettext_lazy("Blank: no limit. 0: takes nobody."),
    )
    efficiency = CountField(
        label=gettext_lazy("Efficiency, %"),
        least=0,
        most=300,
        help_text=gettext_lazy(
            "Planned minutes sold for each hour worked. 100: an hour is an hour. 0: not counted."
        ),
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"),
        choices=Skill.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("The hours count for each skill that is ticked."),
    )
    rotation_weeks = forms.TypedChoiceField(
        label=gettext_lazy("The weeks repeat"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=ROTATIONS,
        error_messages={"required": gettext_lazy("Say how often the weeks repeat.")},
    )

    use_required_attribute = False

    def __init__(self, *args: Any, person: StaffMember | None, today: date, **kwargs: Any) -> None:
        self.person, self.today = person, today
        self.letters = _letters(person)
        # Longer rotations come from elsewhere; they are kept as they are.
        self.most_weeks = max(MOST_WEEKS, person.rotation_weeks if person else 0)
        kwargs["initial"] = {**_initial(person, self.letters, self.most_weeks), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if person:
            self.fields["role"].required = False
        else:
            self.fields["name"].widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
            self.fields["name"].help_text = _("Several with the same weeks: one name a line.")
        if self.most_weeks > MOST_WEEKS:
            longer = (self.most_weeks, _("Every %(count)s weeks") % {"count": self.most_weeks})
            rotation = cast(forms.TypedChoiceField, self.fields["rotation_weeks"])
            rotation.choices = [*ROTATIONS, longer]
        for week in range(self.most_weeks):
            for weekday in WEEK:
                self._add_times(week, weekday)
        self.spans: list[Span] = []
        self.names: list[str] = []

    def _add_times(self, week: int, weekday: int) -> None:
        when = f"{_('Week %(number)s') % {'number': week + 1}}, {weekday_name(weekday)}"
        words = [_("morning"), _("afternoon"), _("evening")]
        for place, letter in enumerate(self.letters):
            for end, word in (("s", _("from")), ("e", _("until"))):
                label = ", ".join([when, *words[place : place + 1], word])
                field = WallTimeField(label=label)
                field.widget.attrs |= {"aria-label": label, "class": COMPACT}
                self.fields[time_name(week, weekday, letter, end)] = field

    @property
    def is_technician(self) -> bool:
        role = self.person.role if self.person else self["role"].value()
        return role == Role.TECHNICIAN

    def clean_role(self) -> str:
        return self.person.role if self.person else self.cleaned_data["role"]

    def clean_name(self) -> str:
        """The name; of several new people all of them, with commas between."""
        try:
            lines = (
                self.cleaned_data["name"].splitlines() if self.person is None else [self.cleaned_data["name"]]
            )
            self.names = [name for line in lines if (name := clean_line(line, limit=80, field="name"))]
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if len(self.names) > MOST_AT_ONCE:
            raise forms.ValidationError(_("That is too many: %(most)s at most.") % {"most": MOST_AT_ONCE})
        return ", ".join(self.names)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.ADVISOR and not cleaned.get("languages"):
            self.add_error("languages", _("Choose one language at least."))
        if cleaned.get("role") == Role.TECHNICIAN:
            if not cleaned.get("skills"):
                self.add_error("skills", _("Choose one skill at least."))
            if cleaned.get("efficiency") is None and "efficiency" not in self.errors:
                self.add_error("efficiency", _("Enter a percentage; 100 when an hour is an hour."))
        for week in range(cleaned.get("rotation_weeks") or 0):
            for weekday in WEEK:
                self.spans += self._day_spans(cleaned, week, weekday)
        return cleaned

    def _day_spans(self, cleaned: dict[str, Any], week: int, weekday: int) -> Iterable[Span]:
        spans: list[Span] = []
        for letter in self.letters:
            names = time_name(week, weekday, letter, "s"), time_name(week, weekday, letter, "e")
            if any(name in self.errors for name in names):
                return []
            starts, ends = (cleaned.get(name) for name in names)
            if starts is None and ends is None:
                continue
            if starts is None or ends is None:
                missing = _("Say from when.") if starts is None else _("Say until when.")
                self.add_error(names[0 if starts is None else 1], missing)
            elif starts >= ends:
                self.add_error(names[1], _("The end must come after the beginning."))
            elif met := next((one for one in spans if starts < one[3] and one[2] < ends), None):
                self.add_error(
                    names[0],
                    _("This overlaps %(since)s to %(until)s of the same day.")
                    % {"since": say_wall(met[2]), "until": say_wall(met[3])},
                )
            else:
                spans.append((week, weekday, starts, ends))
        return spans

    @property
    def weeks(self) -> list[WeekFields]:
        """The fields of every week that there may be; a style sheet hides those beyond the rotation."""
        chosen = str(self["rotation_weeks"].value() or "1")
        choices = {str(number): number for number in range(1, self.most_weeks + 1)}
        count = choices.get(chosen, 1)
        return [
            WeekFields(week + 1, self._week_label(week, count), [self._day(week, day) for day in WEEK])
            for week in range(self.most_weeks)
        ]

    def _week_label(self, week: int, count: int) -> str:
        if week >= count or count == 1:
            return ""
        if week == current_week(count, self.today):
            return _("this week")
        monday = next_monday_of(week, count, self.today)
        return _("week of %(date)s") % {"date": clock.say_short_date(monday, page_language())}

    def _day(self, week: int, weekday: int) -> DayFields:
        spans = [
            (self[time_name(week, weekday, span, "s")], self[time_name(week, weekday, span, "e")])
            for span in self.letters
        ]
        return DayFields(weekday_name(weekday), weekday_name(weekday, short=True), spans)


def time_name(week: int, weekday: int, span: str, end: str) -> str:
    """The name of one time field: `w0-d4-a-s` is when Friday's first span of week 1 begins."""
    return f"w{week}-d{weekday}-{span}-{end}"


def copy_first_day(data: QueryDict, week: int) -> QueryDict:
    """What was typed, with the first filled day of the week on Monday to Friday."""
    copied = data.copy()
    ends = [(span, end) for span in (*SPANS, *MORE_SPANS) for end in ("s", "e")]
    for weekday in WEEK:
        times = [data.get(time_name(week, weekday, *key), "") for key in ends]
        if any(times):
            for other in range(5):
                for key, value in zip(ends, times, strict=True):
                    copied[time_name(week, other, *key)] = value
            break
    return copied


def _initial(person: StaffMember | None, letters: tuple[str, ...], weeks: int) -> dict[str, Any]:
    if person is None:
        return {
            "role": Role.ADVISOR, "languages": ["fr", "en"], "daily_customers": 12, "efficiency": 100,
            "rotation_weeks": 1,
        }  # fmt: skip
    values: dict[str, Any] = {
        "role": person.role, "name": person.name, "languages": person.languages,
        "daily_customers": person.daily_customers, "efficiency": person.efficiency, "skills": person.skills,
        "rotation_weeks": person.rotation_weeks,
    }  # fmt: skip
    by_day: dict[tuple[int, int], list[tuple[time, time]]] = {}
    for shift in person.shifts.all():
        by_day.setdefault((shift.rotation_week, shift.weekday), []).append((shift.starts, shift.ends))
    for week in range(weeks):
        # A week that a longer rotation would add begins as the first one is.
        source = week if week < person.rotation_weeks else 0
        for weekday in WEEK:
            for letter, (starts, ends) in zip(letters, by_day.get((source, weekday), []), strict=False):
                values[time_name(week, weekday, letter, "s")] = starts
                values[time_name(week, weekday, letter, "e")] = ends
    return values


def _letters(person: StaffMember | None) -> tuple[str, ...]:
    """The spans of a day: three, or as many as this person's fullest day has."""
    if person is None:
        return SPANS
    days = Counter((shift.rotation_week, shift.weekday) for shift in person.shifts.all())
    return (*SPANS, *MORE_SPANS)[: max([len(SPANS), *days.values()])]
