"""The law of December 1, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from booking.winter import WinterNote, must_have_winter_tires, winter_note


@pytest.mark.parametrize(
    ("day", "must"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2028, 2, 29), True),
        (date(2027, 3, 15), True),
        (date(2027, 3, 16), False),
        (date(2027, 7, 1), False),
    ],
)
def test_the_law_asks_for_them_from_december_1_to_march_15_both_included(day: date, *, must: bool) -> None:
    assert must_have_winter_tires(day) is must


@pytest.mark.parametrize(
    ("today", "note"),
    [
        (date(2026, 8, 31), None),
        (date(2026, 9, 1), WinterNote(False, date(2027, 3, 16))),
        (date(2026, 11, 30), WinterNote(False, date(2027, 3, 16))),
        (date(2026, 12, 1), WinterNote(True, date(2027, 3, 16))),
        (date(2027, 1, 2), WinterNote(True, date(2027, 3, 16))),
        (date(2027, 3, 15), WinterNote(True, date(2027, 3, 16))),
        (date(2027, 3, 16), None),
    ],
)
def test_it_is_said_while_winter_tires_are_put_on_or_must_stay_on(
    today: date, note: WinterNote | None
) -> None:
    assert winter_note(today) == note
