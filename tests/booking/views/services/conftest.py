"""In front of the services page of a garage that asks everything that it can ask."""

from __future__ import annotations

import pytest

from customers.actions.accounts import open_account
from dealerships.models import User
from tests.booking.views.conftest import Visitor
from tests.booking.views.services_page import visitor_of, widen_menu
from tests.garage import Garage


@pytest.fixture
def garage(garage: Garage) -> Garage:
    return widen_menu(garage)


@pytest.fixture
def visitor(garage: Garage) -> Visitor:
    return visitor_of(garage)


@pytest.fixture
def account(garage: Garage) -> User:
    open_account(email="luc@example.com", language="fr")
    return User.objects.get(email="luc@example.com")
