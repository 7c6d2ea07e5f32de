"""The wait-list's rules: who is in turn, which starts fit whom, and when places are offered. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from booking.availability import Start
from booking.models import Appointment, DayPart, OfferState, WaitListEntry, WaitListOffer
from dealerships.calendar import Calendar
from lib import clock
from lib.errors import Refusal

# Nobody is asked at night; the first look of the morning makes the offers.
OFFERS_BEGIN, OFFERS_END = time(8), time(20)
KEPT_FOR = timedelta(minutes=20)
# Who declined 8:00 is not asked about 8:15, and nobody is asked more often than this in a day.
TOO_NEAR = timedelta(hours=1)
MOST_A_DAY = 3
NOON, EVENING = time(12), time(17)
# What somebody without an appointment is asked for first.
USUAL_DAYS = 14

REFUSED = (OfferState.DECLINED, OfferState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which days and parts of a day somebody would come; no weekdays and no parts mean any."""

    first_day: date
    last_day: date
    weekdays: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What an entry would take, on the dealership's wall clock.

    `before` is the start of the appointment that it would replace; `refused` are the starts that were declined or
    left without an answer.
    """

    zone: str
    wishes: Wishes
    before: datetime | None = None
    refused: tuple[datetime, ...] = ()

    def fits(self, start: datetime) -> bool:
        """Whether this start (UTC) may be offered."""
        there, wishes = clock.local(start, self.zone), self.wishes
        return (
            wishes.first_day <= there.date() <= wishes.last_day
            and (not wishes.weekdays or there.weekday() in wishes.weekdays)
            and (not wishes.parts or part_of(there.time()) in wishes.parts)
            and (self.before is None or start < self.before)
            and all(abs(start - refused) >= TOO_NEAR for refused in self.refused)
        )

    def choose(self, starts: Iterable[Start]) -> list[Start]:
        """The starts that may be offered, soonest first."""
        return sorted(
            (one for one in starts if self.fits(one.starts_at)), key=lambda one: (one.starts_at, one.ready_at)
        )


def part_of(wall: time) -> DayPart:
    """Morning until noon, evening from five o'clock on."""
    if wall < NOON:
        return DayPart.MORNING
    return DayPart.AFTERNOON if wall < EVENING else DayPart.EVENING


def wishes_of(entry: WaitListEntry) -> Wishes:
    return Wishes(entry.first_day, entry.last_day, tuple(entry.weekdays), tuple(entry.parts))


def wish_of(entry: WaitListEntry, *, zone: str) -> Wish:
    """What may be offered to this entry; reads its appointment and its offers."""
    offers: Iterable[WaitListOffer] = entry.offers.all()
    return Wish(
        zone=zone,
        wishes=wishes_of(entry),
        before=entry.appointment.starts_at if entry.appointment else None,
        refused=tuple(offer.starts_at for offer in offers if offer.state in REFUSED),
    )


def is_day_time(now: datetime, zone: str) -> bool:
    """Whether places are offered at this moment: from 8:00 to 20:00 on the dealership's wall clock."""
    return OFFERS_BEGIN <= clock.local(now, zone).time() < OFFERS_END


def open_offer(entry: WaitListEntry) -> WaitListOffer | None:
    """The place that is kept for this entry; reads its offers."""
    return next((offer for offer in entry.offers.all() if offer.state == OfferState.OPEN), None)


def may_be_asked(entry: WaitListEntry, *, now: datetime, zone: str) -> bool:
    """Whether the entry has no open offer, and was not asked too often today; reads its offers."""
    today = clock.local(now, zone).date()
    asked = [
        offer
        for offer in entry.offers.all()
        if offer.state != OfferState.WITHDRAWN and clock.local(offer.offered_at, zone).date() == today
    ]
    return open_offer(entry) is None and len(asked) < MOST_A_DAY


def is_called_off(entry: WaitListEntry, *, now: datetime) -> bool:
    """Whether the visit that would come earlier is cancelled, over or under way."""
    visit = entry.appointment
    return visit is not None and (not visit.is_upcoming or visit.starts_at <= now)


def is_over(entry: WaitListEntry, *, today: date) -> bool:
    """Whether no day of the range can come any more: they are past, or all after the visit that they are to replace."""
    last = entry.last_day
    if entry.appointment:
        last = min(last, entry.appointment.local_date)
    return last < max(entry.first_day, today)


def earlier_days(appointment: Appointment, calendar: Calendar, *, now: datetime) -> Wishes | None:
    """From the first to the last open day before the visit; None when no opening hour is left before it."""
    today = clock.local(now, calendar.zone).date()
    days = days_to_come(calendar, today, appointment.local_date - timedelta(days=1), now=now)
    return Wishes(days[0], days[-1]) if days else None


def days_to_come(calendar: Calendar, first: date, last: date, *, now: datetime) -> list[date]:
    """The days from `first` to `last` with an opening hour after `now`."""
    return [day for day in calendar.open_days(first, (last - first).days + 1) if calendar.closes(day) > now]


def last_day_for(appointment: Appointment | None, *, today: date, horizon_days: int) -> date:
    """The last day that somebody may wait for: the visit's own, else the last one that is open for booking."""
    return appointment.local_date if appointment else today + timedelta(days=horizon_days)


def days_gained(start: datetime, instead_of: datetime, zone: str) -> int:
    """How many calendar days sooner `start` is."""
    return (clock.local(instead_of, zone).date() - clock.local(start, zone).date()).days


def check_wishes(
    first_day: date,
    last_day: date,
    *,
    weekdays: Collection[int] = (),
    parts: Collection[str] = (),
    today: date,
    horizon_days: int,
    appointment: Appointment | None = None,
    open_days: Collection[date],
) -> Wishes:
    """The wishes, with a first day that has passed counted from today. Raises Refusal with the field at fault.

    `open_days` are the days to come on which the dealership is open: at least one of the chosen ones must be one.
    """
    first = max(first_day, today)
    if last_day < first:
        raise _refused(_("The last day must not be before the first day."))
    if appointment and last_day > appointment.local_date:
        raise _refused(_("Choose a last day before your appointment."))
    if last_day > today + timedelta(days=horizon_days):
        raise _refused(_("That day is not open for booking yet."))
    days = tuple(sorted(set(weekdays)))
    _refuse_closed([day for day in open_days if first <= day <= last_day], days)
    known = tuple(part for part in DayPart.values if part in parts)
    # Everything chosen is the same as nothing: any.
    return Wishes(
        first, last_day, () if len(days) == 7 else days, () if len(known) == len(DayPart.values) else known
    )


def _refuse_closed(open_days: Collection[date], weekdays: Collection[int]) -> None:
    if not open_days:
        raise _refused(_("We are closed on those days. Choose others."))
    if weekdays and not any(day.weekday() in weekdays for day in open_days):
        sentence = _("Between these dates, we are closed on every day that you ticked. Tick others, or none.")
        raise Refusal(sentence, code="closed", field="weekdays")


def _refused(sentence: str) -> Refusal:
    return Refusal(sentence, code="bad_range", field="last_day")
