"""An appointment in words, for the desk."""

from __future__ import annotations

import pytest

from booking.actions.history import customer, staff
from dealerships.models import Role, User
from desk.card import history
from tests.garage import make_garage, make_staff


@pytest.mark.django_db
def test_the_address_of_a_customer_s_account_is_not_told_to_the_desk() -> None:
    garage = make_garage()
    by_customer = garage.book(garage.at(8), by=customer(User.objects.create_user("luc@private.example")))
    by_advisor = garage.book(garage.at(9), by=staff(make_staff(garage.dealership, Role.ADVISOR)))

    assert "luc@private.example" not in str(history(by_customer))
    assert "Advisor" in str(history(by_advisor))
