"""One appointment as a line of the board, in words. Calculates, never writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Appointment, Source, Status
from desk.words import family_name, line_name, say_wall_time, short_vehicle


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment on the board, in words."""

    reference: str
    time: str
    name: str
    short_name: str
    vehicle: str
    work: str
    transport: str
    transport_label: str
    state: str
    state_word: str
    walk_in: bool
    late: str = ""  # "+20 min" when they said so
    late_word: str = ""
    comeback: bool = False  # the same problem as at an earlier visit
    unanswered: bool = False  # asked twice whether they come, and silent since

    @property
    def label(self) -> str:
        """The whole, for screen readers and hover."""
        parts = (
            self.time, self.name, self.vehicle, self.work, self.transport_label, self.state_word, self.late_word,
            _("Comeback") if self.comeback else "", _("Asked twice, no answer") if self.unanswered else "",
        )  # fmt: skip
        return ", ".join(part for part in parts if part)


def show_visit(appointment: Appointment) -> Visit:
    """The appointment as a line of the board; its lines must be loaded."""
    lines = list(appointment.lines.all())
    more = f" +{len(lines) - 1}" if len(lines) > 1 else ""
    late = late_minutes(appointment)
    return Visit(
        reference=appointment.reference,
        time=say_wall_time(appointment.starts_at, appointment.zone),
        name=appointment.contact_name,
        short_name=family_name(appointment.contact_name),
        vehicle=short_vehicle(appointment.vehicle),
        work=f"{line_name(lines[0])}{more}" if lines else "",
        transport=appointment.transport,
        transport_label=transport_word(appointment.transport),
        state=appointment.status,
        state_word=state_word(appointment.status),
        walk_in=appointment.source == Source.WALK_IN,
        late=f"+{late}\u00a0min" if late else "",
        late_word=late_word(appointment),
        comeback=appointment.same_as_id is not None,
        # Where the board asked for it (booking.reconfirmations).
        unanswered=getattr(appointment, "unanswered", False),
    )


def late_minutes(appointment: Appointment) -> int:
    """By how much the customer said they would be late; 0 once they are here."""
    return appointment.late_minutes if appointment.is_upcoming else 0


def late_word(appointment: Appointment) -> str:
    """That as a sentence; empty when it is nothing."""
    late = late_minutes(appointment)
    return _("Will be %(minutes)s min late") % {"minutes": late} if late else ""


def state_word(status: str) -> str:
    """A state as the board says it; the same words as the state badge's."""
    return {
        Status.BOOKED: _("Booked"),
        Status.CONFIRMED: _("Confirmed"),
        Status.ARRIVED: _("Vehicle received"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Cancelled"),
        Status.NO_SHOW: _("Did not come"),
    }[Status(status)]


def transport_word(transport: str) -> str:
    """How the customer gets on, as staff say it."""
    return {
        "wait": _("Waits on site"),
        "drop_off": _("Drops it off"),
        "key_drop": _("Key drop"),
        "shuttle": _("Shuttle"),
        "courtesy_car": _("Courtesy car"),
    }[transport]
