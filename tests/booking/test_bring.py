"""What to bring, by what is done and how one arrives."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from booking.bring import Thing, things_to_bring
from booking.models import Skill, Transport

OWN, STORED = ({"question": "tires", "choice": choice} for choice in ("own", "stored"))


class Work(NamedTuple):
    skill: str
    answers: list[dict[str, str]]


@pytest.mark.parametrize(
    ("transport", "work", "things"),
    [
        (Transport.DROP_OFF, [Work(Skill.EXPRESS, [])], []),
        (Transport.DROP_OFF, [Work(Skill.TIRES, [STORED])], [Thing.LOCK_KEY]),
        (
            Transport.DROP_OFF,
            [Work(Skill.EXPRESS, []), Work(Skill.TIRES, [OWN])],
            [Thing.LOCK_KEY, Thing.TIRES],
        ),
        (Transport.KEY_DROP, [Work(Skill.DIAGNOSIS, [])], [Thing.SYMPTOMS, Thing.KEY_BOX]),
        (Transport.COURTESY_CAR, [], [Thing.LICENCE]),
    ],
)
def test_only_what_this_visit_needs_is_asked_for(transport, work, things):
    assert things_to_bring(transport, work) == [*things, Thing.REGISTRATION]
