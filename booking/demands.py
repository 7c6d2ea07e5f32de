"""Demands and the lines of appointments: what is booked for one, and what an existing one demands."""

from __future__ import annotations

from datetime import timedelta

from booking.menu import STAFF, WEB, Demand, total
from booking.models import Appointment, AppointmentLine, PoolKind, Source
from booking.rulebook import Rulebook, rulebook_of

BY_THEMSELVES = frozenset({Source.WEB, Source.API, Source.WAIT_LIST})


def channel_of(source: str) -> str:
    """Whose share of the day a booking by this way takes: the web's or the staff's."""
    return WEB if source in BY_THEMSELVES else STAFF


def present_channel(appointment: Appointment) -> str:
    """Whose share of its day the visit takes now: of the claim that it has, else by who booked it. One query."""
    claim = appointment.claims.filter(active=True, pool__kind=PoolKind.CHANNEL_DAY)
    return claim.values_list("pool__subject", flat=True).first() or channel_of(appointment.source)


def demand_of(appointment: Appointment, *, advisor: int | None = None, channel: str | None = None) -> Demand:
    """The demand of the appointment as booked: its minutes stay what they were, whatever the menu says now.

    It has no lines of the present menu: those of the appointment stand. Notice and service groups are the present
    rules', because what takes time to prepare (tires stored elsewhere) takes as long for a visit that is moved.
    `channel` is who asks now; without it, who booked. Two queries, three after a change of the rules.
    """
    book = rulebook_of(appointment.dealership)
    lines = list(appointment.lines.select_related("service"))
    return Demand(
        lines=(),
        transport=appointment.transport,
        advisor=advisor,
        minutes=appointment.minutes,
        skill_minutes=total((line.service.skill, line.minutes) for line in lines),
        notice=timedelta(hours=max((_notice(book, line) for line in lines), default=0)),
        groups=total((group, 1) for line in lines for group in groups_of_line(book, line)),
        channel=channel or channel_of(appointment.source),
    )


def lines_of(appointment: Appointment, demand: Demand) -> list[AppointmentLine]:
    """The lines that the appointment gets when this is booked, not saved yet: words, minutes and price of the day."""
    return [
        AppointmentLine(
            appointment=appointment,
            service_id=line.item.id,
            name_fr=line.item.fr,
            name_en=line.item.en,
            answers=[
                {"question": question.code, "choice": choice.code, "fr": choice.fr, "en": choice.en}
                for question, choice in line.chosen
            ],
            minutes=line.minutes,
            price=line.price,
            position=position,
        )
        for position, line in enumerate(demand.lines)
    ]


def groups_of_line(book: Rulebook, line: AppointmentLine) -> set[str]:
    """The service groups that a booked job belongs to, by the rules as they are now."""
    return book.groups_of(
        line.service_id, [(answer["question"], answer["choice"]) for answer in line.answers]
    )


def _notice(book: Rulebook, line: AppointmentLine) -> int:
    """The longest notice (hours) that the service or one of the answers asks for."""
    item = book.menu.get(line.service.code)
    asked = {answer["question"]: answer["choice"] for answer in line.answers}
    chosen = [
        choice.notice_hours
        for question in (item.questions if item else ())
        if (choice := question.find(asked.get(question.code, "")))
    ]
    return max([line.service.notice_hours, *chosen])
