"""The time step: what it shows, and what it costs the database."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityPool, PoolKind
from dealerships.models import Closure
from lib import clock
from tests.booking.views.conftest import CIVIC, TIRES, Visitor, said

# Dealership, session, this session's hold; availability: rules, the hold's claims, pools; then the hours of the shown
# week and today's, in the footer.
QUERIES = 8


def open_day(visitor: Visitor) -> date:
    """The first day after tomorrow with times."""
    return clock.local(visitor.starts()[0].starts_at, visitor.garage.dealership.zone).date()


def test_the_page_costs_the_same_with_one_day_booked_and_with_three(visitor: Visitor) -> None:
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    counts = []
    first = open_day(visitor)
    for number in range(3):
        start = visitor.starts(first + timedelta(days=number))[1 + number]
        visitor.garage.book(start.starts_at, now=clock.now())
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get("book/time/").status_code == 200
        counts.append(len(queries))
    assert counts == [QUERIES] * 3


def test_times_are_grouped_by_part_of_day_and_say_when_the_vehicle_is_ready(visitor: Visitor) -> None:
    visitor.to_time()
    start = visitor.starts()[0]
    day = open_day(visitor)
    page = visitor.get("book/time/", day=day.isoformat()).content.decode()
    assert said("Morning") in page
    assert said("Afternoon") in page
    ready = clock.say_time(clock.local(start.ready_at, visitor.garage.dealership.zone), "fr")
    with_ready = said("ready around %(ready)s") % {"ready": ready}
    assert with_ready in page
    assert f'<legend class="visually-hidden">{clock.say_date(day, "fr", year=True)}</legend>' in page


def test_a_visitor_who_waits_is_offered_fewer_times_than_one_who_leaves(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", {**TIRES, "tire_swap-rims": "off"})
    day = open_day(visitor).isoformat()
    leaves = (
        visitor.get("book/time/", day=day, transport="drop_off").content.decode().count('class="slot-time"')
    )
    waits = visitor.get("book/time/", day=day, transport="wait").content.decode().count('class="slot-time"')
    assert 0 < waits < leaves


def test_a_full_day_says_so_and_where_the_next_place_is(visitor: Visitor) -> None:
    visitor.to_time()
    day = open_day(visitor)
    CapacityPool.objects.filter(local_date=day).update(closed=True)
    page = visitor.get("book/time/", day=day.isoformat()).content.decode()
    following = visitor.starts(day + timedelta(days=1))[0]
    assert said("Full that day.") in page
    assert page.count(said("Tell me when a place is free")) == 2  # for that day, and below for any other
    assert clock.say_moment(following.starts_at, visitor.garage.dealership.zone, "fr") in page


@pytest.mark.parametrize(("language", "reason"), [("fr", "Inventaire"), ("en", "Stocktaking")])
def test_a_closed_day_gives_its_reason(visitor: Visitor, language: str, reason: str) -> None:
    there = Visitor(visitor.garage, language, visitor.client)
    there.to_time()
    day = open_day(there)
    Closure.objects.create(
        dealership=visitor.garage.dealership, first_day=day, last_day=day, reason_fr="Inventaire",
        reason_en="Stocktaking",
    )  # fmt: skip
    page = there.get("book/time/", day=day.isoformat()).content.decode()
    assert said("Closed that day: %(reason)s.", language) % {"reason": reason} in page
    # No place comes free on a closed day: only the way below, for any other day.
    assert page.count(said("Tell me when a place is free", language)) == 1


def test_with_nothing_open_the_page_says_whom_to_call(visitor: Visitor) -> None:
    visitor.to_time()
    CapacityPool.objects.update(closed=True)
    page = visitor.get("book/time/").content.decode()
    sentence = "Nothing is open online in the coming weeks. Call us at %(phone)s, we will find a place."
    assert said(sentence) % {"phone": "450 555-0134"} in page


@pytest.mark.parametrize(
    "query",
    [
        {"day": "1900-01-01"}, {"day": "2199-01-01"}, {"from": "x"}, {"day": "2026-02-30"},
        {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"from": "0001-01-01"}, {"from": "9999-12-31"},
    ],
)  # fmt: skip
def test_a_day_out_of_range_shows_the_nearest_week(visitor: Visitor, query: dict[str, str]) -> None:
    visitor.to_time()
    page = visitor.get("book/time/", **query)
    assert page.status_code == 200
    assert page.content.decode().count('class="day') >= 7


def test_htmx_gets_the_panel_only_and_a_restored_page_the_whole(visitor: Visitor) -> None:
    visitor.to_time()
    part = visitor.client.get(visitor.url("book/time/"), headers={"HX-Request": "true"})
    whole = visitor.client.get(
        visitor.url("book/time/"), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" not in part.content.decode()
    assert "day-strip" in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "HX-Request" in whole.headers["Vary"]


def test_one_s_own_held_time_is_shown_as_chosen(visitor: Visitor) -> None:
    visitor.to_time()
    start = visitor.starts()[4]
    visitor.choose(start)
    page = visitor.get("book/time/").content.decode()
    assert f'value="{start.starts_at:%Y-%m-%dT%H:%MZ}" checked' in page


def hours_of(page) -> set[int]:
    """The hours of the times that a page of times offers."""
    shown = re.findall(r'name="start" value="([^"]+)"', page.content.decode())
    return {clock.local(datetime.fromisoformat(one), "America/Toronto").hour for one in shown}


@pytest.mark.parametrize(("part", "least", "most"), [("am", 0, 11), ("pm", 12, 16)])
def test_the_mornings_or_the_afternoons_alone_can_be_looked_at(
    visitor: Visitor, part: str, least: int, most: int
) -> None:
    visitor.to_time()
    everything = hours_of(visitor.get("book/time/"))
    page = visitor.get("book/time/", part=part)
    assert hours_of(page) == {hour for hour in everything if least <= hour <= most}
    # Every other day keeps the choice.
    assert all(f"part={part}" in day["url"] for day in page.context["panel"]["days"])


def test_an_invented_part_of_the_day_is_no_choice(visitor: Visitor) -> None:
    visitor.to_time()
    assert hours_of(visitor.get("book/time/", part="night")) == hours_of(visitor.get("book/time/"))


def test_a_day_without_mornings_is_not_called_full(visitor: Visitor) -> None:
    visitor.to_time()
    first = visitor.starts()[0]
    day = clock.local(first.starts_at, "America/Toronto").date()
    CapacityPool.objects.filter(
        kind=PoolKind.ADVISOR_CELL,
        local_date=day,
        starts_at__lt=clock.at_local(day, time(12), "America/Toronto"),
    ).update(closed=True)
    strip = visitor.get("book/time/", part="am", **{"from": day.isoformat()}).content.decode()
    assert said("None") in strip.split('class="day-strip"')[1].split("</nav>")[0]
