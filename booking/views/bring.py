"""What to bring, by what is done and how one arrives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentLine, Skill, Transport


def things_to_bring(appointment: Appointment, lines: Iterable[AppointmentLine]) -> list[dict[str, str]]:
    """Short lines with an icon, most important first."""
    return list(_things(appointment, list(lines)))


def _things(appointment: Appointment, lines: list[AppointmentLine]) -> Iterator[dict[str, str]]:
    if any(line.service.skill == Skill.TIRES for line in lines):
        yield {"icon": "key", "text": _("The key of your locking wheel nuts, if you have any")}
        if _answered(lines, "tires", "own"):
            yield {"icon": "disc-3", "text": _("The tires to be put on")}
    if any(line.service.skill == Skill.DIAGNOSIS for line in lines):
        yield {"icon": "clipboard-list", "text": _("When it happens: cold, at what speed, since when")}
    if appointment.transport == Transport.COURTESY_CAR:
        yield {"icon": "circle-user", "text": _("Your driver’s licence, for the courtesy car")}
    if appointment.transport == Transport.KEY_DROP:
        yield {
            "icon": "key-round",
            "text": _("Leave the key in the box at the entrance, in the envelope you find there"),
        }
    yield {"icon": "file-text", "text": _("The registration certificate")}


def _answered(lines: list[AppointmentLine], question: str, choice: str) -> bool:
    return any(
        answer.get("question") == question and answer.get("choice") == choice
        for line in lines
        for answer in line.answers
    )
