"""A workshop with an alignment rack, its manager, and ways to change and look at a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from booking.actions.edit import edition_of
from booking.actions.refresh import refresh_pools
from booking.models import GroupMember, Service, ServiceGroup
from dealerships.models import Role
from tests.desk.conftest import Workshop

CHANGE = "/desk/boreal/capacity/change/"


@pytest.fixture
def rack(workshop: Workshop) -> ServiceGroup:
    """Brakes stand in for alignment: they need the rack, which nothing limits yet."""
    group = ServiceGroup.objects.create(
        dealership=workshop.garage.dealership, code="rack", name_fr="Banc", name_en="Rack"
    )
    brakes = Service.objects.get(dealership=workshop.garage.dealership, code="brakes")
    GroupMember.objects.create(group=group, service=brakes)
    refresh_pools(dealership=workshop.garage.dealership)
    return group


@pytest.fixture
def manager(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.MANAGER)


@pytest.fixture
def week(manager: Client, workshop: Workshop) -> Callable[..., str]:
    """The page of the day's week, as text."""

    def week(client: Client = manager, path: str = "") -> str:
        answer = client.get(path or f"/desk/boreal/capacity/week/{workshop.day}/")
        assert answer.status_code == 200
        return answer.content.decode()

    return week


@pytest.fixture
def ask(manager: Client, workshop: Workshop) -> Callable[..., HttpResponse]:
    """Posts the form of a range: by default the whole shop, closed on the day; `apply` does it."""

    def ask(*, client: Client = manager, apply: bool = False, **fields: Any) -> HttpResponse:
        data = {
            "what": "shop",
            "first_day": str(workshop.day),
            "last_day": "",
            "part": "day",
            "action": "close",
            "amount": "",
            "reason": "Panne",
            "edition": edition_of(workshop.garage.dealership),
            **fields,
        }
        return client.post(CHANGE, {**data, ("apply" if apply else "preview"): "yes"})

    return ask


def days_after(workshop: Workshop, count: int) -> str:
    return str(workshop.day + timedelta(days=count))
