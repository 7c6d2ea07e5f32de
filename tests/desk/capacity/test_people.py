"""The people of the schedule: their weeks, their days off, who comes and who goes."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.edit import edition_of
from booking.models import CapacityEdit, CapacityPool, PoolKind, Shift
from booking.stranded import stranded_visits
from dealerships.models import Closure, Role, StaffMember
from lib import clock
from tests.desk.capacity.ruling import HERE, agreed, apply, errors, fill, preview, said
from tests.desk.conftest import open_workshop
from tests.garage import Garage

MOST_QUERIES = 14


@pytest.fixture
def julie(workshop) -> StaffMember:
    return workshop.garage.advisors[0]


def cells(workshop, person: StaffMember, day=None) -> int:
    """The check-ins of this person that are open on the day."""
    return CapacityPool.objects.filter(
        dealership=workshop.garage.dealership, kind=PoolKind.ADVISOR_CELL, subject=str(person.pk),
        local_date=day or workshop.day, closed=False,
    ).count()  # fmt: skip


def add_technician(garage: Garage, name: str, *, skills=("tires",), hours=(time(8), time(16))) -> StaffMember:
    person = StaffMember.objects.create(
        dealership=garage.dealership, role=Role.TECHNICIAN, name=name, skills=list(skills)
    )
    for weekday in range(5):
        Shift.objects.create(person=person, weekday=weekday, starts=hours[0], ends=hours[1])
    return person


def test_the_list_says_hours_skills_and_the_next_days_off(manager, workshop, julie):
    add_technician(workshop.garage, "Luc Roy", skills=("tires", "express"))
    Closure.objects.create(
        dealership=workshop.garage.dealership, staff_member=julie, first_day=workshop.day,
        last_day=workshop.day, reason_fr="Vacances", reason_en="Vacation",
    )  # fmt: skip
    page = said(manager.get(f"{HERE}/people/"))
    assert "Mon–Sat 7:30 a.m.–4:30 p.m." in page
    assert "48 h" in page
    assert "Express, Tires" in page or "Tires, Express" in page
    assert clock.say_short_date(workshop.day, "en") in page


def test_the_list_costs_the_same_queries_with_one_person_or_three(manager, workshop):
    StaffMember.objects.filter(dealership=workshop.garage.dealership, role=Role.ADVISOR).exclude(
        pk=workshop.garage.advisors[0].pk
    ).update(active=False)
    url = f"{HERE}/people/"
    manager.get(url)
    with CaptureQueriesContext(connection) as few:
        manager.get(url)
    StaffMember.objects.filter(dealership=workshop.garage.dealership, role=Role.ADVISOR).update(active=True)
    add_technician(workshop.garage, "Luc Roy")
    add_technician(workshop.garage, "Ève Roy")
    manager.get(url)  # reads the changed rules once
    with CaptureQueriesContext(connection) as many:
        manager.get(url)
    assert len(few) == len(many)
    assert len(many) <= MOST_QUERIES


def test_a_vacation_is_previewed_with_the_visits_that_it_strands_and_nothing_is_written(
    manager, workshop, julie
):
    booked = workshop.book(9, basket=workshop.garage.basket(advisor=julie.pk))
    page = preview(
        manager, f"/people/{julie.pk}/away/", first_day=str(workshop.day), last_day=str(workshop.day)
    )
    assert [one.reference for one in page.context["preview"].visits] == [booked.reference]
    assert page.context["preview"].visits[0].proposals
    assert not Closure.objects.filter(staff_member=julie).exists()
    assert not CapacityEdit.objects.exists()
    assert cells(workshop, julie) > 0


def test_applied_the_vacation_closes_the_advisor_and_lists_who_has_to_move(manager, workshop, julie):
    booked = workshop.book(9, basket=workshop.garage.basket(advisor=julie.pk))
    done = apply(manager, f"/people/{julie.pk}/away/", first_day=str(workshop.day), reason="training")
    edit = CapacityEdit.objects.get()
    assert done.url == f"{HERE}/people/?done={edit.pk}"
    closure = Closure.objects.get(staff_member=julie)
    assert (closure.first_day, closure.last_day) == (workshop.day, workshop.day)
    assert (closure.reason_en, edit.by) == ("Training", manager.user)
    assert cells(workshop, julie) == 0
    stranded = stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)
    assert [one.appointment for one in stranded] == [booked]
    page = said(manager.get(done.url))
    assert "1 visit is to be moved" in page
    assert f'name="edition" value="{edition_of(workshop.garage.dealership)}"' in page


def test_a_place_chosen_in_the_preview_is_taken_with_the_change_and_the_customer_is_told_only_if_ticked(
    manager, workshop, julie
):
    booked = workshop.book(9, basket=workshop.garage.basket(advisor=julie.pk))
    path = f"/people/{julie.pk}/away/"
    data = fill(manager, path, first_day=str(workshop.day))
    page = manager.post(HERE + path, {**data, "preview": "yes"})
    visit = page.context["preview"].visits[0]
    choice = {
        "visit": visit.reference, f"version-{visit.reference}": visit.version,
        f"choice-{visit.reference}": visit.proposals[0].value,
    }  # fmt: skip
    assert manager.post(HERE + path, agreed(page, data, **choice)).status_code == 302
    booked.refresh_from_db()
    assert booked.advisor == workshop.garage.advisors[1]
    assert not stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)


def test_away_today_takes_one_click(manager, workshop, julie):
    now = clock.local(clock.now(), workshop.garage.dealership.zone).date()
    url = f"{HERE}/people/{julie.pk}/away-today/"
    done = manager.post(url, {"edition": edition_of(workshop.garage.dealership)})
    assert done.status_code == 302
    closure = Closure.objects.get(staff_member=julie)
    assert (closure.first_day, closure.last_day) == (now, now)
    # From a page that is no longer current nothing is done.
    manager.post(url.replace(str(julie.pk), str(workshop.garage.advisors[1].pk)), {"edition": 0})
    assert Closure.objects.filter(staff_member__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("first", "last", "field", "sentence"),
    [
        (-2, 3, "first_day", "That day is past"),
        (5, 3, "last_day", "must not come before the first"),
        (5, 800, "last_day", "longer than a year"),
        (None, 3, "first_day", "Choose a day"),
    ],
)
def test_impossible_days_off_are_refused_at_their_field_and_what_was_typed_is_kept(
    manager, workshop, julie, first, last, field, sentence
):
    def day(count):
        return "" if count is None else str(workshop.day + timedelta(days=count))

    page = preview(manager, f"/people/{julie.pk}/away/", first_day=day(first), last_day=day(last))
    assert sentence in errors(page)[field][0]
    assert day(last) in said(page)
    assert not Closure.objects.filter(staff_member=julie).exists()


def test_days_off_can_be_taken_back(manager, workshop, julie):
    apply(manager, f"/people/{julie.pk}/away/", first_day=str(workshop.day))
    closure = Closure.objects.get(staff_member=julie)
    apply(manager, f"/people/absences/{closure.pk}/")
    assert not Closure.objects.filter(staff_member=julie).exists()
    assert cells(workshop, julie) > 0


def test_a_week_is_typed_over_and_the_pools_follow(manager, workshop, julie):
    weekday = workshop.day.weekday()
    before = cells(workshop, julie)
    times = {f"w0__d{weekday}__b__s": "13:00", f"w0__d{weekday}__b__e": "15:00"}
    apply(manager, f"/people/{julie.pk}/", daily_customers="", **times)
    julie.refresh_from_db()
    assert julie.daily_customers is None
    assert set(julie.shifts.filter(weekday=weekday).values_list("starts", "ends")) == {
        (time(7, 30), time(12)), (time(13), time(15)),
    }  # fmt: skip
    assert cells(workshop, julie) == before - 6
    # What was not typed over keeps its rows.
    assert julie.shifts.count() == 12


def test_an_evening_and_a_rotation_are_kept_as_they_are(manager, workshop, julie):
    julie.rotation_weeks = 2
    julie.save()
    Shift.objects.create(person=julie, rotation_week=1, weekday=3, starts=time(17, 30), ends=time(19, 30))
    Shift.objects.create(person=julie, rotation_week=0, weekday=3, starts=time(17, 30), ends=time(19, 30))
    before = set(julie.shifts.values_list("pk", flat=True))
    apply(manager, f"/people/{julie.pk}/", name="Julie Roy")
    assert set(julie.shifts.values_list("pk", flat=True)) == before


def test_0_customers_means_takes_nobody_and_is_said(manager, workshop, julie):
    apply(manager, f"/people/{julie.pk}/", daily_customers="0")
    assert "takes nobody" in said(manager.get(f"{HERE}/people/"))


@pytest.mark.parametrize(
    ("times", "field", "sentence"),
    [
        ({"w0__d1__b__s": "11:00"}, "w0-d1-b-s", "overlaps 7:30 a.m. to 12:00 p.m."),
        ({"w0__d1__a__s": "13:00"}, "w0-d1-a-e", "end must come after the beginning"),
        ({"w0__d1__a__e": ""}, "w0-d1-a-e", "Say until when"),
        ({"w0__d1__a__s": "25:99"}, "w0-d1-a-s", "Enter a time"),
        ({"daily_customers": "-1"}, "daily_customers", "negative number"),
        ({"daily_customers": "many"}, "daily_customers", "whole number"),
        ({"daily_customers": "9999"}, "daily_customers", "99 at most"),
        ({"name": ""}, "name", "Enter a name"),
        ({"languages": []}, "languages", "one language"),
    ],
)
def test_an_impossible_week_is_refused_at_its_field(manager, workshop, julie, times, field, sentence):
    before = list(julie.shifts.values_list("weekday", "starts", "ends"))
    page = preview(manager, f"/people/{julie.pk}/", **times)
    assert sentence in errors(page)[field][0]
    assert page.context["preview"] is None
    assert list(julie.shifts.values_list("weekday", "starts", "ends")) == before


def test_the_first_filled_day_is_copied_to_the_working_week_and_nothing_is_written(manager, workshop, julie):
    data = fill(manager, f"/people/{julie.pk}/", w0__d0__a__s="09:00")
    page = manager.post(f"{HERE}/people/{julie.pk}/", {**data, "copy": "0"})
    assert [page.context["form"][f"w0-d{day}-a-s"].value() for day in range(6)] == ["09:00"] * 5 + ["07:30"]
    assert not CapacityEdit.objects.exists()


def test_somebody_new_checks_in_from_the_day_they_are_in_the_schedule(manager, workshop):
    times = {
        f"w0__d{day}__a__{end}": wall for day in range(6) for end, wall in (("s", "8:00"), ("e", "12:00"))
    }
    apply(manager, "/people/add/?role=advisor", name="Ève Roy", daily_customers="8", **times)
    person = StaffMember.objects.get(name="Ève Roy")
    assert (person.role, person.daily_customers, person.user) == (Role.ADVISOR, 8, None)
    assert cells(workshop, person) == 16


def test_several_technicians_are_added_at_once_and_the_first_ones_are_warned_of(manager, workshop):
    times = {
        f"w0__d{day}__a__{end}": wall for day in range(6) for end, wall in (("s", "8:00"), ("e", "12:00"))
    }
    fields = {"name": "Luc Roy\r\n\r\nÈve Côté\r\n", "skills": ["tires"], "role": "technician", **times}
    page = preview(manager, "/people/add/?role=technician", **fields)
    assert "what the technicians give" in page.context["preview"].lines[0]
    apply(manager, "/people/add/?role=technician", **fields)
    people = StaffMember.objects.filter(role=Role.TECHNICIAN).order_by("pk")
    assert [one.name for one in people] == ["Luc Roy", "Ève Côté"]
    assert [one.shifts.count() for one in people] == [6, 6]
    tires = CapacityPool.objects.get(
        dealership=workshop.garage.dealership,
        kind=PoolKind.SKILL_DAY,
        subject="tires",
        local_date=workshop.day,
    )
    # Two of four hours each; the limit of the week is a ceiling now.
    assert tires.cap == 480
    assert "what the technicians give" not in str(
        preview(manager, "/people/add/", **fields).context["preview"].lines
    )


def test_a_technician_needs_a_skill_and_an_efficiency(manager):
    page = preview(manager, "/people/add/?role=technician", role="technician", name="Luc", efficiency="")
    assert set(errors(page)) == {"skills", "efficiency"}


def test_who_leaves_hands_over_and_the_rest_is_listed(manager, workshop, julie):
    kept = workshop.book(9, basket=workshop.garage.basket(advisor=julie.pk))
    workshop.book(10, basket=workshop.garage.basket(advisor=workshop.garage.advisors[1].pk))
    stays = workshop.book(10, basket=workshop.garage.basket(advisor=julie.pk), name="Ann Roy")
    path = f"/people/{julie.pk}/leave/"
    data = fill(manager, path)
    page = manager.post(HERE + path, {**data, "preview": "yes"})
    assert page.context["preview"].stranded == 2
    done = manager.post(HERE + path, agreed(page, data))
    assert done.url == f"{HERE}/people/{julie.pk}/left/"
    listed = said(manager.get(done.url))
    assert "Ann Roy" in listed
    julie.refresh_from_db()
    kept.refresh_from_db()
    stays.refresh_from_db()
    assert (julie.active, kept.advisor, stays.advisor) == (False, workshop.garage.advisors[1], julie)
    apply(manager, f"/people/{julie.pk}/come-back/")
    julie.refresh_from_db()
    assert julie.active


def test_two_managers_at_once_the_second_is_told_what_changed_and_keeps_what_was_typed(
    manager, workshop, julie
):
    path = f"/people/{julie.pk}/away/"
    data = fill(manager, path, first_day=str(workshop.day))
    page = manager.post(HERE + path, {**data, "preview": "yes"})
    other = workshop.garage.advisors[1]
    apply(manager, f"/people/{other.pk}/away/", first_day=str(workshop.day + timedelta(days=1)))
    late = manager.post(HERE + path, agreed(page, data))
    assert late.status_code == 422
    text = said(late)
    assert f"{other.name} away" in text
    assert "What you typed is kept" in text
    assert f'value="{workshop.day}"' in text
    assert not Closure.objects.filter(staff_member=julie).exists()
    # The page counts that change now: applied from it, it goes through.
    assert manager.post(HERE + path, agreed(late, data)).status_code == 302


def test_a_form_changed_after_its_preview_is_previewed_again(manager, workshop, julie):
    path = f"/people/{julie.pk}/away/"
    data = fill(manager, path, first_day=str(workshop.day))
    page = manager.post(HERE + path, {**data, "preview": "yes"})
    late = manager.post(
        HERE + path, agreed(page, {**data, "last_day": str(workshop.day + timedelta(days=3))})
    )
    assert "changed after its preview" in said(late)
    assert not Closure.objects.filter(staff_member=julie).exists()


def test_somebody_of_another_dealership_is_not_there(manager, workshop, sign_in):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    theirs = elsewhere.garage.advisors[0]
    assert manager.get(f"{HERE}/people/{theirs.pk}/").status_code == 404
    assert manager.get(f"{HERE}/people/{theirs.pk}/away/").status_code == 404
