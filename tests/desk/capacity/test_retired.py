"""What no rule wants any more is shown as what never was; what somebody closed is shown as closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.test import Client

from booking.actions.cancel import cancel_appointment
from booking.actions.edit import apply_draft
from booking.actions.first_snow import Opening, Preparation, prepare_first_snow, switch_first_snow
from booking.actions.history import CUSTOMER
from booking.actions.ranges import Range, change_range
from booking.actions.refresh import refresh_pools
from booking.models import CapacityPool, CapacityRule, PoolKind, Shift
from booking.retired import RETIRED, is_retired
from dealerships.models import Closure
from desk.board import build_board, load_day
from desk.capacity.facts import load_facts, monday_of
from desk.capacity.grid import Grid, build_grid
from desk.gauges import day_gauges
from lib import clock
from tests.desk.capacity.test_week import cell_of
from tests.desk.conftest import Workshop


@pytest.fixture
def switch(workshop: Workshop, manager: Client) -> Callable[..., None]:
    """Switches a prepared first snow: every morning and evening, and on Sundays."""
    dealership = workshop.garage.dealership
    hours = [Opening(weekday, time(6), time(20), tire_minutes=150) for weekday in range(6)]
    sunday = Opening(6, time(9), time(12), tire_minutes=90)
    draft = prepare_first_snow(dealership, Preparation(openings=(*hours, sunday), extra_tire_minutes=60))
    apply_draft(draft, dealership=dealership, by=manager.user, edition=None)

    def switch(*, on: bool) -> None:
        switch_first_snow(dealership=dealership, on=on, by=manager.user, edition=None)

    return switch


@pytest.fixture
def limits(workshop: Workshop, rack) -> None:
    """Waiters and the rack are limited on every day of the week, also on those without hours."""
    for weekday in range(7):
        for kind, subject in ((PoolKind.WAITERS, "arrivals"), (PoolKind.SERVICE_GROUP, "rack")):
            CapacityRule.objects.create(
                dealership=workshop.garage.dealership, kind=kind, subject=subject, weekday=weekday, cap=4
            )
    refresh_pools(dealership=workshop.garage.dealership)


def sunday_of(workshop: Workshop) -> date:
    return monday_of(workshop.day) + timedelta(days=6)


def grid(workshop: Workshop) -> Grid:
    facts = load_facts(workshop.garage.dealership, monday_of(workshop.day), now=clock.now())
    return build_grid(facts, editable=True)


def board(workshop: Workshop, user, day: date | None = None):
    """The board of a day and its gauges."""
    facts = load_day(user, workshop.garage.dealership, day or workshop.day, now=workshop.at(5))
    gauges = day_gauges(facts.pools, facts.appointments, workshop.garage.dealership.zone)
    return build_board(facts), gauges


def shift_ends(workshop: Workshop, ends: time) -> None:
    """The first advisor goes home at this hour from now on."""
    person = workshop.garage.advisors[0]
    Shift.objects.filter(person=person, starts__gte=ends).delete()
    Shift.objects.filter(person=person, ends__gt=ends).update(ends=ends)
    refresh_pools(dealership=workshop.garage.dealership)


def close(workshop: Workshop, **of: object) -> None:
    Closure.objects.create(
        dealership=workshop.garage.dealership, first_day=workshop.day, reason_fr="Congé", reason_en="Off",
        **{"last_day": workshop.day, **of},
    )  # fmt: skip
    refresh_pools(dealership=workshop.garage.dealership)


def retired() -> int:
    return CapacityPool.objects.filter(RETIRED).count()


def test_after_first_snow_the_week_and_the_days_look_as_before_it(workshop, limits, manager, switch):
    days = (workshop.day, sunday_of(workshop))
    before = grid(workshop), [board(workshop, manager.user, day) for day in days]
    switch(on=True)
    assert grid(workshop) != before[0]
    switch(on=False)

    assert retired() > 0
    assert grid(workshop) == before[0]
    assert [board(workshop, manager.user, day) for day in days] == before[1]


def test_what_somebody_holds_is_shown_until_it_is_let_go(workshop, limits, manager, switch):
    before = grid(workshop), board(workshop, manager.user)
    switch(on=True)
    visit = workshop.book(19, basket=workshop.garage.basket(advisor=workshop.garage.advisors[0].pk))
    switch(on=False)

    mine, other = (cell_of(workshop, "advisors", f"Conseiller {number}") for number in (1, 2))
    assert (mine.partly, mine.used, other.partly) == (True, 1, False)
    last = board(workshop, manager.user)[0].rows[-1]
    assert [cell.kind for cell in last.cells] == ["visits", "closed"]

    cancel_appointment(appointment=visit, by=CUSTOMER)
    after = board(workshop, manager.user)
    assert grid(workshop) == before[0]
    assert (after[0].rows, after[1]) == (before[1][0].rows, before[1][1])


def test_a_shift_that_ends_earlier_leaves_no_closed_hours_behind(workshop, manager):
    shift_ends(workshop, time(12))
    assert retired() > 0
    assert not cell_of(workshop, "advisors", "Conseiller 1").partly
    shift_ends(workshop, time(9))
    Shift.objects.filter(person=workshop.garage.advisors[1]).delete()
    refresh_pools(dealership=workshop.garage.dealership)
    rows = board(workshop, manager.user)[0].rows
    assert [rows[0].time, rows[-1].time] == ["7\u00a0h\u00a030", "8\u00a0h\u00a045"]
    assert cell_of(workshop, "advisors", "Conseiller 2").state == "absent"


def test_hours_that_a_manager_closed_are_closed_after_first_snow_too(workshop, manager, switch):
    switch(on=True)
    change_range(
        dealership=workshop.garage.dealership, action="close", reason="Verglas", by=manager.user, edition=None,
        where=Range(workshop.day, workshop.day, PoolKind.ADVISOR_CELL, "", time(15), time(20)),
    )  # fmt: skip
    switch(on=False)

    cell = cell_of(workshop, "advisors", "Conseiller 1")
    assert (cell.state, cell.partly, "Verglas" in cell.say) == ("open", True, True)
    rows = board(workshop, manager.user)[0].rows
    assert rows[-1].time == "16\u00a0h\u00a015"
    assert {cell.kind for cell in rows[-1].cells} == {"closed"}


def test_an_absence_is_closed_with_its_reason_and_hatched_for_the_usual_hours(workshop, manager, switch):
    switch(on=True)
    for advisor in workshop.garage.advisors:
        close(workshop, staff_member=advisor)
    switch(on=False)

    cell = cell_of(workshop, "advisors", "Conseiller 1")
    assert (cell.state, cell.code != "", "Congé" in cell.say) == ("closed", True, True)
    found, _gauges = board(workshop, manager.user)
    assert [column.away for column in found.columns] == [True, True]
    assert [found.rows[0].time, found.rows[-1].time] == ["7\u00a0h\u00a030", "17\u00a0h\u00a015"]
    assert {cell.kind for row in found.rows for cell in row.cells} == {"closed"}


def test_a_holiday_is_closed_and_its_sunday_still_not_open(workshop, manager, switch):
    switch(on=True)
    close(workshop, last_day=sunday_of(workshop))
    switch(on=False)

    states = {section.name: section.rows[0].cells for section in grid(workshop).sections}
    for name in ("shop", "skills", "advisors", "transport"):
        found = {cell.day: cell.state for cell in states[name]}
        assert (found[workshop.day], found[sunday_of(workshop)]) == ("closed", "absent"), name


def test_a_closed_day_is_closed_also_where_its_rule_gives_nothing(workshop, ask):
    CapacityRule.objects.filter(kind=PoolKind.TRANSPORT, subject="courtesy_car").update(cap=0)
    refresh_pools(dealership=workshop.garage.dealership)
    ask(reason="Tempête", apply=True)
    assert retired() > 0
    cell = cell_of(workshop, "transport", "courtoisie")
    assert (cell.state, "Tempête" in cell.say) == ("closed", True)


def test_a_closed_team_does_not_close_the_day(workshop, manager):
    close(workshop, team="tires")
    facts = load_day(manager.user, workshop.garage.dealership, workshop.day, now=workshop.at(5))
    assert (facts.closed, facts.closed_reason) == (False, "")


def test_the_rule_for_rows_and_the_rule_for_queries_say_the_same(workshop, limits, manager, switch):
    switch(on=True)
    workshop.book(19)
    switch(on=False)
    close(workshop, team="tires")
    found = set(CapacityPool.objects.filter(RETIRED).values_list("pk", flat=True))
    assert found == {pool.pk for pool in CapacityPool.objects.all() if is_retired(pool)}
