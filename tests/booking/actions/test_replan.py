"""A change of the cadence reaches what is planned already, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from booking.actions import replan
from booking.actions.cadence import change_cadence
from booking.actions.history import CUSTOMER, By
from booking.actions.progress import confirm_appointment, mark_arrived, mark_completed
from booking.actions.replan import Planned, plan_all
from booking.cadence_preview import next_messages
from booking.models import Actor, Appointment, Source
from dealerships.models import Role, User
from lib import clock
from lib.errors import Refusal
from notifications.kinds import KINDS, When
from notifications.models import Cadence, Message, State, Way
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

FAR = MONDAY + timedelta(days=24)
EVE = KINDS["reminder_1d"].usual
assert EVE is not None
DESK = By(Actor.STAFF, Source.WALK_IN)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(horizon_days=40)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


@pytest.fixture
def visits(garage: Garage) -> list[Appointment]:
    return [garage.book(garage.at(hour, day=FAR)) for hour in (8, 9, 10)]


def change(garage: Garage, manager: User, when: When | None, kind: str = "reminder_1d") -> Planned:
    """Changed, and planned again as the worker does."""
    change_cadence(dealership=garage.dealership, kind=kind, when=when, by=manager)
    return plan_all(dealership=garage.dealership, kinds=[kind], now=NOW)


def due(kind: str = "reminder_1d", **more: Any) -> set[tuple[str, str]]:
    rows = Message.objects.filter(kind=kind, state=State.PENDING, **more)
    zone = "America/Toronto"
    return {(row.channel, f"{clock.local(row.not_before, zone):%m-%d %H:%M}") for row in rows}


def test_another_hour_moves_what_is_planned(garage: Garage, manager: User, visits: list[Appointment]) -> None:
    assert due() == {("sms", "12-23 16:00")}

    done = change(garage, manager, replace(EVE, at=time(11), lasts=timedelta(hours=3)))

    assert done == Planned(changed=3)
    assert due() == {("sms", "12-23 11:00")}
    row = Message.objects.filter(kind="reminder_1d").first()
    assert row is not None
    assert row.next_try_at == row.not_before
    assert row.expires_at == row.not_before + timedelta(hours=3)
    assert Message.objects.filter(kind="reminder_1d").count() == 3


def test_another_way_withdraws_the_one_and_plans_the_other(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    assert change(garage, manager, replace(EVE, way=Way.EMAIL)) == Planned(made=3, withdrawn=3)
    assert due() == {("email", "12-23 16:00")}

    assert change(garage, manager, None) == Planned(changed=3, withdrawn=3)
    assert due() == {("sms", "12-23 16:00")}


def test_switching_off_and_on_again(garage: Garage, manager: User, visits: list[Appointment]) -> None:
    assert change(garage, manager, replace(EVE, active=False)) == Planned(withdrawn=3)
    assert due() == set()
    # Texts follow the language of who reads them; the row is planned as it is wanted now.
    assert change(garage, manager, None) == Planned(changed=3)
    assert len(Message.objects.filter(kind="reminder_1d", state=State.PENDING)) == 3


def test_once_more_changes_nothing(garage: Garage, visits: list[Appointment]) -> None:
    assert plan_all(dealership=garage.dealership, now=NOW) == Planned()


def test_it_goes_on_where_it_was_cut(
    garage: Garage, manager: User, visits: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replan, "BATCH", 1)
    when = replace(EVE, at=time(11), lasts=timedelta(hours=3))
    change_cadence(dealership=garage.dealership, kind="reminder_1d", when=when, by=manager)
    plan, calls = replan._plan, []

    def cut(*arguments: Any) -> Planned:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return plan(*arguments)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(replan, "_plan", cut)
        plan_all(dealership=garage.dealership, kinds=["reminder_1d"], now=NOW)
    assert due() == {("sms", "12-23 11:00"), ("sms", "12-23 16:00")}

    assert plan_all(dealership=garage.dealership, kinds=["reminder_1d"], now=NOW) == Planned(changed=2)
    assert due() == {("sms", "12-23 11:00")}


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DELIVERED, State.UNKNOWN, State.FAILED, State.DEAD])
def test_what_has_left_is_not_planned_again_by_any_channel(
    garage: Garage, manager: User, visits: list[Appointment], state: State
) -> None:
    Message.objects.filter(kind="reminder_1d").update(state=state, sent_at=NOW)

    assert change(garage, manager, replace(EVE, way=Way.BOTH, at=time(17))) == Planned()


def test_what_was_refused_when_it_was_about_to_leave_stays_so(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    Message.objects.filter(kind="reminder_1d").update(state=State.CANCELLED, error="suppressed")

    assert change(garage, manager, replace(EVE, at=time(17))) == Planned()


def test_one_whose_new_moment_has_passed_keeps_the_old_one(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    """Nobody is left without a reminder because the hour was changed at noon."""
    noon = clock.at_local(FAR - timedelta(days=1), time(12), "America/Toronto")
    change_cadence(
        dealership=garage.dealership, kind="reminder_1d", when=replace(EVE, at=time(11)), by=manager
    )

    assert plan_all(dealership=garage.dealership, kinds=["reminder_1d"], now=noon) == Planned()
    assert due() == {("sms", "12-23 16:00")}


def test_what_is_due_belongs_to_the_senders(garage: Garage, manager: User, visits: list[Appointment]) -> None:
    late = clock.at_local(FAR - timedelta(days=1), time(16, 1), "America/Toronto")
    off = replace(EVE, active=False)
    change_cadence(dealership=garage.dealership, kind="reminder_1d", when=off, by=manager)

    assert plan_all(dealership=garage.dealership, kinds=["reminder_1d"], now=late) == Planned()
    assert len(due()) == 1


def test_who_confirmed_or_muted_is_not_asked_because_of_a_change(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    confirm_appointment(appointment=visits[0], by=CUSTOMER)
    Appointment.objects.filter(pk=visits[1].pk).update(muted_channels=["sms", "email"])

    assert change(garage, manager, replace(EVE, way=Way.BOTH)) == Planned(made=1, withdrawn=1)
    assert set(Message.objects.filter(kind="reminder_1d", state=State.PENDING).values_list("about")) == {
        (visits[2].about,)
    }


def test_a_visit_of_another_dealership_keeps_its_own(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    other = make_garage(slug="riviere", horizon_days=40)
    theirs = other.book(other.at(8, day=FAR), name="Ann Roy")

    change(garage, manager, replace(EVE, at=time(11)))

    assert due(about=theirs.about) == {("sms", "12-23 16:00")}


def test_the_aftercare_moves_too(garage: Garage, manager: User, visits: list[Appointment]) -> None:
    arrived = mark_arrived(appointment=visits[0], by=DESK)
    mark_completed(appointment=arrived, by=DESK, now=NOW)
    usual = KINDS["retorque"].usual
    assert usual is not None
    assert due("retorque") == {("sms", "12-03 10:00")}

    assert change(garage, manager, replace(usual, days=6), "retorque") == Planned(changed=1)

    assert due("retorque") == {("sms", "12-05 10:00")}
    row = Message.objects.get(kind="retorque")
    assert row.payload["completed_at"] == NOW.isoformat()


def test_what_the_system_does_not_start_has_no_cadence(garage: Garage, manager: User) -> None:
    with pytest.raises(Refusal):
        change_cadence(dealership=garage.dealership, kind="confirmation", when=EVE, by=manager)


def test_a_change_is_kept_once_and_taken_back(garage: Garage, manager: User) -> None:
    for hour in (11, 12):
        change_cadence(
            dealership=garage.dealership, kind="reminder_1d", when=replace(EVE, at=time(hour)), by=manager
        )
    assert Cadence.objects.get().at == time(12)
    change_cadence(dealership=garage.dealership, kind="reminder_1d", when=None, by=manager)
    assert not Cadence.objects.exists()


def test_the_queries_do_not_grow_with_the_visits(
    garage: Garage, visits: list[Appointment], django_assert_max_num_queries: Any
) -> None:
    Message.objects.filter(kind__startswith="re").delete()
    with django_assert_max_num_queries(25) as few:
        plan_all(dealership=garage.dealership, now=NOW)
    garage.book(garage.at(11, day=FAR))
    garage.book(garage.at(13, day=FAR))
    Message.objects.filter(kind__startswith="re").delete()
    with django_assert_max_num_queries(len(few)):
        plan_all(dealership=garage.dealership, now=NOW)


def shown(
    garage: Garage, kind: str, when: When, now: datetime = NOW, **more: Any
) -> list[tuple[str, str, str]]:
    found = next_messages(garage.dealership, kind, when, now=now, **more)
    zone = garage.dealership.zone
    return [(one.name, one.channel, f"{clock.local(one.at, zone):%m-%d %H:%M}") for one in found]


def test_the_preview_shows_the_next_ones_in_order_and_writes_nothing(
    garage: Garage, visits: list[Appointment]
) -> None:
    garage.book(garage.at(8, day=FAR - timedelta(days=1)), name="Ann Roy")
    confirm_appointment(appointment=visits[2], by=CUSTOMER)
    before = list(Message.objects.order_by("pk").values())

    when = replace(EVE, at=time(11), way=Way.BOTH)
    assert shown(garage, "reminder_1d", when, limit=4) == [
        ("Ann Roy", "email", "12-22 11:00"),
        ("Ann Roy", "sms", "12-22 11:00"),
        ("Luc Tremblay", "email", "12-23 11:00"),
        ("Luc Tremblay", "email", "12-23 11:00"),
    ]

    assert list(Message.objects.order_by("pk").values()) == before
    assert not Cadence.objects.exists()


def test_the_preview_of_what_is_switched_off_is_empty(garage: Garage, visits: list[Appointment]) -> None:
    assert shown(garage, "reminder_1d", replace(EVE, active=False)) == []


def test_the_preview_says_what_planning_does(
    garage: Garage, manager: User, visits: list[Appointment]
) -> None:
    when = replace(EVE, at=time(11), way=Way.EMAIL_FIRST)
    seen = next_messages(garage.dealership, "reminder_1d", when, now=NOW)

    change(garage, manager, when)

    rows = Message.objects.filter(kind="reminder_1d", state=State.PENDING)
    assert sorted((one.at, one.channel) for one in seen) == sorted(
        (row.not_before, row.channel) for row in rows
    )


def test_who_was_told_already_is_not_in_the_preview(garage: Garage, visits: list[Appointment]) -> None:
    Message.objects.filter(kind="reminder_1d", about=visits[0].about).update(
        state=State.ACCEPTED, sent_at=NOW
    )

    assert len(shown(garage, "reminder_1d", EVE)) == 2


def test_the_preview_of_what_follows_a_visit(garage: Garage, visits: list[Appointment]) -> None:
    arrived = mark_arrived(appointment=visits[0], by=DESK)
    mark_completed(appointment=arrived, by=DESK, now=clock.now())
    usual = KINDS["review"].usual
    assert usual is not None

    [only] = next_messages(
        garage.dealership, "review", replace(usual, days=2), now=clock.now() - timedelta(days=15)
    )
    assert only.reference == visits[0].reference


def test_two_hands_plan_what_one_does(
    garage: Garage, manager: User, visits: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replan, "MANY", 2)
    monkeypatch.setattr(replan, "BATCH", 1)

    assert change(garage, manager, replace(EVE, way=Way.EMAIL)) == Planned(made=3, withdrawn=3)
    assert due() == {("email", "12-23 16:00")}
    assert plan_all(dealership=garage.dealership, now=NOW) == Planned()


def test_what_is_planned_for_many_is_what_a_booking_plans(garage: Garage, visits: list[Appointment]) -> None:
    """Column by column, but for the row's own number and moment."""

    def rows() -> list[dict[str, Any]]:
        planned = Message.objects.filter(kind__in=("reminder_3d", "reminder_1d", "reconfirm", "expected"))
        return [
            {name: value for name, value in row.items() if name not in ("id", "created_at")}
            for row in planned.order_by("dedupe_key").values()
        ]

    before = rows()
    Message.objects.all().delete()

    plan_all(dealership=garage.dealership, now=NOW)

    assert rows() == before
    assert len(before) == 3 * 5
