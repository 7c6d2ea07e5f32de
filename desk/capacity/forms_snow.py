"""Preparing the first snow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.first_snow import Opening, Preparation
from booking.models import FirstSnow
from dealerships.models import StaffMember
from desk.capacity.fields import COMPACT, CountField, HoursField, WallTimeField
from desk.capacity.sayings import WEEK, weekday_name

MOST_TIRE_HOURS = 100
MOST_NOTICE = 1440
SNOW_COUNT = 99


@dataclass(frozen=True, slots=True)
class OpeningFields:
    """A weekday's added hours as bound fields."""

    name: str
    opens: forms.BoundField
    closes: forms.BoundField
    hours: forms.BoundField
    advisors: forms.BoundField


@dataclass(frozen=True, slots=True)
class RaiseField:
    label: str
    field: forms.BoundField


class SnowForm(forms.Form):
    """After `is_valid`, `preparation`."""

    use_required_attribute = False

    lasts_days = CountField(
        label=gettext_lazy("Lasts, days"),
        required=True,
        least=1,
        most=90,
        help_text=gettext_lazy("It ends by itself after that."),
        error_messages={"required": gettext_lazy("Enter a number of days.")},
    )
    notice_minutes = CountField(
        label=gettext_lazy("Notice for tires, minutes"),
        required=True,
        most=MOST_NOTICE,
        help_text=gettext_lazy("How long before a start the web may still take it."),
        error_messages={"required": gettext_lazy("Enter a number of minutes; 0 for none.")},
    )
    extra_tire_minutes = HoursField(
        label=gettext_lazy("More tire work on each open day, hours"),
        most=MOST_TIRE_HOURS,
        help_text=gettext_lazy("Beyond the hours added above."),
    )
    web_takes_all = forms.BooleanField(
        label=gettext_lazy("The web may take everything: nothing is kept for phone and walk-in"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        snow: FirstSnow | None,
        advisors: list[StaffMember],
        raisable: list[tuple[int, str, str]],
        **kwargs: Any,
    ) -> None:
        self.advisors, self.raisable = advisors, raisable
        kwargs["initial"] = _initial(snow)
        super().__init__(*args, **kwargs)
        for weekday in WEEK:
            self._add_opening(weekday)
        for place, (_kind, _subject, label) in enumerate(raisable):
            field = CountField(label=label, most=SNOW_COUNT)
            field.widget.attrs |= {
                "class": COMPACT,
                "aria-label": _("%(what)s: how many more") % {"what": label},
            }
            self.fields[f"raise-{place}"] = field
            if snow:
                known = {(one.kind, one.subject): one.add for one in snow.raises.all()}
                field.initial = known.get(raisable[place][:2])
        self.preparation: Preparation | None = None

    def _add_opening(self, weekday: int) -> None:
        fields: dict[str, forms.Field] = {
            "opens": WallTimeField(label=_("from")),
            "closes": WallTimeField(label=_("until")),
            "hours": HoursField(label=_("tire work, hours"), most=MOST_TIRE_HOURS),
            "advisors": forms.MultipleChoiceField(
                label=_("checked in by"),
                required=False,
                choices=[(str(one.pk), one.name) for one in self.advisors],
                widget=forms.CheckboxSelectMultiple,
            ),
        }
        for name, field in fields.items():
            field.widget.attrs["aria-label"] = f"{weekday_name(weekday)}, {field.label}"
            if name != "advisors":
                field.widget.attrs["class"] = COMPACT
            field.label = f"{weekday_name(weekday)}, {field.label}"
            self.fields[f"{name}-{weekday}"] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        openings = list(self._read_openings(cleaned))
        if not self.errors:
            self.preparation = Preparation(
                lasts_days=cleaned["lasts_days"],
                notice_minutes=cleaned["notice_minutes"],
                web_takes_all=cleaned["web_takes_all"],
                extra_tire_minutes=cleaned["extra_tire_minutes"] or 0,
                openings=openings,
                raises={
                    self.raisable[place][:2]: units
                    for place in range(len(self.raisable))
                    if (units := cleaned[f"raise-{place}"])
                },
            )
        return cleaned

    def _read_openings(self, cleaned: dict[str, Any]) -> Iterator[Opening]:
        for weekday in WEEK:
            names = [f"{name}-{weekday}" for name in ("opens", "closes", "hours")]
            opens, closes, minutes = (cleaned.get(name) for name in names)
            if any(name in self.errors for name in names) or (
                opens is None and closes is None and not minutes
            ):
                continue
            missing = {
                names[0]: _("Say from when.") if opens is None else "",
                names[1]: _("Say until when.") if closes is None else "",
                names[2]: _("Say how many hours of tire work.") if not minutes else "",
            }
            for name, sentence in missing.items():
                if sentence:
                    self.add_error(name, sentence)
            if opens is None or closes is None or not minutes:
                continue
            if closes <= opens:
                self.add_error(names[1], _("The end must come after the beginning."))
                continue
            chosen = tuple(int(pk) for pk in cleaned.get(f"advisors-{weekday}", []))
            yield Opening(weekday, opens, closes, minutes, chosen)

    @property
    def openings(self) -> list[OpeningFields]:
        return [
            OpeningFields(
                weekday_name(weekday),
                *(self[f"{name}-{weekday}"] for name in ("opens", "closes", "hours", "advisors")),
            )
            for weekday in WEEK
        ]

    @property
    def raises(self) -> list[RaiseField]:
        return [
            RaiseField(label, self[f"raise-{place}"]) for place, (_k, _s, label) in enumerate(self.raisable)
        ]


def _initial(snow: FirstSnow | None) -> dict[str, Any]:
    usual = snow or FirstSnow()
    values: dict[str, Any] = {
        "lasts_days": usual.lasts_days,
        "notice_minutes": usual.notice_minutes,
        "extra_tire_minutes": usual.extra_tire_minutes or None,
        "web_takes_all": usual.web_takes_all,
    }
    for opening in snow.openings.all() if snow else ():
        values |= {
            f"opens-{opening.weekday}": opening.opens,
            f"closes-{opening.weekday}": opening.closes,
            f"hours-{opening.weekday}": opening.tire_minutes,
            f"advisors-{opening.weekday}": [str(pk) for pk in opening.advisors],
        }
    return values
