"""Who was asked twice whether they come, and stays silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.models import Appointment, Status
from booking.reconfirmations import unanswered_visits
from dealerships.models import Role
from lib import clock
from notifications.models import Channel, Message, State

PAGE = "/desk/boreal/messages/unconfirmed/"


def asked(booked: Appointment, ago: timedelta = timedelta(days=2, minutes=1), **more) -> Message:
    """The second question, sent that long ago."""
    moment = clock.now() - ago
    fields = {
        "state": State.ACCEPTED,
        "sent_at": moment,
        "called_at": moment,
        "version": booked.version,
        **more,
    }
    return Message.objects.create(
        dedupe_key=f"{booked.about}:x{booked.version}", dealership=booked.dealership, customer=booked.customer,
        kind="reconfirm_again", channel=Channel.SMS, to=booked.contact_phone, language="fr", about=booked.about,
        **fields,
    )  # fmt: skip


@pytest.fixture
def silent(workshop) -> Appointment:
    booked = workshop.book(8)
    asked(booked)
    return booked


def listed(workshop) -> list[str]:
    found = unanswered_visits(workshop.garage.dealership, now=clock.now())
    return [visit.reference for visit in found]


def test_who_stays_silent_for_two_days_is_listed(workshop, silent, advisor):
    page = advisor.get(PAGE)
    assert [one["reference"] for one in page.context["visits"]] == [silent.reference]
    assert "Luc Tremblay" in page.content.decode()


def test_two_days_are_given(workshop):
    asked(workshop.book(8), timedelta(days=2) - timedelta(minutes=1))
    assert listed(workshop) == []


@pytest.mark.parametrize("state", [State.FAILED, State.DEAD, State.CANCELLED, State.PENDING])
def test_who_was_not_reached_was_not_silent(workshop, state):
    asked(workshop.book(8), state=state, sent_at=None, called_at=None)
    assert listed(workshop) == []


def test_one_of_which_nobody_knows_whether_it_arrived_counts(workshop):
    asked(workshop.book(8), state=State.UNKNOWN, sent_at=None)
    assert len(listed(workshop)) == 1


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW])
def test_who_has_answered_in_any_way_is_off_the_list(workshop, silent, status):
    Appointment.objects.update(status=status)
    assert listed(workshop) == []


@pytest.mark.django_db(transaction=True)
def test_a_new_time_was_not_asked_about(workshop):
    booked = workshop.book(8)
    asked(booked)
    move_appointment(appointment=booked, start=workshop.at(9), by=CUSTOMER, version=1)
    assert listed(workshop) == []


def test_a_visit_that_has_begun_is_not_asked_about_any_more(workshop, silent):
    found = unanswered_visits(workshop.garage.dealership, now=silent.starts_at)
    assert list(found) == []


def test_the_board_marks_it(workshop, silent, advisor):
    workshop.book(9, name="Ann Roy")
    page = advisor.get(f"/desk/boreal/day/{workshop.day}/").content.decode()
    assert page.count('class="mark-unanswered"') == 1


def test_who_was_reached_is_confirmed(workshop, silent, advisor):
    answer = advisor.post(f"{PAGE}{silent.reference}/", {"do": "confirm", "version": silent.version})
    assert answer.url == PAGE
    silent.refresh_from_db()
    assert silent.status == Status.CONFIRMED
    event = silent.events.last()
    assert (event.source, event.user) == ("phone", advisor.user)
    assert listed(workshop) == []


@pytest.mark.django_db(transaction=True)
def test_a_place_that_is_released_is_cancelled_and_the_customer_is_told(workshop, sign_in):
    booked = workshop.book(8)
    asked(booked)
    sign_in().post(f"{PAGE}{booked.reference}/", {"do": "release", "version": booked.version})
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED
    assert Message.objects.filter(about=booked.about, kind="cancelled", state=State.PENDING).count() == 2


def test_what_changed_meanwhile_is_left_alone(workshop, silent, advisor):
    advisor.post(f"{PAGE}{silent.reference}/", {"do": "confirm", "version": silent.version + 1})
    silent.refresh_from_db()
    assert silent.status == Status.BOOKED


def test_who_may_not_change_visits_sees_no_buttons(workshop, silent, sign_in):
    page = sign_in(Role.DELIVERY).get(PAGE)
    assert page.status_code == 200
    assert 'value="release"' not in page.content.decode()


def test_an_unknown_act_is_not_there(workshop, silent, advisor):
    answer = advisor.post(f"{PAGE}{silent.reference}/", {"do": "sell", "version": silent.version})
    assert answer.status_code == 404
