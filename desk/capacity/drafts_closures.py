"""Closures and other hours of a day, as drafts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.range_words import in_both
from dealerships.models import Closure, Dealership, SpecialHours
from desk.capacity.forms_closures import ClosureForm, HoursForm
from desk.capacity.sayings import own_words, say_days, say_span


def add_closure(dealership: Dealership, form: ClosureForm) -> Draft:
    values, scope, reasons = form.cleaned_data, form.scope, form.reasons

    def change() -> None:
        Closure.objects.create(
            dealership=dealership,
            first_day=values["first_day"],
            last_day=values["last_day"],
            reason_fr=reasons[0],
            reason_en=reasons[1],
            **scope,
        )

    def say() -> str:
        days = say_days(values["first_day"], values["last_day"])
        return _("Closed %(days)s: %(who)s") % {"days": days, "who": form.who}

    return Draft(change, in_both(say))


def delete_closure(closure: Closure) -> Draft:
    def say() -> str:
        days = say_days(closure.first_day, closure.last_day)
        return _("No longer closed %(days)s (%(reason)s)") % {
            "days": days,
            "reason": own_words(closure, "reason"),
        }

    return Draft(lambda: _delete(Closure, closure.pk), in_both(say))


def add_hours(dealership: Dealership, form: HoursForm) -> Draft:
    values, reasons = form.cleaned_data, form.reasons

    def change() -> None:
        SpecialHours.objects.create(
            dealership=dealership,
            day=values["day"],
            opens=values["opens"],
            closes=values["closes"],
            reason_fr=reasons[0],
            reason_en=reasons[1],
        )

    def say() -> str:
        day, hours = say_days(values["day"], values["day"]), say_span(values["opens"], values["closes"])
        return _("Open %(hours)s on %(day)s") % {"hours": hours, "day": day}

    return Draft(change, in_both(say))


def delete_hours(hours: SpecialHours) -> Draft:
    def say() -> str:
        return _("Usual hours again on %(day)s") % {"day": say_days(hours.day, hours.day)}

    return Draft(lambda: _delete(SpecialHours, hours.pk), in_both(say))


def _delete(model: type[Closure | SpecialHours], pk: int) -> None:
    model._default_manager.filter(pk=pk).delete()
