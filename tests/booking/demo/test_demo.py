"""The demo is what people see first: it must be whole, believable and exact."""

import re
from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.test import TestCase
from PIL import Image

from booking.availability import find_availability
from booking.demo.build import Size, make_demo
from booking.menu import Basket, load_menu, plan
from booking.models import (
    Appointment,
    AppointmentEvent,
    CapacityChange,
    CapacityClaim,
    CapacityEdit,
    CapacityPool,
    CapacitySettings,
    FirstSnow,
    Photo,
    PoolKind,
    QueueRecord,
    Service,
    Status,
    UnmetDemand,
    WaitListEntry,
    WaitListOffer,
)
from booking.stranded import stranded_visits
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import Dealership, Role, StaffMember, User
from dealerships.permissions import dealerships_for, may
from lib import clock, vins
from lib.names import search_key
from notifications.models import Message

SMALL = Size(customers=300, vehicles=390, history_days=7, agenda_days=5, horizon_days=19)
# A Wednesday in November, at 10:40 in Montréal: tire season, and the day is under way.
NOW = clock.at_local(date(2026, 11, 18), time(10, 40), "America/Toronto")
TODAY = date(2026, 11, 18)


def build(now=NOW):
    said: list[str] = []
    make_demo(say=said.append, size=SMALL, now=now)
    return said


def counts():
    models = (
        Customer,
        Vehicle,
        Appointment,
        AppointmentEvent,
        CapacityPool,
        CapacityClaim,
        CapacityChange,
        CapacityEdit,
        QueueRecord,
        UnmetDemand,
        WaitListEntry,
        WaitListOffer,
        Message,
        StaffMember,
        User,
    )
    return {model.__name__: model.objects.count() for model in models}


def open_weekdays(dealership, basket):
    """How many starts the Web has on each weekday after today, until the end of the agenda."""
    demand = plan(load_menu(dealership), basket)
    first = TODAY + timedelta(days=1)
    found = find_availability(dealership, demand, first_day=first, days=SMALL.agenda_days, now=NOW)
    return [len(starts) for day, starts in found.days.items() if day.weekday() < 5]


class TestTheDemo(TestCase):
    """Built once, looked at by every test below."""

    @classmethod
    def setUpTestData(cls):
        build()

    def test_the_ledger_is_exact_and_no_day_is_fuller_than_it_should_be(self):
        claimed = Coalesce(Sum("claims__units", filter=Q(claims__active=True)), 0)
        assert not CapacityPool.objects.annotate(claimed=claimed).exclude(used=F("claimed")).exists()
        loads = [
            used / cap
            for used, cap in CapacityPool.objects.filter(
                kind=PoolKind.SHOP_DAY, dealership__slug="boreal", local_date__lt=TODAY + timedelta(days=5)
            ).values_list("used", "cap")
        ]
        assert all(0.3 < load < 0.95 for load in loads), loads

    def test_today_is_under_way(self):
        today = Appointment.objects.filter(local_date=TODAY, dealership__slug="boreal")
        by_status = dict(today.values_list("status").annotate(Count("pk")))
        assert by_status["completed"] >= 2
        assert by_status.get("booked", 0) + by_status.get("confirmed", 0) > 2
        assert Appointment.objects.filter(status="confirmed", starts_at__gt=NOW).exists()
        assert not today.filter(starts_at__gt=NOW, status__in=["arrived", "completed", "no_show"]).exists()
        assert not today.filter(ready_at__gt=NOW, status="completed").exists()

    def test_history_is_told_event_by_event_and_claims_nothing(self):
        past = Appointment.objects.filter(local_date__lt=TODAY)
        assert past.count() > 150
        assert set(past.values_list("status", flat=True)) <= {"completed", "cancelled", "no_show"}
        assert not CapacityClaim.objects.filter(appointment__in=past).exists()
        assert not past.filter(lines=None).exists()
        assert not past.filter(events=None).exists()
        for appointment in past.prefetch_related("events")[:60]:
            events = list(appointment.events.all())
            assert [events[0].kind, events[-1].kind] == ["booked", appointment.status]
            assert [event.at for event in events] == sorted(event.at for event in events)
            assert events[0].at == appointment.created_at < appointment.ready_at

    def test_every_vehicle_has_a_valid_number_that_says_its_year_and_make(self):
        assert Vehicle.objects.count() == SMALL.vehicles
        for vehicle in Vehicle.objects.all():
            reading = vins.read_vin(vehicle.vin)
            assert (reading.check_digit_ok, reading.corrected, reading.year) == (True, False, vehicle.year), (
                vehicle.vin
            )
            assert reading.make in ("", vehicle.make), (vehicle.vin, vehicle.make)
            assert vehicle.colour
            assert vehicle.paint_code
            assert 0 < vehicle.odometer < 400_000
            assert re.fullmatch(r"[A-Z]\d\d[A-Z]{3}", vehicle.plate)
        assert Vehicle.objects.values("plate").distinct().count() == SMALL.vehicles

    def test_electric_vehicles_get_no_oil_change(self):
        fuels = dict(Vehicle.objects.values_list("fuel").annotate(Count("pk")))
        assert fuels["electric"] > 5
        assert "" not in fuels
        visits = Appointment.objects.filter(vehicle__fuel="electric")
        assert visits.exists()
        assert not visits.filter(lines__service__code="oil_change").exists()

    def test_some_tell_their_problem_and_a_few_show_it(self):
        told = Appointment.objects.exclude(problem="")
        assert told.exists()
        assert not told.exclude(lines__service__asks_problem=True).exists()
        shown = Photo.objects.exclude(appointment=None)
        assert 0 < shown.count() <= 4 * Dealership.objects.count()
        for photo in shown.select_related("appointment"):
            assert photo.appointment.problem
            with photo.file.open("rb") as file, Image.open(file) as picture:
                assert picture.size == (photo.width, photo.height) == (1200, 900)

    def test_customers_can_be_reached_at_numbers_and_addresses_that_nobody_has(self):
        customers = list(Customer.objects.all())
        assert len(customers) == SMALL.customers
        phones = [customer.phone for customer in customers if customer.phone]
        emails = [customer.email for customer in customers if customer.email]
        assert len(set(phones)) == len(phones)
        assert len(set(emails)) == len(emails)
        assert all(re.fullmatch(r"\+1\d{3}555\d{4}", phone) for phone in phones)
        assert all(re.search(r"@(example\.(com|org)|.+\.example)$", email) for email in emails)
        assert all(customer.phone or customer.email for customer in customers)
        assert all(customer.name_key == search_key(customer.name) for customer in customers)
        assert 0.05 < sum(customer.language == "en" for customer in customers) / len(customers) < 0.4

    def test_owners_drive_their_vehicles(self):
        owners = VehicleDriver.objects.filter(owner=True).values("vehicle").annotate(n=Count("pk"))
        assert set(owners.values_list("n", flat=True)) == {1}
        assert owners.count() == SMALL.vehicles
        assert not Customer.objects.filter(vehicles=None).exists()

    def test_the_menu_of_both_has_the_codes_that_others_rely_on(self):
        codes = ["tire_swap", "oil_change", "maintenance", "alignment", "brakes", "diagnosis", "recall"]
        for slug in ("boreal", "riviere"):
            services = Service.objects.filter(dealership__slug=slug)
            assert list(services.values_list("code", flat=True)) == codes
            asked = {
                question.code: [choice.code for choice in question.choices.all()]
                for question in services.get(code="tire_swap").questions.filter(required=True)
            }
            assert asked == {"rims": ["on", "off"], "tires": ["own", "stored"]}
            optional = services.get(code="tire_swap").questions.filter(required=False)
            assert list(optional.values_list("code", flat=True)) == ["tpms", "lock_key"]
            assert services.get(code="oil_change").not_for == ["electric"]
            assert all(service.keywords_fr and service.keywords_en for service in services)
            assert services.get(code="maintenance").plans.count() == 8
            assert all(service.name_en and service.summary_en and service.icon for service in services)

    def test_staff_sign_in_with_the_published_password_and_see_what_their_role_allows(self):
        users = {
            name: User.objects.get(email=f"{name}@demo.example")
            for name in ("conseiller", "directrice", "livraison", "pieces")
        }
        assert all(user.demo and user.check_password("creneau-demo") for user in users.values())
        seen = {
            name: set(dealerships_for(user).values_list("slug", flat=True)) for name, user in users.items()
        }
        assert seen == {
            "conseiller": {"boreal"},
            "directrice": {"boreal", "riviere"},
            "livraison": {"boreal"},
            "pieces": {"boreal"},
        }
        boreal = Dealership.objects.get(slug="boreal")
        assert may(users["conseiller"], "change_appointments", boreal)
        assert not may(users["pieces"], "book", boreal)

    def test_advisors_take_turns_on_saturdays_and_one_is_on_vacation(self):
        boreal = Dealership.objects.get(slug="boreal")
        advisors = boreal.staff.filter(role=Role.ADVISOR)
        assert advisors.count() == 5
        saturdays = {
            day: set(
                boreal.pools.filter(kind=PoolKind.ADVISOR_DAY, local_date=day).values_list(
                    "subject", flat=True
                )
            )
            for day in (date(2026, 11, 21), date(2026, 11, 28))
        }
        first, second = saturdays.values()
        assert first
        assert second
        assert first != second
        away = boreal.closures.get(staff_member__isnull=False)
        assert (away.first_day.weekday(), (away.last_day - away.first_day).days) == (0, 6)
        assert not boreal.pools.filter(
            subject=str(away.staff_member_id), local_date__range=(away.first_day, away.last_day)
        ).exists()

    def test_the_outbox_has_messages_of_every_kind(self):
        kinds = set(Message.objects.values_list("kind", flat=True))
        assert {"confirmation", "moved", "cancelled", "reminder_3d", "reminder_1d"} <= kinds
        assert Message.objects.filter(kind="confirmation", channel="email").count() == 6

    def test_every_service_can_be_booked_on_the_web_on_the_weekdays_to_come(self):
        for slug in ("boreal", "riviere"):
            dealership = Dealership.objects.get(slug=slug)
            for code, item in load_menu(dealership).items():
                if code == "tire_swap":
                    continue
                assert all(open_weekdays(dealership, Basket((code,), "drop_off", {}))), (slug, code)
                for way in item.transports:
                    assert any(open_weekdays(dealership, Basket((code,), way, {}))), (slug, code, way)

    def test_a_tire_change_can_be_booked_with_every_answer_stored_tires_after_two_days(self):
        for slug in ("boreal", "riviere"):
            dealership = Dealership.objects.get(slug=slug)
            for rims in ("on", "off"):
                for tires, days in (("own", 0), ("stored", 1)):
                    basket = Basket(("tire_swap",), "drop_off", {"rims": rims, "tires": tires})
                    found = open_weekdays(dealership, basket)
                    assert all(found[days:]), (slug, rims, tires, found)
                    assert not any(found[:days]), (slug, rims, found)

    def test_the_shop_is_its_technicians_less_the_reserve_until_it_is_released(self):
        boreal = Dealership.objects.get(slug="boreal")
        technicians = boreal.staff.filter(role=Role.TECHNICIAN)
        assert technicians.count() == 7
        assert all(90 <= one.efficiency <= 110 and one.skills and not one.user_id for one in technicians)
        caps = dict(
            boreal.pools.filter(kind=PoolKind.SHOP_DAY, local_date__gt=TODAY).values_list("local_date", "cap")
        )
        assert all(2300 < cap < 3300 for day, cap in caps.items() if day.weekday() < 5), caps
        kept = CapacitySettings.objects.get(dealership=boreal)
        assert (kept.reserve_percent, kept.kept_for_staff, kept.web_guaranteed) == (15, 4, 6)
        assert boreal.release_steps.count() == 3
        today = boreal.pools.get(kind=PoolKind.SHOP_DAY, local_date=TODAY).cap
        week_later = caps[TODAY + timedelta(days=14)]
        assert round(today * 0.85) - 1 <= week_later <= round(today * 0.85) + 1

    def test_groups_conditions_and_the_first_snow_are_prepared(self):
        for slug in ("boreal", "riviere"):
            dealership = Dealership.objects.get(slug=slug)
            assert list(dealership.service_groups.values_list("code", flat=True)) == [
                "alignment",
                "off_rims",
                "diagnosis",
            ]
            assert dealership.transport_conditions.count() == 2
            snow = FirstSnow.objects.get(dealership=dealership)
            assert snow.switched_on_at is None
            assert list(snow.openings.values_list("weekday", flat=True)) == [1, 2, 3, 5]
            kinds = set(dealership.pools.filter(local_date__gt=TODAY).values_list("kind", flat=True))
            assert kinds == set(PoolKind.values)
            seasons = dealership.service_groups.get(code="off_rims").seasons.all()
            assert [season.first_day <= TODAY for season in seasons] == [True, False]
            assert all(season.opens_on <= TODAY for season in seasons)

    def test_managers_have_changed_single_days_and_nobody_has_to_be_moved(self):
        for slug in ("boreal", "riviere"):
            dealership = Dealership.objects.get(slug=slug)
            assert dealership.capacity_changes.count() == dealership.capacity_edits.count() == 2
            assert all(edit.summary_fr and edit.by for edit in dealership.capacity_edits.all())
            assert dealership.carry_overs.get().local_date == TODAY + timedelta(days=1)
            assert stranded_visits(dealership, TODAY, TODAY + timedelta(days=19)) == []
            settings = CapacitySettings.objects.get(dealership=dealership)
            assert settings.built_version == dealership.rules_version

    def test_past_visits_show_how_long_vehicles_wait(self):
        measured = dict(QueueRecord.objects.filter(dealership__slug="boreal").values_list("skill", "minutes"))
        assert measured["tires"] in (30, 45)
        assert all(15 <= minutes <= 120 for minutes in measured.values())
        past = AppointmentEvent.objects.filter(kind="completed", appointment__local_date__lt=TODAY)
        for event in past.select_related("appointment__dealership")[:80]:
            begun = event.appointment.starts_at + timedelta(minutes=event.appointment.minutes)
            assert event.at > begun
            assert time(7, 30) <= clock.local(event.at, event.appointment.zone).time() <= time(20)

    def test_some_wait_and_some_found_nothing(self):
        assert WaitListEntry.objects.filter(dealership__slug="boreal", state="waiting").count() >= 3
        assert WaitListEntry.objects.filter(priority__gt=0).count() == 2
        lost = UnmetDemand.objects.filter(dealership__slug="boreal")
        assert 40 <= lost.count() <= 80
        assert lost.filter(met_at=None).count() > lost.exclude(met_at=None).count() > 0
        assert lost.filter(first_day__gte=TODAY - timedelta(days=28)).count() == lost.count()
        assert set(lost.values_list("source", flat=True)) >= {"web", "staff", "wait_list"}
        named = lost.filter(cap_kind=PoolKind.SKILL_DAY, cap_subject="tires")
        assert named.exists()
        assert not named.exclude(services__contains=["tire_swap"]).exists()

    def test_the_second_run_adds_nothing_and_says_nothing(self):
        before = counts()
        assert build() == []
        assert counts() == before

    def test_the_next_day_is_completed_and_what_is_past_is_settled(self):
        before = counts()
        build(NOW + timedelta(days=1))
        assert counts()["Customer"] == before["Customer"]
        assert counts()["Appointment"] > before["Appointment"]
        assert not Appointment.objects.filter(
            local_date=TODAY, status__in=[Status.BOOKED, Status.CONFIRMED, Status.ARRIVED]
        ).exists()

    def test_extend_horizon_tells_how_many_pools_it_made(self):
        CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, used=0).delete()
        out = StringIO()
        call_command("extend_horizon", stdout=out)
        told = out.getvalue()
        assert re.search(r"^boreal: [1-9]\d* capacity pools made$", told, re.MULTILINE)
        call_command("extend_horizon", stdout=out)
        assert "boreal: 0 capacity pools made" in out.getvalue()


@pytest.mark.django_db
def test_a_demo_on_a_closed_day_is_made_as_well():
    sunday = NOW + timedelta(days=4)
    build(sunday)
    assert not Appointment.objects.filter(local_date=date(2026, 11, 22)).exists()
    assert Appointment.objects.filter(local_date=date(2026, 11, 23)).exists()
