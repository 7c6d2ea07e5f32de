"""Rules that close a start whatever room there is: notice, seasons, hours of a group or a transport.

Each refusal is a code; SENTENCES says it to customers. The staff is not bound by what protects the dealership
from customers' haste (notice, same-day limit, horizon, opening date of a campaign, what the web may choose).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from booking.menu import Demand
from booking.ready import CHECK_IN
from booking.rulebook import GroupRule, Rulebook, TransportRule
from booking.snow import is_tires_alone
from lib import clock

SENTENCES = {
    "closed": _("We are closed that day. Please choose another one."),
    "too_soon": _("That time is too close for this work. Please choose a later one."),
    "too_far": _("That day is not open for booking yet."),
    "same_day": _("This work can no longer be booked for today. Please choose another day."),
    "out_of_season": _("This work is not offered on that day. Please choose another one."),
    "season_to_open": _("Booking for that season is not open yet."),
    "group_hours": _("This work does not begin at that time of day. Please choose another one."),
    "tires_only": _("That time is kept for tire changes. Please choose another one."),
    "transport_web": _("Please call us for that way of bringing the vehicle."),
    "transport_hours": _("That way of bringing the vehicle is not offered at that time."),
    "transport_book_by": _("It is too late for that way of bringing the vehicle on that day."),
    "work_too_long": _("That way of bringing the vehicle is not offered for this work."),
    "stay_too_short": _("The visit is too short for a courtesy car."),
    "not_ready": _("This work can't be finished while you wait at that time. Please choose an earlier one."),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what, and when: `notice` is off for the staff. `standard_notice` is the dealership's."""

    book: Rulebook
    demand: Demand
    now: datetime
    zone: str
    standard_notice: timedelta
    notice: bool = True

    @property
    def earliest(self) -> datetime:
        """The first moment at which a start may be."""
        if not self.notice:
            # At the counter the quarter hour that has begun is still "now".
            return self.now - CHECK_IN
        usual = self.standard_notice
        snow = self.book.snow
        if snow and is_tires_alone(self.demand.skill_minutes):
            usual = min(usual, snow.notice)
        return self.now + max(self.demand.notice, usual)


def refuse_day(asking: Asking, day: date) -> str:
    """Why no start of this day is offered, as a code; empty when some may be."""
    demand, local = asking.demand, clock.local(asking.now, asking.zone)
    if not asking.book.calendar.is_open(day):
        return "closed"
    if asking.notice:
        if demand.horizon_days is not None and day > local.date() + timedelta(days=demand.horizon_days):
            return "too_far"
        if demand.same_day_until and day == local.date() and local.time() >= demand.same_day_until:
            return "same_day"
    for code in demand.groups:
        rule = asking.book.groups.get(code)
        if rule and (refused := _refuse_season(rule, day, local.date(), notice=asking.notice)):
            return refused
    transport = asking.book.transports.get(demand.transport)
    return _refuse_transport(transport, asking, day, local) if transport else ""


def refuse_start(asking: Asking, day: date, wall: time) -> str:
    """Why a vehicle can't come at this wall time of an open day, as a code; empty when it can."""
    demand, book = asking.demand, asking.book
    if book.snow and book.snow.is_for_tires_only(day, wall) and not is_tires_alone(demand.skill_minutes):
        return "tires_only"
    for code in demand.groups:
        rule = book.groups.get(code)
        if rule and not _within(wall, rule.first_start, rule.last_start):
            return "group_hours"
    transport = book.transports.get(demand.transport)
    if transport and not _within(wall, transport.first_start, transport.last_start):
        return "transport_hours"
    return ""


def refuse_stay(asking: Asking, start: datetime, ready: datetime) -> str:
    """Why the stay does not suit the transport, as a code; empty when it does."""
    transport = asking.book.transports.get(asking.demand.transport)
    shortest = transport.stay_at_least if transport else None
    return "stay_too_short" if shortest and ready - start < timedelta(minutes=shortest) else ""


def _refuse_season(rule: GroupRule, day: date, today: date, *, notice: bool) -> str:
    season = next((one for one in rule.seasons if one.first_day <= day <= one.last_day), None)
    if season is None:
        return "out_of_season" if rule.only_in_season else ""
    return "season_to_open" if notice and today < season.opens_on else ""


def _refuse_transport(rule: TransportRule, asking: Asking, day: date, local: datetime) -> str:
    if rule.work_at_most is not None and asking.demand.minutes > rule.work_at_most:
        return "work_too_long"
    if not asking.notice:
        return ""
    if not rule.on_web:
        return "transport_web"
    if rule.book_by_days is None or rule.book_by is None:
        return ""
    last = clock.at_local(day - timedelta(days=rule.book_by_days), rule.book_by, asking.zone)
    return "transport_book_by" if local > last else ""


def _within(wall: time, first: time | None, last: time | None) -> bool:
    return (first is None or wall >= first) and (last is None or wall <= last)
