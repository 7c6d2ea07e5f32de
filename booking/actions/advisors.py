"""An advisor who leaves hands over what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.actions.history import By
from booking.actions.move import move_appointment
from booking.actions.retry import Busy
from booking.availability import Start, find_availability
from booking.demands import demand_of, present_channel
from booking.errors import NotPossible, SlotTaken, Stale, StartRefused
from booking.models import UPCOMING, Appointment
from booking.range_words import in_both
from dealerships.models import Role, StaffMember
from lib import clock

# Colleagues that may be lost to somebody else in turn.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class HandOver:
    """Visits that a colleague took over at the same start, and those for whom nobody is free then."""

    moved: tuple[Appointment, ...]
    left: tuple[Appointment, ...]


def leave_change(advisor: StaffMember) -> Draft:
    """The advisor is no longer booked; their visits are stranded until they are handed over."""

    def change() -> None:
        StaffMember.objects.filter(pk=advisor.pk).update(active=False)

    return Draft(change, in_both(lambda: _("%(name)s no longer works here") % {"name": advisor.name}))


def hand_over_visits(
    *, advisor: StaffMember, by: By, announce: bool = False, now: datetime | None = None
) -> HandOver:
    """Each upcoming visit goes to a colleague who is free at the same start.

    Who speaks its customer's language comes first, then the least busy. Nobody is told unless `announce`: time and
    place stay. The rest stays with the advisor, stranded and listed. Safe to run again.
    """
    moment = now or clock.now()
    visits = Appointment.objects.filter(advisor=advisor, status__in=UPCOMING, starts_at__gte=moment)
    languages = {
        member.pk: member.languages
        for member in StaffMember.objects.filter(
            dealership=advisor.dealership_id, role=Role.ADVISOR, active=True
        )
    }
    moved: list[Appointment] = []
    left: list[Appointment] = []
    for visit in list(visits.order_by("starts_at", "pk").select_related("dealership", "advisor")):
        taken = _hand_over(visit, languages, by, moment, announce=announce)
        (moved if taken else left).append(taken or visit)
    return HandOver(tuple(moved), tuple(left))


def _hand_over(
    visit: Appointment, languages: dict[int, list[str]], by: By, now: datetime, *, announce: bool
) -> Appointment | None:
    """The visit with the first colleague who can take it; None when nobody can."""
    for colleague in _colleagues(visit, languages, now)[:MOST_TRIES]:
        try:
            return move_appointment(
                appointment=visit,
                start=visit.starts_at,
                by=by,
                version=visit.version,
                advisor=colleague,
                notice=False,
                announce=announce,
                now=now,
            )
        except (SlotTaken, StartRefused, Busy):
            continue
        except (Stale, NotPossible):
            # Somebody else has just dealt with it.
            return None
    return None


def _colleagues(visit: Appointment, languages: dict[int, list[str]], now: datetime) -> list[int]:
    """Who else could check the vehicle in at the same start: same language first, least busy first."""
    start = _same_start(visit, now)
    others = [who for who in start.advisors if who != visit.advisor_id] if start else []
    # Stable: those with the customer's language keep the order of the least busy.
    return sorted(others, key=lambda who: visit.language not in languages.get(who, []))


def _same_start(visit: Appointment, now: datetime) -> Start | None:
    found = find_availability(
        visit.dealership,
        demand_of(visit, channel=present_channel(visit)),
        first_day=visit.local_date,
        days=1,
        now=now,
        owner=visit,
        notice=False,
        find_first=False,
    )
    starts = found.days.get(visit.local_date, ())
    return next((start for start in starts if start.starts_at == visit.starts_at), None)
