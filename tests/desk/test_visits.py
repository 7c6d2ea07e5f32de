"""A visit as a line of the board."""

from __future__ import annotations

import pytest

from booking.models import Appointment, Status
from desk.visits import show_visit
from tests.garage import make_garage


@pytest.mark.parametrize(
    ("status", "late", "shown"),
    [(Status.BOOKED, 20, "+20\u00a0min"), (Status.BOOKED, 0, ""), (Status.ARRIVED, 20, "")],
)
def test_who_said_to_be_late_is_marked_until_they_are_here(
    db: None, status: str, late: int, shown: str
) -> None:
    garage = make_garage()
    garage.book(garage.at(10))
    Appointment.objects.update(status=status, late_minutes=late)
    visit = show_visit(Appointment.objects.get())
    assert visit.late == shown
    assert bool(visit.late_word) is bool(shown)
    assert visit.label.endswith(visit.late_word)
