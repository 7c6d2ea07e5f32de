"""Closures, holidays, other hours of a day, and the work that an evening leaves."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityPool, CarryOver, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Closure, SpecialHours
from desk.capacity.closures import load_years
from desk.capacity.fields import skipped_time
from lib import clock
from tests.desk.capacity.ruling import HERE, agreed, apply, errors, fill, preview, said

MOST_QUERIES = 12


def day_pools(workshop, kind: int, day: date | None = None):
    return CapacityPool.objects.filter(
        dealership=workshop.garage.dealership, kind=kind, local_date=day or workshop.day
    )


def test_statutory_holidays_are_shown_for_this_year_and_the_next_before_they_are_in_the_schedule(workshop):
    years = load_years(workshop.garage.dealership, today=date(2026, 11, 29))
    assert [year.number for year in years] == [2026, 2027]
    named = {line.first_day for line in years[1].lines if line.kind == "holiday"}
    assert {date(2027, 1, 1), date(2027, 6, 24), date(2027, 12, 25)} <= named
    # A year that turns brings the next one.
    later = load_years(workshop.garage.dealership, today=date(2027, 1, 2))
    assert date(2028, 6, 24) in {line.first_day for line in later[1].lines}


def test_the_shop_is_closed_for_a_day_and_opened_again(manager, workshop):
    booked = workshop.book(9)
    data = fill(manager, "/rules/closures/add/", first_day=str(workshop.day), reason_fr="Inventaire")
    page = manager.post(f"{HERE}/rules/closures/add/", {**data, "preview": "yes"})
    assert [one.reference for one in page.context["preview"].visits] == [booked.reference]
    assert not Closure.objects.filter(statutory=False).exists()
    assert manager.post(f"{HERE}/rules/closures/add/", agreed(page, data)).status_code == 302
    closure = Closure.objects.get(statutory=False)
    assert (closure.last_day, closure.reason_en, closure.team) == (workshop.day, "Inventaire", "")
    assert not day_pools(workshop, PoolKind.SHOP_DAY).filter(closed=False).exists()
    assert len(stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)) == 1
    assert "Inventaire" in said(manager.get(f"{HERE}/rules/closures/"))
    apply(manager, f"/rules/closures/{closure.pk}/delete/")
    assert day_pools(workshop, PoolKind.SHOP_DAY).filter(closed=False).exists()
    assert not stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)


def test_a_team_and_a_person_can_be_closed(manager, workshop):
    julie = workshop.garage.advisors[0]
    apply(
        manager, "/rules/closures/add/", who="team:tires", first_day=str(workshop.day), reason_fr="Formation",
        reason_en="Training",
    )  # fmt: skip
    apply(
        manager, "/rules/closures/add/", who=f"person:{julie.pk}", first_day=str(workshop.day),
        reason_fr="Congé", reason_en="Day off",
    )  # fmt: skip
    rows = Closure.objects.filter(statutory=False).order_by("pk").values_list("team", "staff_member")
    assert list(rows) == [("tires", None), ("", julie.pk)]
    assert not day_pools(workshop, PoolKind.ADVISOR_CELL).filter(subject=str(julie.pk), closed=False).exists()


def test_closing_every_day_must_be_said_to_be_meant(manager, workshop):
    data = fill(
        manager, "/rules/closures/add/", first_day=str(workshop.day - timedelta(days=1)),
        last_day=str(workshop.day + timedelta(days=200)), reason_fr="Rénovation",
    )  # fmt: skip
    data["first_day"] = str(clock.local(clock.now(), "America/Toronto").date())
    page = manager.post(f"{HERE}/rules/closures/add/", {**data, "preview": "yes"})
    assert page.context["preview"].closes
    unsure = manager.post(f"{HERE}/rules/closures/add/", agreed(page, data))
    assert "on which nobody can come any more" in said(unsure)
    assert not Closure.objects.filter(statutory=False).exists()
    assert manager.post(f"{HERE}/rules/closures/add/", agreed(page, data, sure="yes")).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"first_day": "2020-01-01"}, "first_day", "past"),
        ({"first_day": ""}, "first_day", "Choose a day"),
        ({"first_day": "9999-12-31"}, "first_day", "Enter a date"),
        ({"last_day": "2026-01-01"}, "last_day", "past"),
        ({"reason_fr": " "}, "reason_fr", "Say why"),
        ({"reason_fr": "x" * 300}, "reason_fr", "80"),
        ({"who": "team:magic"}, "who", ""),
    ],
)
def test_impossible_closures_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    values = {"first_day": str(workshop.day), "reason_fr": "Inventaire", **fields}
    page = preview(manager, "/rules/closures/add/", **values)
    assert sentence in errors(page)[field][0]
    assert not Closure.objects.filter(statutory=False).exists()


def test_the_same_days_are_not_closed_twice(manager, workshop):
    apply(manager, "/rules/closures/add/", first_day=str(workshop.day), reason_fr="Inventaire")
    page = preview(manager, "/rules/closures/add/", first_day=str(workshop.day), reason_fr="Encore")
    assert "closed already: Inventaire" in errors(page)["first_day"][0]


def test_a_statutory_holiday_is_not_deleted_but_opened_with_hours_of_its_own(manager, workshop):
    holiday = Closure.objects.create(
        dealership=workshop.garage.dealership, first_day=workshop.day, last_day=workshop.day,
        reason_fr="Fête", reason_en="Holiday", statutory=True,
    )  # fmt: skip
    assert manager.get(f"{HERE}/rules/closures/{holiday.pk}/delete/").status_code == 404
    apply(
        manager,
        f"/rules/hours/add/?day={workshop.day}",
        opens="09:00",
        closes="12:00",
        reason_fr="Ouvert quand même",
    )
    assert day_pools(workshop, PoolKind.ADVISOR_CELL).filter(closed=False).count() == 2 * 12
    assert "Statutory holiday, open 9:00 a.m.–12:00 p.m." in said(manager.get(f"{HERE}/rules/closures/"))


def test_other_hours_of_a_day_and_back(manager, workshop):
    path = "/rules/hours/add/"
    day = str(workshop.day)
    apply(manager, path, day=day, opens="07:30", closes="12:00", reason_fr="Veille de Noël", reason_en="Eve")
    hours = SpecialHours.objects.get()
    assert (hours.day, hours.closes, hours.reason_en) == (workshop.day, time(12), "Eve")
    assert day_pools(workshop, PoolKind.ADVISOR_CELL).filter(closed=False).count() == 2 * 18
    again = preview(manager, path, day=day, opens="08:00", closes="12:00", reason_fr="x")
    assert "other hours already" in errors(again)["day"][0]
    apply(manager, f"/rules/hours/{hours.pk}/delete/")
    assert day_pools(workshop, PoolKind.ADVISOR_CELL).filter(closed=False).count() == 2 * 32


def test_a_time_that_the_clocks_jump_over_is_refused(manager, workshop):
    gap = date(2027, 3, 14)
    assert skipped_time(gap, time(2, 30), "America/Toronto")
    assert not skipped_time(gap, time(3), "America/Toronto")
    page = preview(
        manager, "/rules/hours/add/", day=str(gap), opens="02:30", closes="09:00", reason_fr="Nuit"
    )
    assert "does not exist on that day" in errors(page)["opens"][0]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"closes": "07:00"}, "closes", "end must come after"),
        ({"opens": ""}, "opens", "Say from when"),
        ({"day": "2020-01-01"}, "day", "past"),
    ],
)
def test_impossible_hours_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    values = {"day": str(workshop.day), "opens": "08:00", "closes": "12:00", "reason_fr": "x", **fields}
    page = preview(manager, "/rules/hours/add/", **values)
    assert sentence in errors(page)[field][0]
    assert not SpecialHours.objects.exists()


def test_hours_on_a_day_that_is_closed_are_refused(manager, workshop):
    apply(manager, "/rules/closures/add/", first_day=str(workshop.day), reason_fr="Inventaire")
    page = preview(
        manager, "/rules/hours/add/", day=str(workshop.day), opens="08:00", closes="12:00", reason_fr="x"
    )
    assert "closed on that day (Inventaire)" in errors(page)["day"][0]


def test_the_list_costs_the_same_queries_with_one_closure_or_three(manager, workshop):
    def close(days: int) -> None:
        day = workshop.day + timedelta(days=days)
        Closure.objects.create(
            dealership=workshop.garage.dealership, staff_member=workshop.garage.advisors[0], first_day=day,
            last_day=day, reason_fr="Congé", reason_en="Off",
        )  # fmt: skip

    url = f"{HERE}/rules/closures/"
    close(1)
    manager.get(url)
    with CaptureQueriesContext(connection) as few:
        manager.get(url)
    close(2)
    close(3)
    manager.get(url)  # reads the changed rules once
    with CaptureQueriesContext(connection) as many:
        manager.get(url)
    assert len(few) == len(many)
    assert len(many) <= MOST_QUERIES


def test_carried_over_work_is_taken_off_the_next_open_day(manager, workshop):
    page = manager.get(f"{HERE}/rules/carry-over/")
    day = page.context["form"].day
    assert day == workshop.day
    before = day_pools(workshop, PoolKind.SKILL_DAY).get(subject="tires").cap
    apply(manager, "/rules/carry-over/", tires="2,5")
    assert CarryOver.objects.get().minutes == 150
    assert day_pools(workshop, PoolKind.SKILL_DAY).get(subject="tires").cap == before - 150
    apply(manager, "/rules/carry-over/", tires="0")
    assert not CarryOver.objects.exists()


def test_carried_over_work_can_be_entered_for_a_day_after(manager, workshop):
    days = manager.get(f"{HERE}/rules/carry-over/").context["days"]
    other = next(one["iso"] for one in days if not one["current"] and one["iso"] > str(workshop.day))
    apply(manager, f"/rules/carry-over/?day={other}", mechanical="1")
    assert str(CarryOver.objects.get().local_date) == other
    page = preview(manager, "/rules/carry-over/", tires="-1")
    assert "negative" in errors(page)["tires"][0]
