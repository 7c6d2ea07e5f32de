"""A visitor who is at the services, at a dealership whose photos are removed afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from booking.models import Photo, Service
from booking.models.photo import photo_storage
from tests.booking.views.conftest import CIVIC, Visitor
from tests.garage import Garage


@pytest.fixture
def garage(garage: Garage) -> Iterator[Garage]:
    Service.objects.filter(code="brakes").update(asks_problem=True)
    yield garage
    for photo in Photo.objects.all():
        photo_storage().delete(str(photo.file.name))


@pytest.fixture
def visitor(garage: Garage) -> Visitor:
    visitor = Visitor(garage)
    visitor.post("book/", CIVIC)
    return visitor
