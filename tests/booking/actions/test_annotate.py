"""Adding something to a booked visit's note."""

from __future__ import annotations

import pytest

from booking.actions.annotate import LONGEST_NOTE, add_note
from booking.actions.history import CUSTOMER
from booking.errors import NotPossible
from booking.models import Appointment, EventKind, Status
from lib.errors import Refusal
from notifications.models import Message
from tests.garage import make_garage


@pytest.fixture
def booked(db: None) -> Appointment:
    garage = make_garage()
    return garage.book(garage.at(10), note="Le siège d’enfant reste.")


def test_a_note_is_added_below_what_was_said_and_nothing_is_sent(booked: Appointment) -> None:
    before = Message.objects.count()
    noted = add_note(appointment=booked, text="  La clé\u202e antivol   est au coffre. ", by=CUSTOMER)
    assert noted.note == "Le siège d’enfant reste.\nLa clé antivol est au coffre."
    assert noted.version == 1
    assert noted.events.get(kind=EventKind.ADDED).new["note"] == "La clé antivol est au coffre."
    assert Message.objects.count() == before


def test_the_same_text_sent_twice_is_added_once(booked: Appointment) -> None:
    for _press in range(2):
        add_note(appointment=booked, text="Encore une chose.", by=CUSTOMER)
    assert Appointment.objects.get().note.count("Encore une chose.") == 1
    assert booked.events.filter(kind=EventKind.ADDED).count() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b"])
def test_nothing_is_refused(booked: Appointment, text: str) -> None:
    with pytest.raises(Refusal):
        add_note(appointment=booked, text=text, by=CUSTOMER)


def test_all_together_fit_the_note(booked: Appointment) -> None:
    room = LONGEST_NOTE - len(booked.note) - 1
    with pytest.raises(Refusal, match=str(room)):
        add_note(appointment=booked, text="x" * (room + 1), by=CUSTOMER)
    add_note(appointment=booked, text="x" * room, by=CUSTOMER)
    assert len(Appointment.objects.get().note) == LONGEST_NOTE
    with pytest.raises(Refusal):
        add_note(appointment=booked, text="y", by=CUSTOMER)
    assert booked.events.filter(kind=EventKind.ADDED).count() == 1


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW])
def test_what_is_over_takes_no_note(booked: Appointment, status: str) -> None:
    Appointment.objects.update(status=status)
    with pytest.raises(NotPossible):
        add_note(appointment=booked, text="Trop tard", by=CUSTOMER)
