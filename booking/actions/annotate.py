"""What a customer adds to a booked visit: a note for the shop, below what they said before."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import LIVE, Appointment, EventKind
from lib.errors import Refusal
from lib.text import clean_note

LONGEST_NOTE = 2000  # characters, of all that was said


def may_add(appointment: Appointment) -> bool:
    """Whether the shop would still read it: the visit is to come, or the vehicle is here."""
    return appointment.status in LIVE


def add_note(*, appointment: Appointment, text: str, by: By) -> Appointment:
    """Append the text to the visit's note; the same text sent twice is added once.

    The version stays, so that nothing is sent again. Raises Refusal for nothing and for too much, NotPossible when
    the visit is over.
    """
    added = clean_note(text, limit=LONGEST_NOTE, field="note")
    if not added:
        raise Refusal(_("Write what we should know."), code="blank", field="note")
    with transaction.atomic():
        noted = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if not may_add(noted):
            raise NotPossible(_("This appointment can no longer be changed."))
        if noted.note == added or noted.note.endswith(f"\n{added}"):
            return noted
        whole = "\n".join(part for part in (noted.note, added) if part)
        _refuse_too_long(noted.note, whole)
        noted.note = whole
        noted.save(update_fields=["note"])
        record(noted, EventKind.ADDED, by, old=snapshot(noted), note=added)
        return noted


def _refuse_too_long(before: str, whole: str) -> None:
    if len(whole) <= LONGEST_NOTE:
        return
    left = max(0, LONGEST_NOTE - len(before) - 1)
    sentence = (
        format_lazy(_("Please keep this to {limit} characters: the note is almost full."), limit=left)
        if left
        else _("The note is full. Please call us for the rest.")
    )
    raise Refusal(sentence, code="too_long", field="note")
