"""A group of services: what belongs to it, when it may start, its seasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Choice, Season, Service, ServiceGroup
from desk.capacity.fields import DayField, WallTimeField
from desk.capacity.forms_conditions import Rows
from desk.capacity.sayings import own_words
from lib.errors import Refusal
from lib.text import clean_line

# Seasons that can be added at once.
NEW_SEASONS = 1
SEASON = ("name_fr", "name_en", "opens_on", "first_day", "last_day")
NAME = 80


@dataclass(frozen=True, slots=True)
class SeasonValues:
    pk: int | None
    name_fr: str
    name_en: str
    opens_on: date
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class MemberOption:
    """A service that may belong, and its answers that may belong alone."""

    value: str
    label: str
    selected: bool
    answers: list[MemberOption]


def line_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.TextInput(attrs={"autocomplete": "off"}), strip=True, **more
    )


def clean_names(form: forms.Form, french: str, english: str) -> tuple[str, str]:
    """Both names, cleaned; a blank English one is as the French."""
    names = []
    for field in (french, english):
        try:
            names.append(clean_line(form.cleaned_data.get(field) or "", limit=NAME, field=field))
        except Refusal as refusal:
            form.add_error(field, str(refusal))
            names.append("")
    return names[0], names[1] or names[0]


class GroupForm(forms.Form):
    """After `is_valid`: `names`, `members` as (service id, choice id or None), `seasons`."""

    use_required_attribute = False

    name_fr = line_field(
        gettext_lazy("Name in French"), error_messages={"required": gettext_lazy("Enter a name.")}
    )
    name_en = line_field(
        gettext_lazy("Name in English"), required=False, help_text=gettext_lazy("Blank: as in French.")
    )
    first_start = WallTimeField(
        label=gettext_lazy("Not before"), help_text=gettext_lazy("Blank: as soon as it opens.")
    )
    last_start = WallTimeField(
        label=gettext_lazy("Last start"), help_text=gettext_lazy("Blank: until it closes.")
    )
    only_in_season = forms.BooleanField(label=gettext_lazy("Only in a season"), required=False)

    def __init__(
        self, *args: Any, group: ServiceGroup | None, rows: Rows, today: date, **kwargs: Any
    ) -> None:
        self.group, self.rows, self.today = group, rows, today
        self.known = list(group.seasons.all()) if group else []
        belongs = {_member(one.service_id, one.choice_id) for one in group.members.all()} if group else set()
        kwargs["initial"] = {**_initial(group, self.known), "members": sorted(belongs)}
        super().__init__(*args, **kwargs)
        self.fields["members"] = forms.MultipleChoiceField(
            label=_("Work that belongs to it"),
            required=False,
            choices=list(self._member_choices()),
            widget=forms.CheckboxSelectMultiple,
        )
        for place in range(len(self.known) + NEW_SEASONS):
            self._add_season(place)
        self.names = ("", "")
        self.members: list[tuple[int, int | None]] = []
        self.seasons: list[SeasonValues] = []

    def _add_season(self, place: int) -> None:
        fields: dict[str, forms.Field] = {
            "name_fr": line_field(_("Season in French"), required=False),
            "name_en": line_field(_("Season in English"), required=False),
            "opens_on": DayField(label=_("Booking opens on")),
            "first_day": DayField(label=_("Work from")),
            "last_day": DayField(label=_("Work until")),
        }
        for name, field in fields.items():
            self.fields[f"season-{place}-{name}"] = field
        if place < len(self.known):
            self.fields[f"season-{place}-delete"] = forms.BooleanField(
                label=_("Delete this season"), required=False
            )

    def _member_choices(self) -> Iterator[tuple[str, str]]:
        for service in self.rows.services:
            yield _member(service.pk, None), own_words(service, "name")
            for choice in self.rows.answers.get(service.pk, []):
                yield _member(service.pk, choice.pk), own_words(choice, "label")

    @property
    def member_options(self) -> list[MemberOption]:
        chosen = set(self["members"].value() or [])

        def option(service: Service, choice: Choice | None = None) -> MemberOption:
            value = _member(service.pk, choice.pk if choice else None)
            label = own_words(choice, "label") if choice else own_words(service, "name")
            answers = (
                [] if choice else [option(service, one) for one in self.rows.answers.get(service.pk, [])]
            )
            return MemberOption(value, label, value in chosen, answers)

        return [option(service) for service in self.rows.services]

    @property
    def season_rows(self) -> list[list[forms.BoundField]]:
        rows = []
        for place in range(len(self.known) + NEW_SEASONS):
            names = [f"season-{place}-{name}" for name in (*SEASON, "delete")]
            rows.append([self[name] for name in names if name in self.fields])
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "name_fr" in cleaned:
            self.names = clean_names(self, "name_fr", "name_en")
        first, last = cleaned.get("first_start"), cleaned.get("last_start")
        if first and last and last < first:
            self.add_error("last_start", _("The last start must not come before the first."))
        self.members = [_read_member(value) for value in cleaned.get("members", [])]
        if not self.members and "members" not in self.errors:
            self.add_error(
                "members", _("Choose what belongs to the group: without anything it limits nothing.")
            )
        self.seasons = [
            season
            for place in range(len(self.known) + NEW_SEASONS)
            if (season := self._read_season(cleaned, place))
        ]
        coming = [season for season in self.seasons if season.last_day >= self.today]
        if cleaned.get("only_in_season") and not coming and not self.errors:
            self.add_error(
                "only_in_season",
                _("No season is to come: this work could never be booked. Add a season, or untick this."),
            )
        return cleaned

    def _read_season(self, cleaned: dict[str, Any], place: int) -> SeasonValues | None:
        prefix = f"season-{place}-"
        values = {name: cleaned.get(prefix + name) for name in SEASON}
        if cleaned.get(prefix + "delete") or not any(values.values()):
            return None
        if any(prefix + name in self.errors for name in SEASON):
            return None
        for name, sentence in (
            ("name_fr", _("Enter a name.")),
            ("first_day", _("Choose a day.")),
            ("last_day", _("Choose a day.")),
        ):
            if not values[name]:
                self.add_error(prefix + name, sentence)
        first, last = values["first_day"], values["last_day"]
        if not (first and last and values["name_fr"]):
            return None
        opens = values["opens_on"] or self.today
        known = self.known[place] if place < len(self.known) else None
        if last < first:
            self.add_error(prefix + "last_day", _("The last day must not come before the first."))
        elif last < self.today and known is None:
            self.add_error(prefix + "last_day", _("That season is over: choose days to come."))
        elif opens > last:
            self.add_error(prefix + "opens_on", _("Booking would open after the season is over."))
        french, english = clean_names(self, prefix + "name_fr", prefix + "name_en")
        return SeasonValues(known.pk if known else None, french, english, opens, first, last)


def _member(service: int, choice: int | None) -> str:
    return f"{service}-{choice}" if choice else str(service)


def _read_member(value: str) -> tuple[int, int | None]:
    service, _dash, choice = value.partition("-")
    return int(service), int(choice) if choice else None


def _initial(group: ServiceGroup | None, seasons: list[Season]) -> dict[str, Any]:
    if group is None:
        return {}
    values: dict[str, Any] = {
        name: getattr(group, name)
        for name in ("name_fr", "name_en", "first_start", "last_start", "only_in_season")
    }
    for place, season in enumerate(seasons):
        values |= {f"season-{place}-{name}": getattr(season, name) for name in SEASON}
    return values
