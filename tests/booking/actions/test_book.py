"""Booking: what is written, what is refused, and what a repeat gets."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from booking.actions.book import AlreadyBooked, book_appointment
from booking.actions.history import CUSTOMER, staff
from booking.audit import count_violations
from booking.errors import IdempotencyMismatch, SlotTaken, StartRefused
from booking.idempotency import Key, fingerprint
from booking.models import (
    Appointment,
    AppointmentEvent,
    CapacityClaim,
    CapacityPool,
    IdempotencyRecord,
    PoolKind,
    Source,
    Status,
)
from customers.details import VehicleDetails
from customers.models import Customer, Vehicle
from dealerships.models import Role
from lib import clock
from lib.errors import Refusal
from notifications.models import Message
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def rows() -> dict[str, int]:
    """How much there is of everything that a booking writes."""
    tables = (Appointment, AppointmentEvent, CapacityClaim, Customer, Vehicle, Message, IdempotencyRecord)
    return {table.__name__: table.objects.count() for table in tables}


def test_a_booking_writes_its_lines_its_history_its_claims_and_its_messages(garage: Garage) -> None:
    appointment = garage.book(garage.at(8), note="Bruit à l’avant")

    assert appointment.status == Status.BOOKED
    assert (appointment.local_date, appointment.local_time.hour) == (MONDAY, 8)
    assert appointment.minutes == 45
    [line] = appointment.lines.all()
    assert (line.name_fr, line.minutes, line.price) == ("Changement de pneus", 45, 8995)
    assert [answer["choice"] for answer in line.answers] == ["on", "own"]
    [event] = appointment.events.all()
    assert (event.kind, event.actor, event.new["status"]) == ("booked", "customer", "booked")
    claimed = appointment.claims.values_list("pool__kind", "units").order_by("pool__kind")
    assert list(claimed) == [(1, 1), (2, 1), (6, 45), (8, 45)]
    kinds = Message.objects.values_list("kind", "channel").order_by("kind", "channel")
    assert list(kinds) == [
        ("confirmation", "email"),
        ("confirmation", "sms"),
        ("expected", "sms"),
        ("reminder_1d", "sms"),
    ]


def test_reminders_are_planned_on_the_dealerships_wall_clock(garage: Garage) -> None:
    garage.book(garage.at(8, day=MONDAY + timedelta(days=4)))

    planned = {
        m.kind: clock.local(m.not_before, "America/Toronto")
        for m in Message.objects.filter(kind__startswith="rem")
    }
    assert {kind: f"{when:%m-%d %H:%M}" for kind, when in planned.items()} == {
        "reminder_3d": "12-01 10:00",
        "reminder_1d": "12-03 16:00",
    }


def test_answers_change_minutes_and_several_services_add_up(garage: Garage) -> None:
    appointment = garage.book(garage.at(8), basket=garage.basket("tire_swap", "oil_change", rims="off"))

    assert appointment.minutes == 45 + 30 + 40
    assert {line.minutes for line in appointment.lines.all()} == {75, 40}


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (lambda garage: garage.at(8, day=MONDAY - timedelta(days=7)), "past"),
        (lambda garage: garage.at(8, 7), "not_offered"),
        (lambda garage: garage.at(3), "not_offered"),
        (lambda garage: garage.at(12, 15), "not_offered"),
        (lambda garage: garage.at(8, day=MONDAY + timedelta(days=6)), "closed"),
        (lambda garage: garage.at(8, day=MONDAY + timedelta(days=400)), "too_far"),
    ],
)
def test_a_start_that_is_never_offered_is_refused_and_nothing_is_written(garage: Garage, start, code) -> None:
    before = rows()

    with pytest.raises(StartRefused) as refused:
        garage.book(start(garage))

    assert refused.value.code == code
    assert rows() == before


def test_another_dealerships_start_is_refused(garage: Garage) -> None:
    other = make_garage(slug="autre", advisors=1)
    other.advisors[0].shifts.all().delete()
    CapacityPool.objects.filter(dealership=other.dealership, kind=PoolKind.ADVISOR_CELL).delete()

    with pytest.raises(StartRefused):
        other.book(garage.at(8))


@pytest.mark.parametrize(
    ("basket", "field"),
    [
        ({"services": ("teleport",)}, "services"),
        ({"services": ()}, "services"),
        ({"services": ("oil_change", "oil_change")}, "services"),
        ({"answers": {"rims": "maybe", "tires": "own"}}, "answers"),
        ({"answers": {"rims": "on"}}, "answers"),
        ({"answers": {"rims": "on", "tires": "own", "colour": "red"}}, "answers"),
        ({"transport": "helicopter"}, "transport"),
    ],
)
def test_an_impossible_basket_is_refused_by_field(garage: Garage, basket, field) -> None:
    whole = garage.basket()
    asked = type(whole)(
        services=basket.get("services", whole.services),
        transport=basket.get("transport", whole.transport),
        answers=basket.get("answers", whole.answers),
    )

    with pytest.raises(Refusal) as refused:
        garage.book(garage.at(8), basket=asked)

    assert refused.value.field == field


def test_waiting_is_refused_for_long_work(garage: Garage) -> None:
    with pytest.raises(Refusal) as refused:
        garage.book(
            garage.at(8), basket=garage.basket("tire_swap", "oil_change", rims="off", transport="wait")
        )

    assert refused.value.code == "transport_not_offered"


def test_a_full_start_offers_three_close_to_it(garage: Garage) -> None:
    for _advisor in garage.advisors:
        garage.book(garage.at(8))

    with pytest.raises(SlotTaken) as taken:
        garage.book(garage.at(8))

    assert [start.starts_at for start in taken.value.alternatives] == [
        garage.at(7, 30), garage.at(7, 45), garage.at(8, 15),
    ]  # fmt: skip


def test_a_vehicle_is_booked_once_for_one_moment(garage: Garage) -> None:
    garage.book(garage.at(8), plate="ABC123")

    with pytest.raises(AlreadyBooked):
        garage.book(garage.at(8), plate="ABC123")


def test_a_repeat_with_the_same_key_gets_the_first_answer(garage: Garage) -> None:
    key = Key("web:me", "k1", fingerprint({"start": 8}))
    first = book_appointment(request=garage.request(garage.at(8), key=key, plate="ABC123"), now=NOW)
    before = rows()

    again = book_appointment(request=garage.request(garage.at(8), key=key, plate="ABC123"), now=NOW)

    assert again.replayed
    assert again.appointment == first.appointment
    assert again.record.answer["reference"] == first.appointment.reference
    assert rows() == before


def test_a_key_for_something_else_is_refused(garage: Garage) -> None:
    book_appointment(request=garage.request(garage.at(8), key=Key("web:me", "k1", fingerprint(1))), now=NOW)

    with pytest.raises(IdempotencyMismatch):
        book_appointment(
            request=garage.request(garage.at(9), key=Key("web:me", "k1", fingerprint(2))), now=NOW
        )


def test_a_refused_booking_leaves_its_key_free(garage: Garage) -> None:
    key = Key("web:me", "k1", fingerprint(1))
    with pytest.raises(StartRefused):
        book_appointment(request=garage.request(garage.at(3), key=key), now=NOW)

    assert not book_appointment(request=garage.request(garage.at(8), key=key), now=NOW).replayed


@pytest.mark.django_db(transaction=True)
def test_ten_double_clicks_at_once_make_one_appointment() -> None:
    garage = make_garage(advisors=3)
    key = Key("web:me", "k1", fingerprint("the same form"))
    request = garage.request(garage.at(8), key=key, plate="ABC123")

    outcomes = at_once([partial(book_appointment, request=request, now=NOW)] * 10)

    assert len({booking.appointment.pk for booking in outcomes}) == 1
    assert sum(not booking.replayed for booking in outcomes) == 1
    assert Message.objects.filter(kind="confirmation", channel="sms").count() == 1
    assert_sound()


def test_staff_book_without_the_webs_notice_and_are_named_in_the_history(garage: Garage) -> None:
    user = make_staff(garage.dealership, Role.ADVISOR)
    now = garage.at(8, 5)

    with pytest.raises(SlotTaken):
        garage.book(garage.at(8, 15), now=now)
    appointment = garage.book(garage.at(8, 15), now=now, by=staff(user, Source.WALK_IN), notice=False)

    assert appointment.source == Source.WALK_IN
    assert appointment.events.get().user == user


def test_what_a_guest_types_never_changes_a_known_customer_or_vehicle(garage: Garage) -> None:
    vin = "2T3ZZZZZ6RW000001"
    known = garage.book(
        garage.at(8), vehicle=VehicleDetails(vin=vin, make="Toyota", model="RAV4", colour="Gris")
    )
    stranger = garage.book(
        garage.at(9),
        name="Quelqu’un d’autre",
        vehicle=VehicleDetails(vin=vin, make="Lada", model="Niva", plate="ZZZ999"),
    )

    assert stranger.vehicle == known.vehicle
    assert stranger.customer != known.customer
    known.vehicle.refresh_from_db()
    assert (known.vehicle.make, known.vehicle.plate) == ("Toyota", "")


def test_the_same_person_and_vehicle_are_recognised(garage: Garage) -> None:
    first = garage.book(garage.at(8), name="Éloïse L’Heureux", plate="ABC123")
    again = garage.book(garage.at(9), name="eloise l'heureux", plate="ABC123")

    assert (again.customer, again.vehicle) == (first.customer, first.vehicle)


def test_the_database_refuses_capacity_taken_round_the_claims(garage: Garage) -> None:
    pool = CapacityPool.objects.first()

    with pytest.raises(DatabaseError, match="apply_claims only"), transaction.atomic():
        CapacityPool.objects.filter(pk=pool.pk).update(used=1)


def test_the_database_refuses_more_than_the_cap(garage: Garage) -> None:
    pool = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL).first()

    with pytest.raises(IntegrityError, match="pool_never_overbooked"), transaction.atomic():
        CapacityPool.objects.create(
            dealership=garage.dealership, kind=1, subject="x", local_date=pool.local_date, cap=1, used=2
        )


def test_the_history_of_an_appointment_cannot_be_rewritten(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        appointment.events.update(actor="system")


def test_the_audit_finds_what_is_broken(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    assert not any(count_violations().values())

    appointment.claims.filter(pool__kind=PoolKind.SHOP_DAY).update(active=False)
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CONFIRMED, version=2)

    broken = {name for name, count in count_violations().items() if count}
    assert broken >= {
        "ledger_drift",
        "appointments_whose_history_ends_otherwise",
        "pending_messages_of_another_version",
    }


def test_history_says_who_by_which_way(garage: Garage) -> None:
    assert garage.book(garage.at(8), by=CUSTOMER).events.get().source == Source.WEB


def test_the_kilometres_of_a_visit_are_the_vehicle_s_while_they_grow(garage: Garage) -> None:
    first = garage.book(garage.at(8), plate="ABC123", odometer=84_000)
    car = first.vehicle
    assert (car.odometer, car.odometer_on) == (
        84_000,
        clock.local(clock.now(), garage.dealership.zone).date(),
    )
    Vehicle.objects.update(odometer_on=MONDAY)
    garage.book(garage.at(9), plate="ABC123")
    garage.book(garage.at(10), plate="ABC123", odometer=8_400)
    car.refresh_from_db()
    assert (car.odometer, car.odometer_on) == (84_000, MONDAY)
    garage.book(garage.at(11), plate="ABC123", odometer=90_000)
    car.refresh_from_db()
    assert car.odometer == 90_000
    assert car.odometer_on != MONDAY
    assert Vehicle.objects.count() == 1


def test_who_only_names_somebody_s_vin_does_not_change_its_kilometres(garage: Garage) -> None:
    details = VehicleDetails(vin="2T3ZZZZZ6RW000001", make="Toyota", model="RAV4", year=2024)
    hers = garage.book(garage.at(8), vehicle=details, odometer=20_000, name="Anne Roy").vehicle
    strangers = garage.book(garage.at(10), vehicle=details, odometer=900_000)
    assert strangers.vehicle == hers
    hers.refresh_from_db()
    assert (hers.odometer, strangers.odometer) == (20_000, 900_000)


def test_kilometres_of_a_booking_that_is_refused_are_not_kept(garage: Garage) -> None:
    car = garage.book(garage.at(8), plate="ABC123", odometer=84_000).vehicle
    with pytest.raises(AlreadyBooked):
        garage.book(garage.at(8), plate="ABC123", odometer=90_000)
    car.refresh_from_db()
    assert car.odometer == 84_000
