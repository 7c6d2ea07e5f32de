"""Invitations at the same moment."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from customers.actions.invitations import MOST_SHARED, invite
from customers.models import Customer, Vehicle, VehicleInvitation
from dealerships.models import Group, User
from lib import clock
from lib.errors import Refusal


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_not_one_too_many() -> None:
    group = Group.objects.create(slug="groupe", name="Groupe")
    luc = Customer.objects.create(group=group, name="Luc", user=User.objects.create_user("luc@example.com"))
    vehicle = Vehicle.objects.create(group=group, make="Honda", model="Civic")
    with transaction.atomic():
        for number in range(MOST_SHARED - 1):
            invite(vehicle=vehicle, inviter=luc, email=f"{number}@example.com", now=clock.now())
    outcomes: list[str] = []

    def second() -> None:
        try:
            with transaction.atomic():
                invite(vehicle=vehicle, inviter=luc, email="second@example.com", now=clock.now())
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        invite(vehicle=vehicle, inviter=luc, email="first@example.com", now=clock.now())
        thread.start()
        time.sleep(0.5)  # it waits for this one to commit
    thread.join(10)
    assert outcomes == ["too_many"]
    assert VehicleInvitation.objects.count() == MOST_SHARED
