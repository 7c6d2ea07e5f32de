"""The limits of a usual week, what is kept back, and when it is released."""

from __future__ import annotations

from datetime import time

import pytest

from booking.models import (
    CapacityEdit,
    CapacityPool,
    CapacityRule,
    CapacitySettings,
    PoolKind,
    ReleaseStep,
    Shift,
)
from booking.stranded import stranded_visits
from dealerships.models import Role, StaffMember
from tests.desk.capacity.ruling import HERE, agreed, apply, errors, fill, preview, said


def rules(workshop, kind: int, subject: str = "", *, starts_at: time | None = None) -> dict[int, int | None]:
    """{weekday: cap} of what is written."""
    found = CapacityRule.objects.filter(
        dealership=workshop.garage.dealership, kind=kind, subject=subject, starts_at=starts_at
    )
    return dict(found.values_list("weekday", "cap"))


def pool(workshop, kind: int, subject: str = "") -> CapacityPool:
    return CapacityPool.objects.get(
        dealership=workshop.garage.dealership, kind=kind, subject=subject, local_date=workshop.day,
        starts_at=None,
    )  # fmt: skip


def tires(workshop) -> str:
    """The field of the tires' limit on the workshop's day."""
    return f"skill-tires-{workshop.day.weekday()}"


def test_the_table_says_in_words_what_blank_and_0_mean(manager, workshop):
    page = said(manager.get(f"{HERE}/rules/"))
    assert "blank: no limit" in page
    assert 'placeholder="no limit"' in page
    assert 'aria-label="Tires, Monday"' in page


def test_hours_are_typed_with_a_comma_or_a_point_and_kept_in_minutes(manager, workshop):
    apply(manager, "/rules/", **{tires(workshop): "9,5"})
    assert rules(workshop, PoolKind.SKILL_DAY, "tires")[workshop.day.weekday()] == 570
    assert pool(workshop, PoolKind.SKILL_DAY, "tires").cap == 570
    apply(manager, "/rules/", **{tires(workshop): "7.25"})
    assert pool(workshop, PoolKind.SKILL_DAY, "tires").cap == 435


def test_only_what_was_typed_over_is_written_and_the_preview_says_it(manager, workshop):
    before = set(CapacityRule.objects.values_list("pk", "cap"))
    page = preview(manager, "/rules/", **{tires(workshop): "9", "lounge-0": "4"})
    assert set(CapacityRule.objects.values_list("pk", "cap")) == before
    assert [line.replace("\u00a0", " ") for line in page.context["preview"].lines] == [
        f"Tires: {workshop.day:%a} 8 h → 9 h",
        "Waiters in the lounge at once: Mon no limit → 4",
    ]
    apply(manager, "/rules/", **{tires(workshop): "9", "lounge-0": "4"})
    assert len(set(CapacityRule.objects.values_list("pk", "cap")) - before) == 2


def test_blank_is_no_limit_and_0_is_closed(manager, workshop):
    weekday = workshop.day.weekday()
    apply(manager, "/rules/", **{tires(workshop): "", f"skill-express-{weekday}": "0"})
    assert pool(workshop, PoolKind.SKILL_DAY, "tires").cap is None
    express = pool(workshop, PoolKind.SKILL_DAY, "express")
    assert express.closed or express.cap == 0
    # What may be missing is taken away when it is blank again.
    apply(manager, "/rules/", **{f"web-{weekday}": "5"})
    assert rules(workshop, PoolKind.CHANNEL_DAY, "web") == {weekday: 5}
    apply(manager, "/rules/", **{f"web-{weekday}": ""})
    assert rules(workshop, PoolKind.CHANNEL_DAY, "web") == {}


def test_a_limit_below_what_is_booked_lists_who_is_over_and_drops_nobody(manager, workshop):
    booked = workshop.book(9)
    page = preview(manager, "/rules/", **{tires(workshop): "0.5"})
    assert [one.reference for one in page.context["preview"].visits] == [booked.reference]
    apply(manager, "/rules/", **{tires(workshop): "0.5"})
    booked.refresh_from_db()
    assert booked.status == "booked"
    stranded = stranded_visits(workshop.garage.dealership, workshop.day, workshop.day)
    assert [one.appointment for one in stranded] == [booked]


def test_shuttles_are_added_moved_and_dropped(manager, workshop):
    added = {"departure-1": "14:00", **{f"seats-1-{day}": "4" for day in range(5)}}
    apply(manager, "/rules/", **added)
    assert rules(workshop, PoolKind.TRANSPORT, "shuttle", starts_at=time(14)) == dict.fromkeys(range(5), 4)
    apply(manager, "/rules/", **{"departure-1": "14:30"})
    assert rules(workshop, PoolKind.TRANSPORT, "shuttle", starts_at=time(14)) == {}
    assert len(rules(workshop, PoolKind.TRANSPORT, "shuttle", starts_at=time(14, 30))) == 5
    apply(manager, "/rules/", **{f"seats-1-{day}": "0" for day in range(6)})
    assert rules(workshop, PoolKind.TRANSPORT, "shuttle", starts_at=time(14, 30)) == {}


def test_a_group_is_limited_all_day_and_by_part(manager, workshop, rack):
    weekday = workshop.day.weekday()
    apply(manager, "/rules/", **{f"group-rack-{weekday}": "4", f"group-rack-pm-{weekday}": "1"})
    assert pool(workshop, PoolKind.SERVICE_GROUP, "rack").cap == 4
    assert pool(workshop, PoolKind.SERVICE_GROUP, "rack/pm").cap == 1
    page = preview(manager, "/rules/", **{f"group-rack-pm-{weekday}": "2"})
    assert page.context["preview"].lines[0].startswith("Rack, afternoon")


def test_what_the_technicians_give_is_shown_beside_the_ceilings(manager, workshop):
    person = StaffMember.objects.create(
        dealership=workshop.garage.dealership,
        role=Role.TECHNICIAN,
        name="Luc",
        skills=["tires"],
        efficiency=120,
    )
    Shift.objects.create(person=person, weekday=0, starts=time(8), ends=time(16))
    page = said(manager.get(f"{HERE}/rules/"))
    assert "what 1 technician gives" in page
    assert "9.6 h" in page


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("skill-tires-0", "-3", "negative number"),
        ("skill-tires-0", "99999", "2000 hours at most"),
        ("skill-tires-0", "plenty", "Enter hours"),
        ("skill-tires-0", "NaN", "Enter hours"),
        ("skill-tires-0", "1e9", "2000 hours at most"),
        ("lounge-0", "2.5", "whole number"),
        ("lounge-0", "٣", "whole number"),
        ("cars-0", "100000", "999 at most"),
        ("seats-1-0", "4", None),
        ("departure-0", "soon", "Enter a time"),
    ],
)
def test_what_can_not_be_meant_is_refused_at_its_field_and_kept(manager, workshop, field, text, sentence):
    page = preview(manager, "/rules/", **{field: text})
    if sentence is None:
        assert errors(page) == {"departure-1": ["Say when it leaves."]}
    else:
        assert sentence in errors(page)[field][0]
        assert f'value="{text}"' in said(page)
    assert not CapacityEdit.objects.exists()


def test_two_shuttles_at_one_time_are_refused(manager, workshop):
    page = preview(manager, "/rules/", **{"departure-1": "09:00", "seats-1-0": "2"})
    assert "Two shuttles leave at that time" in errors(page)["departure-1"][0]


def test_a_week_without_anything_is_refused_with_what_to_do_instead(manager, workshop):
    page = preview(manager, "/rules/", **{f"shop-{day}": "0" for day in range(6)})
    assert page.status_code == 422
    assert "nothing could be booked on any day" in said(page)
    assert page.context["preview"] is None


def test_closing_many_days_must_be_said_to_be_meant(manager, workshop):
    closed = {f"shop-{day}": "0" for day in range(5)}
    data = fill(manager, "/rules/", **closed)
    page = manager.post(f"{HERE}/rules/", {**data, "preview": "yes"})
    assert page.context["preview"].closes >= 10
    unsure = manager.post(f"{HERE}/rules/", agreed(page, data))
    assert "Tick the box if that is what you want." in said(unsure)
    assert not CapacityEdit.objects.exists()
    assert manager.post(f"{HERE}/rules/", agreed(page, data, sure="yes")).status_code == 302
    assert CapacityEdit.objects.count() == 1


def test_nothing_typed_over_is_said_and_not_written(manager, workshop):
    page = preview(manager, "/rules/")
    assert page.status_code == 422
    assert "nothing changes" in said(page)
    assert not CapacityEdit.objects.exists()


STEPS = {
    "reserve-0-days": "1", "reserve-0-at": "16:00", "reserve-0-percent": "50",
    "reserve-1-days": "0", "reserve-1-at": "09:00", "reserve-1-percent": "100",
}  # fmt: skip


def test_a_reserve_and_its_steps_are_kept(manager, workshop):
    page = preview(manager, "/rules/kept/", reserve_percent="20", kept_for_staff="3", **STEPS)
    assert page.context["preview"].lines[0].startswith("Reserve: 20%; 50% free from 4:00 p.m. the day before")
    apply(manager, "/rules/kept/", reserve_percent="20", kept_for_staff="3", **STEPS)
    kept = CapacitySettings.objects.get(dealership=workshop.garage.dealership)
    assert (kept.reserve_percent, kept.kept_for_staff, kept.web_guaranteed) == (20, 3, None)
    steps = ReleaseStep.objects.values_list("what", "days_before", "at", "percent")
    assert set(steps) == {("reserve", 1, time(16), 50), ("reserve", 0, time(9), 100)}
    known = set(ReleaseStep.objects.values_list("pk", flat=True))
    apply(manager, "/rules/kept/", **{"reserve-1-at": "10:00"})
    assert len(known & set(ReleaseStep.objects.values_list("pk", flat=True))) == 1


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"reserve_percent": "120"}, "reserve_percent", "100 at most"),
        ({"reserve_percent": "-5"}, "reserve_percent", "negative number"),
        ({"reserve-0-at": ""}, "reserve-0-at", "whole step"),
        ({"reserve-1-percent": "50"}, "reserve-1-percent", "must free more"),
        ({"reserve-1-days": "1", "reserve-1-at": "16:00"}, "reserve-1-at", "same moment"),
        ({"reserve-0-percent": "0"}, "reserve-0-percent", "1 or more"),
        ({"reserve-0-days": "40"}, "reserve-0-days", "14 at most"),
        ({"reserve_percent": ""}, "reserve_percent", "no reserve to release"),
        (
            {"channel-0-days": "0", "channel-0-at": "08:00", "channel-0-percent": "100"},
            "kept_for_staff",
            "Nothing is kept",
        ),
    ],
)
def test_impossible_releases_are_refused_at_their_field(manager, workshop, fields, field, sentence):
    page = preview(manager, "/rules/kept/", **{"reserve_percent": "20", **STEPS, **fields})
    found = errors(page)
    assert any(sentence in one for one in found[field]), found
    assert not ReleaseStep.objects.exists()
