"""What the forms about people change, as drafts to preview and to apply."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.models import Shift
from booking.range_words import in_both
from dealerships.models import Closure, Dealership, Role, StaffMember
from desk.capacity.forms_absence import AbsenceForm
from desk.capacity.forms_person import PersonForm, Span
from desk.capacity.sayings import say_days

# What each role has of its own.
FIELDS = {
    Role.ADVISOR: ("languages", "daily_customers", "rotation_weeks"),
    Role.TECHNICIAN: ("efficiency", "skills", "rotation_weeks"),
}


def save_person(dealership: Dealership, form: PersonForm) -> Draft:
    """The person's record and weeks as the form has them; without `form.person`, new people."""
    values, spans, names = form.cleaned_data, list(form.spans), list(form.names)
    known = form.person

    def change() -> None:
        people = [StaffMember(dealership=dealership, role=values["role"]) for _name in names]
        if known:
            people = [StaffMember.objects.get(pk=known.pk)]
        for person, name in zip(people, names, strict=True):
            for field in FIELDS[Role(person.role)]:
                setattr(person, field, values[field])
            person.name = name
            person.save()
            _set_spans(person, spans)

    name = values["name"]
    if known is None:
        return Draft(change, in_both(lambda: _("%(name)s joins the schedule") % {"name": name}))
    return Draft(change, in_both(lambda: _("Hours of %(name)s") % {"name": name}))


def _set_spans(person: StaffMember, spans: list[Span]) -> None:
    """The shifts as they are to be; what stays the same is left alone."""
    wanted = set(spans)
    kept = set()
    for shift in person.shifts.all():
        span = (shift.rotation_week, shift.weekday, shift.starts, shift.ends)
        if span in wanted:
            kept.add(span)
        else:
            shift.delete()
    Shift.objects.bulk_create(
        Shift(person=person, rotation_week=week, weekday=weekday, starts=starts, ends=ends)
        for week, weekday, starts, ends in sorted(wanted - kept)
    )


def add_absence(form: AbsenceForm) -> Draft:
    """Days off as the form has them."""
    first, last = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
    return _away(form.person, first, last, form.reasons)


def away_today(person: StaffMember, today: date) -> Draft:
    """Not here today: who calls in at seven in the morning."""
    return _away(person, today, today, in_both(lambda: _("Away")))


def _away(person: StaffMember, first: date, last: date, reasons: tuple[str, str]) -> Draft:
    def change() -> None:
        Closure.objects.create(
            dealership_id=person.dealership_id,
            staff_member=person,
            first_day=first,
            last_day=last,
            reason_fr=reasons[0],
            reason_en=reasons[1],
        )

    def say() -> str:
        return _("%(name)s away %(days)s") % {"name": person.name, "days": say_days(first, last)}

    return Draft(change, in_both(say))


def end_absence(closure: Closure) -> Draft:
    """An absence taken back."""
    name = closure.staff_member.name if closure.staff_member else ""

    def say() -> str:
        days = say_days(closure.first_day, closure.last_day)
        return _("%(name)s not away %(days)s after all") % {"name": name, "days": days}

    return Draft(lambda: _delete(closure), in_both(say))


def _delete(closure: Closure) -> None:
    Closure.objects.filter(pk=closure.pk).delete()


def leave(person: StaffMember) -> Draft:
    """A technician who leaves; for an advisor, booking.actions.advisors has it."""
    return Draft(
        lambda: _set_active(person, active=False),
        in_both(lambda: _("%(name)s leaves the schedule") % {"name": person.name}),
    )


def come_back(person: StaffMember) -> Draft:
    """Somebody who had left works here again, with the weeks that they had."""
    return Draft(
        lambda: _set_active(person, active=True),
        in_both(lambda: _("%(name)s is back in the schedule") % {"name": person.name}),
    )


def _set_active(person: StaffMember, *, active: bool) -> None:
    StaffMember.objects.filter(pk=person.pk).update(active=active)
