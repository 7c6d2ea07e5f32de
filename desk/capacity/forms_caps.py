"""The table of the week's limits, typed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from desk.capacity.caps import CapRow, CapSection, WeekCaps
from desk.capacity.fields import COMPACT, CountField, HoursField, WallTimeField
from desk.capacity.sayings import WEEK, hours_word, say_limit, say_wall, weekday_name

MOST_SEATS = 60
# Departures that can be added at once.
NEW_DEPARTURES = 1


@dataclass(frozen=True, slots=True)
class CapChange:
    """One cell typed over."""

    row: CapRow
    weekday: int
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class DepartureChange:
    when: time
    weekday: int
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class CellField:
    """A cell: its field, what 0 means in it, whether it is 0, and what the technicians give."""

    field: forms.BoundField
    weekday: int
    day: str
    word: str
    zero: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RowFields:
    row: CapRow
    cells: list[CellField]


@dataclass(frozen=True, slots=True)
class SectionFields:
    section: CapSection
    rows: list[RowFields]


@dataclass(frozen=True, slots=True)
class DepartureFields:
    when: forms.BoundField
    cells: list[CellField]
    new: bool


class CapsForm(forms.Form):
    """A number field for each limit and weekday. After `is_valid`, `changes` and `departure_changes`."""

    use_required_attribute = False

    def __init__(self, *args: Any, caps: WeekCaps, weekdays: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caps, self.weekdays = caps, weekdays
        self.departures = sorted({when for when, _weekday in caps.departures})
        for row in self._rows():
            for weekday in weekdays:
                self._add_cell(row, weekday)
        for place in range(len(self.departures) + NEW_DEPARTURES):
            self._add_departure(place)
        self.changes: list[CapChange] = []
        self.departure_changes: list[DepartureChange] = []

    def _rows(self) -> Iterator[CapRow]:
        return (row for section in self.caps.sections for row in section.rows)

    def _add_cell(self, row: CapRow, weekday: int) -> None:
        label = f"{row.label}, {weekday_name(weekday)}"
        kind = HoursField if row.in_hours else CountField
        self._add(cell_name(row, weekday), kind(label=label, initial=self.caps.cap(row, weekday)))

    def _add_departure(self, place: int) -> None:
        known = self.departures[place] if place < len(self.departures) else None
        said = say_wall(known) if known else _("New departure")
        field = WallTimeField(label=_("Departure of the shuttle"), initial=known)
        field.widget.attrs |= {"class": COMPACT, "aria-label": f"{field.label}, {said}"}
        self.fields[f"departure-{place}"] = field
        for weekday in self.weekdays:
            label = f"{_('Shuttle')} {said}, {weekday_name(weekday)}"
            seats = self.caps.departures.get((known, weekday), 0) if known else 0
            self._add(f"seats-{place}-{weekday}", CountField(label=label, most=MOST_SEATS, initial=seats))

    def _add(self, name: str, field: forms.Field) -> None:
        field.widget.attrs |= {
            "class": f"{COMPACT} lim-input",
            "aria-label": field.label,
            "placeholder": _("no limit"),
            "data-limit": "",
        }
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self._rows():
            for weekday in self.weekdays:
                name = cell_name(row, weekday)
                old = self.caps.cap(row, weekday)
                if name in cleaned and cleaned[name] != old:
                    self.changes.append(CapChange(row, weekday, old, cleaned[name]))
        self.departure_changes = list(self._departure_changes(cleaned))
        return cleaned

    def _departure_changes(self, cleaned: dict[str, Any]) -> Iterator[DepartureChange]:
        """Seats by departure as typed against what is; a departure without seats on any day is gone."""
        wanted: dict[tuple[time, int], int | None] = {}
        seen: set[time] = set()
        for place in range(len(self.departures) + NEW_DEPARTURES):
            when = cleaned.get(f"departure-{place}")
            seats = {day: cleaned.get(f"seats-{place}-{day}", 0) for day in self.weekdays}
            if when is None:
                if any(value != 0 for value in seats.values()) and f"departure-{place}" not in self.errors:
                    self.add_error(f"departure-{place}", _("Say when it leaves."))
                continue
            if when in seen:
                self.add_error(
                    f"departure-{place}",
                    _("Two shuttles leave at that time: give one line the seats of both."),
                )
            seen.add(when)
            wanted |= {(when, weekday): value for weekday, value in seats.items() if value != 0}
        shown = {key: cap for key, cap in self.caps.departures.items() if key[1] in self.weekdays}
        for when, weekday in sorted({*wanted, *shown}):
            old, new = shown.get((when, weekday), 0), wanted.get((when, weekday), 0)
            if old != new:
                yield DepartureChange(when, weekday, old, new)

    @property
    def has_changes(self) -> bool:
        return bool(self.changes or self.departure_changes)

    @property
    def days(self) -> list[tuple[str, str, bool]]:
        """(name, short name, open) of each column."""
        return [
            (weekday_name(day), weekday_name(day, short=True), day in self.caps.open_weekdays)
            for day in self.weekdays
        ]

    @property
    def sections(self) -> list[SectionFields]:
        return [
            SectionFields(section, [RowFields(row, self._cells(row)) for row in section.rows])
            for section in self.caps.sections
        ]

    def _cells(self, row: CapRow) -> list[CellField]:
        return [
            self._cell(self[cell_name(row, day)], day, _("closed"), self._hint(row, day))
            for day in self.weekdays
        ]

    def _cell(self, field: forms.BoundField, weekday: int, word: str, hint: str = "") -> CellField:
        shown = str(field.value() if field.value() is not None else "").strip()
        return CellField(field, weekday, weekday_name(weekday, short=True), word, shown == "0", hint)

    def _hint(self, row: CapRow, weekday: int) -> str:
        if not row.in_hours or not self.caps.technicians:
            return ""
        return hours_word(self.caps.given.get((row.subject, weekday), 0))

    @property
    def departure_rows(self) -> list[DepartureFields]:
        return [
            DepartureFields(
                self[f"departure-{place}"],
                [self._cell(self[f"seats-{place}-{day}"], day, _("no departure")) for day in self.weekdays],
                place >= len(self.departures),
            )
            for place in range(len(self.departures) + NEW_DEPARTURES)
        ]

    def lines(self) -> list[str]:
        """What was typed over, a line for each limit."""
        lines: dict[str, list[str]] = {}
        for change in self.changes:
            label = self._full_label(change.row)
            lines.setdefault(label, []).append(_said(change, hours=change.row.in_hours))
        for departure in self.departure_changes:
            label = _("Shuttle %(time)s") % {"time": say_wall(departure.when)}
            lines.setdefault(label, []).append(_said(departure, hours=False))
        return [
            _("%(what)s: %(how)s") % {"what": label, "how": ", ".join(how)} for label, how in lines.items()
        ]

    def _full_label(self, row: CapRow) -> str:
        group = row.subject.split("/", maxsplit=1)[0]
        name = self.caps.group_names.get(group)
        return f"{name}, {row.label}" if name and "/" in row.subject else row.label

    def changed_labels(self) -> list[str]:
        labels = [self._full_label(change.row) for change in self.changes]
        return list(dict.fromkeys([*labels, *([_("Shuttle")] if self.departure_changes else [])]))


def cell_name(row: CapRow, weekday: int) -> str:
    return f"{row.code}-{weekday}"


def shown_weekdays(caps: WeekCaps, *, everything: bool) -> list[int]:
    """The weekdays with hours or with limits; with `everything`, all seven."""
    limited = {weekday for _kind, _subject, weekday in caps.caps}
    return [day for day in WEEK if everything or day in caps.open_weekdays or day in limited]


def _said(change: CapChange | DepartureChange, *, hours: bool) -> str:
    old, new = say_limit(change.old, hours=hours), say_limit(change.new, hours=hours)
    return f"{weekday_name(change.weekday, short=True)} {old} → {new}"
