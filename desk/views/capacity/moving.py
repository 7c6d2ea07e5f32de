"""Moving the visits for which a place was chosen, one after the other, and saying what became of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.access import appointments_for
from booking.actions.history import staff
from booking.actions.move import move_appointment
from booking.models import Appointment
from desk.access import Desk, DeskRequest
from desk.capacity.choices import Choice, read_choices
from desk.words import page_language
from lib import clock
from lib.errors import Refusal


def move_chosen(request: DeskRequest, desk: Desk, data: QueryDict) -> int:
    """Move every visit that has a chosen place; how many were.

    Each is a transaction of its own. One that can't be moved is named and stays in the list; the others go on.
    """
    choices = read_choices(data, desk.dealership.zone)
    visits = appointments_for(desk.user).filter(
        dealership=desk.dealership, reference__in=[choice.reference for choice in choices]
    )
    known = {visit.reference: visit for visit in visits}
    moved: list[tuple[Appointment, bool]] = []
    for choice in choices:
        visit = known.get(choice.reference)
        if visit is None:
            continue
        try:
            moved.append((_move(desk, visit, choice), choice.tell))
        except Refusal as refusal:
            words = {"name": visit.contact_name, "problem": str(refusal)}
            messages.warning(request, _("%(name)s is still to be moved. %(problem)s") % words)
    if moved:
        messages.success(request, _say_moved(moved))
    return len(moved)


def _move(desk: Desk, visit: Appointment, choice: Choice) -> Appointment:
    return move_appointment(
        appointment=visit,
        start=choice.start,
        by=staff(desk.user),
        version=choice.version,
        advisor=choice.advisor,
        notice=False,
        announce=choice.tell,
    )


def _say_moved(moved: list[tuple[Appointment, bool]]) -> str:
    told = sum(tell for _visit, tell in moved)
    if len(moved) == 1:
        visit = moved[0][0]
        words = {
            "name": visit.contact_name,
            "when": clock.say_moment(visit.starts_at, visit.zone, page_language()),
        }
        if told:
            return _("%(name)s is moved to %(when)s, and is told.") % words
        return _("%(name)s is moved to %(when)s, and is not told.") % words
    count = {"count": len(moved), "told": told}
    return (
        ngettext(
            "%(count)s visit is moved; %(told)s of them told.",
            "%(count)s visits are moved; %(told)s of the customers are told.",
            len(moved),
        )
        % count
    )
