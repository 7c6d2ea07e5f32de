import pytest
from django.urls import reverse

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.models import AppointmentEvent, CapacityPool, PoolKind, Status
from customers.models import AccessRecord
from dealerships.models import Role
from lib import clock
from notifications.models import Message
from tests.desk.conftest import open_workshop


@pytest.fixture
def booked(workshop):
    return workshop.book(8, note="Bruit au freinage")


def url(appointment, name="appointment", *more):
    return reverse(f"desk:{name}", args=["boreal", appointment.reference, *more])


def press(client, appointment, step, **data):
    return client.post(url(appointment, "step", step), {"version": appointment.version, **data})


def events(appointment):
    return list(AppointmentEvent.objects.filter(appointment=appointment).values_list("kind", flat=True))


def test_the_card_says_who_what_when_and_what_was_sent(advisor, booked):
    booked.vehicle.vin, booked.vehicle.paint_code = "2T3ZZZZZ6RW000001", "NH-830M"
    booked.vehicle.save()
    page = advisor.get(url(booked)).content.decode()
    for fact in (
        "Luc Tremblay", "514\u00a0555-0123", "luc@example.com", "Honda Civic 2019", booked.vehicle.plate,
        "2T3ZZZZZ6RW000001", "NH-830M", "Changement de pneus", "Sur jantes", "Bruit au freinage",
        "8\u00a0h", "11\u00a0h", "Conseiller 1",
    ):  # fmt: skip
        assert fact.replace("\u00a0", " ") in page.replace("\u00a0", " "), fact
    assert page.count('<use href="/static/icons/sprite.svg#smartphone"') >= 1
    assert 'class="board"' in page  # a page of its own: the board of its day stands beside it


def test_htmx_is_given_the_card_only(advisor, booked):
    page = advisor.get(url(booked), headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()
    assert "Luc Tremblay" in page
    assert "<html" not in page
    assert 'class="board"' not in page


def test_the_card_costs_few_queries(advisor, booked, django_assert_max_num_queries):
    advisor.get(url(booked))
    with django_assert_max_num_queries(15):
        advisor.get(url(booked), headers={"HX-Request": "true", "HX-Target": "panel"})


def test_opening_a_card_is_kept(advisor, booked):
    advisor.get(url(booked))
    kept = AccessRecord.objects.get()
    assert (kept.kind, kept.user, kept.customer, kept.words, kept.source) == (
        "open", advisor.user, booked.customer, booked.reference, "desk",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["arrived"], Status.ARRIVED),
        (["confirm"], Status.CONFIRMED),
        (["no-show"], Status.NO_SHOW),
        (["arrived", "completed"], Status.COMPLETED),
        (["arrived", "completed", "undo"], Status.ARRIVED),
        (["no-show", "undo"], Status.BOOKED),
        (["no-show", "arrived"], Status.ARRIVED),
    ],
)
def test_the_buttons_take_a_visit_through_its_states(advisor, booked, steps, status):
    for step in steps:
        assert press(advisor, booked, step).status_code == 302
    booked.refresh_from_db()
    assert booked.status == status
    last = booked.events.last()
    assert (last.actor, last.user) == ("staff", advisor.user)


def test_a_double_click_on_arrived_is_one_event(advisor, booked):
    press(advisor, booked, "arrived")
    press(advisor, booked, "arrived")
    assert events(booked) == ["booked", "arrived"]


def test_a_step_that_the_state_does_not_allow_is_refused_in_words(advisor, booked):
    answer = press(advisor, booked, "completed")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert events(booked) == ["booked"]


def test_a_step_on_a_card_that_was_moved_meanwhile_is_refused(advisor, workshop, booked):
    move_appointment(appointment=booked, start=workshop.at(9), by=CUSTOMER, version=1, now=clock.now())
    assert press(advisor, booked, "arrived").status_code == 409
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED


def test_an_unknown_step_is_not_found(advisor, booked):
    assert press(advisor, booked, "explode").status_code == 404


def test_a_step_by_htmx_answers_with_the_card_and_wakes_the_board(advisor, booked):
    answer = advisor.post(
        url(booked, "step", "arrived"), {"version": 1}, headers={"HX-Request": "true", "HX-Target": "panel"}
    )
    assert answer["HX-Trigger"] == "board-changed"
    assert "data-panel-title" in answer.content.decode()


def test_a_step_without_a_csrf_token_is_refused(advisor, booked):
    advisor.handler.enforce_csrf_checks = True
    assert press(advisor, booked, "arrived").status_code == 403


def test_looking_never_changes_anything(advisor, booked):
    assert advisor.get(url(booked, "step", "arrived")).status_code == 405
    advisor.get(url(booked, "cancel"))
    advisor.get(url(booked, "move"))
    booked.refresh_from_db()
    assert (booked.status, booked.version) == (Status.BOOKED, 1)


def test_the_buttons_are_those_of_the_state_and_of_the_role(advisor, sign_in, booked):
    page = advisor.get(url(booked)).content.decode()
    assert url(booked, "step", "arrived") in page
    assert url(booked, "step", "completed") not in page
    for role in (Role.PARTS, Role.DELIVERY):
        page = sign_in(role).get(url(booked)).content.decode()
        assert "data-panel-actions" not in page


def test_the_appointment_of_another_dealership_is_not_there(advisor, db):
    elsewhere = open_workshop(slug="riviere")
    theirs = elsewhere.book(8)
    assert advisor.get(f"/desk/riviere/appointment/{theirs.reference}/").status_code == 404
    assert advisor.get(f"/desk/boreal/appointment/{theirs.reference}/").status_code == 404
    answer = advisor.post(f"/desk/boreal/appointment/{theirs.reference}/arrived/", {"version": 1})
    assert answer.status_code == 404
    assert not AccessRecord.objects.exists()


class TestMoving:
    def test_a_move_keeps_the_reference_and_tells_the_customer(self, advisor, workshop, booked):
        page = advisor.get(url(booked, "move"), {"day": workshop.day.isoformat()}).content.decode()
        assert workshop.wall(9) in page
        answer = advisor.post(url(booked, "move"), {"version": 1, "start": workshop.wall(9), "move": "1"})
        assert answer.url == url(booked)
        booked.refresh_from_db()
        assert (booked.starts_at, booked.version) == (workshop.at(9), 2)
        assert Message.objects.filter(about=booked.about, kind="moved").exists()

    def test_looking_at_other_times_moves_nothing(self, advisor, workshop, booked):
        answer = advisor.post(
            url(booked, "move"), {"version": 1, "start": workshop.wall(9), "day": str(workshop.day)}
        )
        assert answer.status_code == 200
        booked.refresh_from_db()
        assert booked.version == 1

    def test_a_taken_start_comes_back_with_others(self, advisor, workshop, booked):
        for _advisor in workshop.garage.advisors:
            workshop.book(9)
        answer = advisor.post(url(booked, "move"), {"version": 1, "start": workshop.wall(9), "move": "1"})
        assert answer.status_code == 409
        assert answer.content.decode().count('name="start"') == 3

    def test_a_stale_version_moves_nothing(self, advisor, workshop, booked):
        move_appointment(appointment=booked, start=workshop.at(10), by=CUSTOMER, version=1, now=clock.now())
        advisor.post(url(booked, "move"), {"version": 1, "start": workshop.wall(9), "move": "1"})
        booked.refresh_from_db()
        assert booked.starts_at == workshop.at(10)

    def test_a_visit_that_has_begun_cannot_be_moved_or_cancelled(self, advisor, booked):
        press(advisor, booked, "arrived")
        assert advisor.get(url(booked, "move")).url == url(booked)
        assert advisor.get(url(booked, "cancel")).url == url(booked)


class TestCancelling:
    def test_cancelling_keeps_the_reason_and_frees_the_place(self, advisor, workshop, booked):
        answer = advisor.post(url(booked, "cancel"), {"version": 1, "reason": "Véhicule vendu"})
        assert answer.url == url(booked)
        booked.refresh_from_db()
        assert booked.status == Status.CANCELLED
        assert booked.events.last().new["reason"] == "Véhicule vendu"
        assert "Véhicule vendu" in advisor.get(url(booked)).content.decode()
        assert CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=workshop.day).used == 0

    def test_a_stale_version_cancels_nothing(self, advisor, workshop, booked):
        move_appointment(appointment=booked, start=workshop.at(10), by=CUSTOMER, version=1, now=clock.now())
        advisor.post(url(booked, "cancel"), {"version": 1})
        booked.refresh_from_db()
        assert booked.status == Status.BOOKED

    def test_cancelling_twice_is_harmless(self, advisor, booked):
        cancel_appointment(appointment=booked, by=CUSTOMER)
        advisor.post(url(booked, "cancel"), {"version": 1})
        assert events(booked) == ["booked", "cancelled"]
