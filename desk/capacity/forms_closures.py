"""Closing for some days, and other hours on one day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.models import Skill
from dealerships.models import Closure, Dealership, SpecialHours, StaffMember
from desk.capacity.closures import shop_closure_on
from desk.capacity.fields import DayField, WallTimeField, skipped_time, skipped_time_sentence
from desk.capacity.forms_group import clean_names, line_field
from desk.capacity.people import SCHEDULED
from desk.capacity.sayings import own_words, skill_word

LONGEST_CLOSURE = timedelta(days=400)
SHOP = "shop"


class ReasonForm(forms.Form):
    """A reason in both languages; after `is_valid`, `reasons`."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = ("", "")
        self.fields["reason_fr"] = line_field(
            _("Reason in French"), error_messages={"required": _("Say why: the staff and customers read it.")}
        )
        self.fields["reason_en"] = line_field(
            _("Reason in English"), required=False, help_text=_("Blank: as in French.")
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "reason_fr" in cleaned:
            self.reasons = clean_names(self, "reason_fr", "reason_en")
        return cleaned


class ClosureForm(ReasonForm):
    """Who is closed, from when to when, and why."""

    def __init__(self, *args: Any, dealership: Dealership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dealership = dealership
        people = StaffMember.objects.filter(dealership=dealership, role__in=SCHEDULED, active=True)
        self.people = {one.pk: one for one in people.order_by("name")}
        fields: dict[str, forms.Field] = {
            "who": forms.ChoiceField(label=_("Who is closed"), choices=self._scopes(), initial=SHOP),
            "first_day": DayField(label=_("First day"), required=True, from_day=today),
            "last_day": DayField(label=_("Last day"), help_text=_("Blank: one day only."), from_day=today),
        }
        self.fields = {**fields, **self.fields}

    def _scopes(self) -> list[Any]:
        teams = [(f"team:{skill}", skill_word(skill)) for skill in Skill.values]
        people = [(f"person:{pk}", one.name) for pk, one in self.people.items()]
        return [
            (SHOP, _("The whole shop")),
            (_("A team"), teams),
            *([(_("One person"), people)] if people else []),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = cleaned.get("first_day")
        last = cleaned.get("last_day") or first
        if not first or not last or "last_day" in self.errors:
            return cleaned
        if last < first:
            self.add_error("last_day", _("The last day must not come before the first."))
        elif last - first > LONGEST_CLOSURE:
            self.add_error("last_day", _("That is longer than a year."))
        elif "who" in cleaned and (known := self._known(first, last)):
            self.add_error(
                "first_day",
                _("These days are closed already: %(reason)s.") % {"reason": own_words(known, "reason")},
            )
        cleaned["last_day"] = last
        return cleaned

    def _known(self, first: date, last: date) -> Closure | None:
        same = Closure.objects.filter(
            dealership=self.dealership, first_day__lte=first, last_day__gte=last, **self.scope
        )
        return same.first()

    @property
    def scope(self) -> dict[str, Any]:
        """The closure's own columns for who is closed."""
        kind, _colon, which = self.cleaned_data["who"].partition(":")
        return {
            "staff_member_id": int(which) if kind == "person" else None,
            "team": which if kind == "team" else "",
        }

    @property
    def who(self) -> str:
        """Who is closed, in words."""
        kind, _colon, which = self.cleaned_data["who"].partition(":")
        if kind == "person":
            return self.people[int(which)].name
        return skill_word(which) if kind == "team" else _("The whole shop")


class HoursForm(ReasonForm):
    """Open at other hours than usual on one day."""

    def __init__(self, *args: Any, dealership: Dealership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dealership = dealership
        fields: dict[str, forms.Field] = {
            "day": DayField(label=_("Day"), required=True, from_day=today),
            "opens": WallTimeField(
                label=_("Opens"), required=True, error_messages={"required": _("Say from when.")}
            ),
            "closes": WallTimeField(
                label=_("Closes"), required=True, error_messages={"required": _("Say until when.")}
            ),
        }
        self.fields = {**fields, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, opens, closes = (cleaned.get(name) for name in ("day", "opens", "closes"))
        if day:
            self._refuse_gap(day, opens=opens, closes=closes)
            self._refuse_taken(day)
        if opens and closes and closes <= opens:
            self.add_error("closes", _("The end must come after the beginning."))
        return cleaned

    def _refuse_gap(self, day: date, **times: Any) -> None:
        for name, wall_time in times.items():
            if wall_time and skipped_time(day, wall_time, self.dealership.zone):
                self.add_error(name, skipped_time_sentence(wall_time))

    def _refuse_taken(self, day: date) -> None:
        if SpecialHours.objects.filter(dealership=self.dealership, day=day).exists():
            self.add_error("day", _("That day has other hours already. Delete them first."))
        closure = shop_closure_on(self.dealership, day)
        if closure:
            self.add_error(
                "day",
                _("The shop is closed on that day (%(reason)s). Delete that closure first.")
                % {"reason": own_words(closure, "reason")},
            )
