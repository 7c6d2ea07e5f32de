"""An advisor who leaves hands over what they hold; nobody is dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.advisors import hand_over_visits, leave_change
from booking.actions.edit import apply_draft
from booking.actions.history import staff
from booking.models import Appointment
from booking.stranded import stranded_visits
from dealerships.models import Role, StaffMember, User
from notifications.models import Message
from tests.booking.storm import assert_sound
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

LAST = MONDAY + timedelta(days=4)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(advisors=3, horizon_days=4)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def leave(garage: Garage, manager: User, advisor: StaffMember) -> None:
    apply_draft(leave_change(advisor), dealership=garage.dealership, by=manager, edition=None, now=NOW)


def book_with(garage: Garage, advisor: StaffMember, hour: int) -> Appointment:
    return garage.book(garage.at(hour), basket=garage.basket(advisor=advisor.pk))


def test_each_visit_goes_to_a_colleague_at_the_same_start_and_nobody_is_told(
    garage: Garage, manager: User
) -> None:
    leaver, *others = garage.advisors
    visits = [book_with(garage, leaver, hour) for hour in (8, 9, 10)]
    told = Message.objects.filter(state="pending", kind="moved").count()
    leave(garage, manager, leaver)
    assert len(stranded_visits(garage.dealership, MONDAY, LAST)) == 3

    done = hand_over_visits(advisor=leaver, by=staff(manager), now=NOW)

    assert [visit.reference for visit in done.moved] == [visit.reference for visit in visits]
    assert [visit.starts_at for visit in done.moved] == [visit.starts_at for visit in visits]
    # Spread: nobody gets all of them.
    assert {visit.advisor_id for visit in done.moved} == {other.pk for other in others}
    assert done.left == ()
    assert Message.objects.filter(kind="moved").count() == told
    assert stranded_visits(garage.dealership, MONDAY, LAST) == []
    assert_sound()


def test_who_speaks_the_customers_language_comes_first(garage: Garage, manager: User) -> None:
    leaver, english, french = garage.advisors
    StaffMember.objects.filter(pk=english.pk).update(languages=["en"])
    book_with(garage, french, 14)
    book_with(garage, leaver, 8)
    leave(garage, manager, leaver)

    [moved] = hand_over_visits(advisor=leaver, by=staff(manager), now=NOW).moved
    assert moved.advisor_id == french.pk


def test_who_finds_no_free_colleague_is_left_and_listed(garage: Garage, manager: User) -> None:
    leaver = garage.advisors[0]
    for advisor in garage.advisors:
        book_with(garage, advisor, 8)
    leave(garage, manager, leaver)

    done = hand_over_visits(advisor=leaver, by=staff(manager), now=NOW)

    assert done.moved == ()
    [left] = done.left
    assert left.advisor_id == leaver.pk
    assert [one.appointment for one in stranded_visits(garage.dealership, MONDAY, LAST)] == [left]
    assert_sound()


def test_doing_it_again_changes_nothing(garage: Garage, manager: User) -> None:
    leaver = garage.advisors[0]
    book_with(garage, leaver, 8)
    leave(garage, manager, leaver)
    hand_over_visits(advisor=leaver, by=staff(manager), now=NOW)

    again = hand_over_visits(advisor=leaver, by=staff(manager), now=NOW)
    assert (again.moved, again.left) == ((), ())


def test_with_announcing_each_customer_is_told_once(garage: Garage, manager: User) -> None:
    leaver = garage.advisors[0]
    book_with(garage, leaver, 8)
    leave(garage, manager, leaver)
    hand_over_visits(advisor=leaver, by=staff(manager), announce=True, now=NOW)

    assert Message.objects.filter(kind="moved").count() == 2  # by e-mail and by text message
