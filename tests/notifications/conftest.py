from collections.abc import Iterator

import pytest

from dealerships.models import Dealership, Group
from notifications.actions import dispatch
from tests.notifications.providers import Recorder


@pytest.fixture
def dealership(db) -> Dealership:
    group = Group.objects.create(slug="groupe", name="Groupe")
    return Dealership.objects.create(
        group=group,
        slug="boreal",
        name="Garage Boréal",
        zone="America/Toronto",
        phone="+14505550134",
        email="service@boreal.example",
        address_line="1234, boul. Curé-Labelle",
        city="Blainville",
        postal_code="J7C 2P4",
        privacy_officer="Anne Roy",
        privacy_email="vieprivee@boreal.example",
    )


@pytest.fixture
def provider(monkeypatch) -> Iterator[Recorder]:
    """Both channels' provider: takes everything and remembers it."""
    recorder = Recorder()
    monkeypatch.setattr(dispatch, "transport_for", lambda _channel: recorder)
    return recorder
