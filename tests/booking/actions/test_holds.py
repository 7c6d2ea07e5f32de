"""Holds are real claims with an end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db.models.functions import Now

from booking.actions.expiry import release_expired_holds, release_hold
from booking.actions.holds import extend_hold, hold_start, live_hold
from booking.actions.ranges import Range, change_range
from booking.errors import SlotTaken
from booking.models import CapacityPool, GroupMember, Hold, HoldState, PoolKind, Service, ServiceGroup
from booking.stranded import stranded_visits
from dealerships.models import Role
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(advisors=1)


def hold(garage: Garage, hour: int, holder: str = "browser", **basket: str) -> Hold:
    return hold_start(
        dealership=garage.dealership,
        basket=garage.basket(**basket),
        start=garage.at(hour),
        holder=holder,
        now=NOW,
    )


def expire(held: Hold) -> None:
    Hold.objects.filter(pk=held.pk).update(expires_at=Now() - timedelta(seconds=1))


def test_a_held_start_is_nobody_elses(garage: Garage) -> None:
    hold(garage, 8)

    with pytest.raises(SlotTaken):
        garage.book(garage.at(8))
    with pytest.raises(SlotTaken):
        hold(garage, 8, holder="another browser")


def test_the_holder_books_what_is_held_and_no_pool_changes(garage: Garage) -> None:
    held = hold(garage, 8)
    before = dict(CapacityPool.objects.values_list("pk", "used"))

    appointment = garage.book(garage.at(8), hold=held)

    assert dict(CapacityPool.objects.values_list("pk", "used")) == before
    assert appointment.claims.filter(active=True).count() == 4
    held.refresh_from_db()
    assert held.state == HoldState.BOOKED
    assert_sound()


def test_what_was_closed_since_the_hold_counts_the_visit_that_it_becomes(garage: Garage) -> None:
    """Nothing limited the rack when the place was held: the visit is in the closed rack all the same, to be moved."""
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="rack", name_fr="Banc", name_en="Rack"
    )
    GroupMember.objects.create(group=group, service=Service.objects.get(code="tire_swap"))
    held = hold(garage, 14)
    change_range(
        dealership=garage.dealership, where=Range(MONDAY, MONDAY, PoolKind.SERVICE_GROUP, "rack"), action="close",
        by=make_staff(garage.dealership, Role.MANAGER), reason="Panne", edition=None, now=NOW,
    )  # fmt: skip

    appointment = garage.book(garage.at(14), hold=held)

    assert CapacityPool.objects.get(kind=PoolKind.SERVICE_GROUP, local_date=MONDAY).used == 1
    assert [one.appointment for one in stranded_visits(garage.dealership, MONDAY, MONDAY)] == [appointment]
    assert_sound()


def test_choosing_another_start_gives_the_first_one_back(garage: Garage) -> None:
    first = hold(garage, 8)
    second = hold(garage, 9)

    assert first.pk == second.pk
    assert garage.book(garage.at(8))
    assert_sound()


def test_choosing_the_same_start_again_does_not_lengthen_the_hold(garage: Garage) -> None:
    assert hold(garage, 8).expires_at == hold(garage, 8).expires_at


def test_an_expired_hold_is_swept(garage: Garage) -> None:
    held = hold(garage, 8)
    expire(held)

    assert live_hold(garage.dealership, "browser") is None
    assert release_expired_holds() == 1
    assert release_expired_holds() == 0
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert_sound()


def test_an_expired_hold_stands_in_nobodys_way_even_with_the_sweeper_dead(garage: Garage) -> None:
    CapacityPool.objects.filter(kind=8, local_date=garage.at(8).date()).update(cap=45)
    expire(hold(garage, 8))

    # The day is shown as full until somebody asks for it.
    assert garage.book(garage.at(8))
    assert_sound()


def test_an_expired_hold_books_if_the_start_is_still_free(garage: Garage) -> None:
    held = hold(garage, 8)
    expire(held)

    assert garage.book(garage.at(8), hold=held).starts_at == garage.at(8)
    assert_sound()


def test_an_expired_hold_whose_start_went_to_another_is_lost_with_alternatives(garage: Garage) -> None:
    held = hold(garage, 8)
    expire(held)
    release_expired_holds()
    garage.book(garage.at(8))

    with pytest.raises(SlotTaken) as taken:
        garage.book(garage.at(8), hold=held)
    assert len(taken.value.alternatives) == 3
    assert_sound()


def test_a_hold_is_extended_once(garage: Garage) -> None:
    held = hold(garage, 8)

    assert extend_hold(hold=held) is True
    assert extend_hold(hold=held) is False


def test_a_hold_for_something_else_is_given_back_and_not_used(garage: Garage) -> None:
    held = hold(garage, 8)

    garage.book(garage.at(9), hold=held)

    held.refresh_from_db()
    assert held.state == HoldState.RELEASED
    assert_sound()


def test_giving_back_twice_is_harmless(garage: Garage) -> None:
    held = hold(garage, 8)
    for _time in range(2):
        release_hold(hold=held)

    assert not CapacityPool.objects.filter(used__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_expires_while_it_is_confirmed_is_either_and_never_both() -> None:
    garage = make_garage(advisors=1)
    for hour in (8, 9, 10):
        held = hold(garage, hour)
        expire(held)
        at_once(
            [
                partial(garage.book, garage.at(hour), hold=held, name=f"Client {hour}"),
                *[release_expired_holds] * 3,
            ],
            expect=SlotTaken,
        )
        assert_sound()
