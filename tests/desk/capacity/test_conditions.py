"""When transports, services and groups may be booked; the dealership's notice and horizon."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import (
    CapacityEdit,
    CapacityRule,
    Choice,
    PoolKind,
    Season,
    Service,
    ServiceGroup,
    TransportCondition,
)
from lib import clock
from tests.desk.capacity.ruling import HERE, apply, errors, preview, said

MOST_QUERIES = 14
TODAY = clock.local(clock.now(), "America/Toronto").date()


def service(workshop, code: str = "brakes") -> Service:
    return Service.objects.get(dealership=workshop.garage.dealership, code=code)


def test_a_condition_of_a_transport_is_written_alone(manager, workshop):
    apply(
        manager,
        "/rules/conditions/",
        **{
            "courtesy_car-stay_at_least": "4", "courtesy_car-on_web": None, "key_drop-book_by_days": "1",
            "key_drop-book_by": "18:00",
        },
    )  # fmt: skip
    rows = {one.transport: one for one in TransportCondition.objects.all()}
    assert set(rows) == {"courtesy_car", "key_drop"}
    car, key = rows["courtesy_car"], rows["key_drop"]
    assert (car.on_web, car.stay_at_least) == (False, 240)
    assert (key.book_by_days, key.book_by) == (1, time(18))


def test_notice_and_horizon_of_services_answers_and_the_dealership(manager, workshop):
    brakes = service(workshop)
    stored = Choice.objects.get(question__service__dealership=workshop.garage.dealership, code="stored")
    apply(
        manager,
        "/rules/conditions/",
        notice_minutes="90",
        **{
            f"service-{brakes.pk}-notice_hours": "24", f"service-{brakes.pk}-same_day_until": "11:00",
            f"service-{brakes.pk}-horizon_days": "60", f"answer-{stored.pk}": "72",
        },
    )  # fmt: skip
    brakes.refresh_from_db()
    stored.refresh_from_db()
    workshop.garage.dealership.refresh_from_db()
    assert (brakes.notice_hours, brakes.same_day_until, brakes.horizon_days) == (24, time(11), 60)
    assert stored.notice_hours == 72
    assert workshop.garage.dealership.notice_minutes == 90
    assert CapacityEdit.objects.get().summary_en == "Conditions for booking"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"shuttle-first_start": "10:00", "shuttle-last_start": "8:00"},
            "shuttle-last_start",
            "not come before",
        ),
        ({"key_drop-book_by": "18:00"}, "key_drop-book_by_days", "how many days"),
        ({"key_drop-book_by_days": "1"}, "key_drop-book_by", "what time"),
        ({"courtesy_car-stay_at_least": "-1"}, "courtesy_car-stay_at_least", "negative"),
        ({"wait-work_at_most": "500"}, "wait-work_at_most", "72 hours at most"),
        ({"notice_minutes": ""}, "notice_minutes", "number of minutes"),
        ({"horizon_days": "0"}, "horizon_days", "1 or more"),
        ({"horizon_days": "5000"}, "horizon_days", "400 at most"),
    ],
)
def test_impossible_conditions_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    page = preview(manager, "/rules/conditions/", **fields)
    assert sentence in errors(page)[field][0]
    assert not TransportCondition.objects.exists()


def test_nothing_typed_over_is_said(manager):
    page = preview(manager, "/rules/conditions/")
    assert "nothing changes" in said(page)


def group_fields(workshop, **more) -> dict:
    return {
        "name_fr": "Géométrie", "name_en": "Alignment", "last_start": "15:30",
        "members": [str(service(workshop).pk)], **more,
    }  # fmt: skip


def season(**more) -> dict:
    return {
        "season-0-name_fr": "Automne", "season-0-name_en": "", "season-0-opens_on": str(TODAY),
        "season-0-first_day": str(TODAY + timedelta(days=3)),
        "season-0-last_day": str(TODAY + timedelta(days=40)), **more,
    }  # fmt: skip


def test_a_group_is_made_with_its_work_its_hours_and_a_season(manager, workshop):
    apply(manager, "/rules/groups/add/", **group_fields(workshop, **season(), only_in_season="on"))
    group = ServiceGroup.objects.get()
    assert (group.code, group.name_en, group.last_start, group.only_in_season) == (
        "geometrie", "Alignment", time(15, 30), True,
    )  # fmt: skip
    assert [one.service.code for one in group.members.all()] == ["brakes"]
    kept = group.seasons.get()
    assert (kept.name_fr, kept.name_en) == ("Automne", "Automne")
    page = said(manager.get(f"{HERE}/rules/groups/"))
    assert "until 3:30 p.m." in page
    assert "only in season" in page
    assert "Alignment" in said(manager.get(f"{HERE}/rules/"))


def test_an_answer_alone_can_belong(manager, workshop):
    off = Choice.objects.get(question__service__dealership=workshop.garage.dealership, code="off")
    tires = service(workshop, "tire_swap")
    apply(manager, "/rules/groups/add/", name_fr="Sans jantes", members=[f"{tires.pk}-{off.pk}"])
    member = ServiceGroup.objects.get().members.get()
    assert (member.service, member.choice) == (tires, off)


def test_a_group_is_changed_and_a_season_deleted(manager, workshop, rack):
    Season.objects.create(
        group=rack, name_fr="Printemps", name_en="Spring", opens_on=TODAY, first_day=TODAY,
        last_day=TODAY + timedelta(days=9),
    )  # fmt: skip
    kept = rack.members.get()
    apply(manager, f"/rules/groups/{rack.pk}/", first_start="09:00", **{"season-0-delete": "on"})
    rack.refresh_from_db()
    assert rack.first_start == time(9)
    assert not rack.seasons.exists()
    assert rack.members.get() == kept


def test_a_deleted_group_takes_its_limits_with_it(manager, workshop, rack):
    for subject in ("rack", "rack/am", "racket"):
        CapacityRule.objects.create(
            dealership=workshop.garage.dealership,
            kind=PoolKind.SERVICE_GROUP,
            subject=subject,
            weekday=0,
            cap=2,
        )
    apply(manager, f"/rules/groups/{rack.pk}/delete/")
    assert not ServiceGroup.objects.exists()
    left = CapacityRule.objects.filter(kind=PoolKind.SERVICE_GROUP)
    assert list(left.values_list("subject", flat=True)) == ["racket"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name_fr": ""}, "name_fr", "Enter a name"),
        ({"name_fr": "x" * 200}, "name_fr", "80"),
        ({"members": []}, "members", "limits nothing"),
        ({"first_start": "16:00"}, "last_start", "not come before the first"),
        ({"only_in_season": "on"}, "only_in_season", "could never be booked"),
        (
            season(**{"season-0-last_day": str(TODAY + timedelta(days=1))}),
            "season-0-last_day",
            "come before",
        ),
        (season(**{"season-0-name_fr": ""}), "season-0-name_fr", "Enter a name"),
        (
            season(**{"season-0-opens_on": str(TODAY + timedelta(days=99))}),
            "season-0-opens_on",
            "after the season",
        ),
        (season(**{"season-0-first_day": "2026-13-45"}), "season-0-first_day", "Enter a date"),
        (
            season(**{"season-0-first_day": "2020-01-01", "season-0-last_day": "2020-02-01"}),
            "season-0-last_day",
            "over",
        ),
    ],
)
def test_impossible_groups_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    page = preview(manager, "/rules/groups/add/", **group_fields(workshop, **fields))
    assert sentence in errors(page)[field][0]
    assert not ServiceGroup.objects.exists()


def test_the_list_of_groups_costs_the_same_queries_with_one_or_three(manager, workshop, rack):
    url = f"{HERE}/rules/groups/"
    manager.get(url)
    with CaptureQueriesContext(connection) as few:
        manager.get(url)
    for number in range(2):
        more = ServiceGroup.objects.create(
            dealership=workshop.garage.dealership, code=f"g{number}", name_fr="G", name_en="G"
        )
        more.members.create(service=service(workshop))
        more.seasons.create(name_fr="S", name_en="S", opens_on=TODAY, first_day=TODAY, last_day=TODAY)
    Season.objects.create(
        group=rack,
        name_fr="S",
        name_en="S",
        opens_on=TODAY,
        first_day=TODAY,
        last_day=TODAY,
    )
    manager.get(url)  # reads the changed rules once
    with CaptureQueriesContext(connection) as many:
        manager.get(url)
    assert len(few) == len(many)
    assert len(many) <= MOST_QUERIES
