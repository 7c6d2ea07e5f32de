"""A visit that is booked, and a question about it."""

from __future__ import annotations

import pytest

from notifications.models import Conversation
from tests.notifications.threads import came_in


@pytest.fixture
def booked(workshop):
    return workshop.book(8)


@pytest.fixture
def thread(workshop, booked) -> Conversation:
    return came_in(
        workshop.garage.dealership, "Mon auto est-elle prête?", customer=booked.customer
    ).conversation
