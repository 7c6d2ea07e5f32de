"""Who may do what, where."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from dealerships.models import Role, User
from dealerships.permissions import MAY, dealerships_for, may
from tests.garage import Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def garages() -> tuple[Garage, Garage]:
    return make_garage(advisors=0), make_garage(slug="riviere", advisors=0)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", sorted(MAY))
def test_a_role_counts_in_its_own_dealership_only_unless_it_is_the_groups(
    garages, role: Role, action: str
) -> None:
    here, elsewhere = (garage.dealership for garage in garages)
    user = make_staff(here, role)

    assert may(user, action, here) == (role in MAY[action])
    assert may(user, action, elsewhere) == (role == Role.GROUP_ADMINISTRATOR and role in MAY[action])


def test_nobody_and_customers_may_nothing(garages) -> None:
    customer = User.objects.create_user("client@example.com")
    for user in (AnonymousUser(), customer):
        assert not any(may(user, action, garages[0].dealership) for action in MAY)
        assert not dealerships_for(user).exists()


def test_who_left_may_nothing_at_once(garages) -> None:
    user = make_staff(garages[0].dealership, Role.MANAGER)
    user.roles.update(active=False)

    assert not may(user, "book", garages[0].dealership)
    assert not dealerships_for(user).exists()


def test_a_locked_account_may_nothing(garages) -> None:
    user = make_staff(garages[0].dealership, Role.MANAGER)
    user.is_active = False

    assert not may(user, "book", garages[0].dealership)


def test_the_group_administrator_sees_every_dealership_of_the_group_once(garages) -> None:
    here, elsewhere = (garage.dealership for garage in garages)
    user = make_staff(here, Role.GROUP_ADMINISTRATOR)

    assert set(dealerships_for(user)) == {here, elsewhere}
    assert dealerships_for(user).count() == 2
