"""Which maintenance is due, by the kilometres given and the months since the last one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from booking.demo.maintenance import PLANS
from booking.maintenance import (
    DUE,
    LATER,
    OVERDUE,
    SOON,
    Driven,
    LastDone,
    comes_due,
    fitting_plans,
    maintenance_due,
)
from booking.models import MaintenancePlan

TODAY = date(2026, 11, 22)
DEMO = [
    MaintenancePlan(
        fuels=list(row.fuels), every_km=row.km, every_months=row.months, name_fr=row.fr, name_en=row.en,
        contents_fr="\n".join(row.contents_fr), contents_en="\n".join(row.contents_en),
    )
    for row in PLANS
]  # fmt: skip


def due(
    odometer: int,
    *,
    fuel: str = "gasoline",
    last: LastDone | None = None,
    year: int | None = 2019,
    make: str = "",
):
    return maintenance_due(
        DEMO, Driven(make=make, fuel=fuel, odometer=odometer, year=year), today=TODAY, last=last
    )


@pytest.mark.parametrize(
    ("odometer", "at", "plan"),
    [
        (7_000, 8_000, "Entretien A"),
        (15_900, 16_000, "Entretien B"),
        (47_999, 48_000, "Entretien C"),
        (94_900, 96_000, "Entretien D"),
        (96_000, 96_000, "Entretien D"),
        (192_000, 192_000, "Entretien D"),
        (999_999, 1_000_000, "Entretien A"),
    ],
)
def test_the_greatest_plan_that_meets_the_mark_is_due(odometer: int, at: int, plan: str) -> None:
    found = due(odometer)
    assert found is not None
    assert (found.at_km, found.plan.name_fr) == (at, plan)


@pytest.mark.parametrize(
    ("odometer", "state", "at"),
    [
        (90_000, LATER, 96_000),
        (93_499, LATER, 96_000),
        (93_500, SOON, 96_000),
        (95_000, DUE, 96_000),
        (97_500, DUE, 96_000),  # just passed: nobody knows whether it was done
        (97_501, LATER, 104_000),
    ],
)
def test_without_an_earlier_visit_only_the_kilometres_speak(odometer: int, state: str, at: int) -> None:
    found = due(odometer)
    assert found is not None
    assert (found.state, found.at_km, found.by) == (state, at, None)


def test_nothing_is_called_missed_that_may_have_been_done_elsewhere() -> None:
    assert all(due(odometer).state != OVERDUE for odometer in range(0, 200_000, 777))


def test_after_a_known_visit_the_next_mark_counts() -> None:
    done = LastDone(date(2026, 9, 1), odometer=88_200)
    for odometer, state in ((90_000, LATER), (94_000, SOON), (95_500, DUE), (97_400, DUE), (97_501, OVERDUE)):
        found = due(odometer, last=done)
        assert found is not None
        assert (found.state, found.at_km) == (state, 96_000), odometer


def test_a_visit_that_came_early_counts_for_the_mark_that_it_was_for() -> None:
    found = due(96_500, last=LastDone(date(2026, 10, 1), odometer=95_100))
    assert found is not None
    assert (found.state, found.at_km) == (LATER, 104_000)


@pytest.mark.parametrize(
    ("done", "state"),
    [
        (date(2026, 8, 1), LATER),
        (date(2026, 7, 20), SOON),
        (date(2026, 6, 20), DUE),
        (date(2026, 5, 22), DUE),
        (date(2026, 4, 21), OVERDUE),
    ],
)
def test_months_count_as_well_as_kilometres(done: date, state: str) -> None:
    found = due(81_000, last=LastDone(done, odometer=80_000))
    assert found is not None
    assert (found.state, found.at_km) == (state, 88_000)
    assert (found.by is not None) == (state != LATER)


def test_the_day_is_told_only_when_months_are_what_makes_it_due() -> None:
    found = due(87_500, last=LastDone(date(2026, 5, 22), odometer=80_000))
    assert found is not None
    assert (found.state, found.by) == (DUE, None)


def test_a_visit_without_kilometres_counts_by_its_date_and_for_the_mark_just_passed() -> None:
    found = due(96_800, last=LastDone(date(2026, 11, 1)))
    assert found is not None
    assert (found.state, found.at_km) == (LATER, 104_000)


def test_a_car_that_is_driven_little_is_due_by_its_age() -> None:
    young, old = due(3_000, year=2026), due(3_000, year=2024)
    assert young is not None
    assert old is not None
    assert (young.state, young.by) == (LATER, None)
    assert (old.state, old.by) == (DUE, date(2025, 6, 30))


def test_an_electric_vehicle_has_its_own_plans() -> None:
    found = due(23_500, fuel="electric")
    assert found is not None
    assert found.plan.name_fr == "Entretien électrique"
    assert not any("huile" in line for line in found.contents("fr"))


def test_a_fuel_that_nobody_knows_is_taken_for_gasoline() -> None:
    assert [plan.every_km for plan in fitting_plans(DEMO, Driven("", "", 1))] == [
        8_000,
        16_000,
        48_000,
        96_000,
    ]


def test_plans_that_name_the_make_count_before_those_for_any() -> None:
    own = MaintenancePlan(make="Citroën", every_km=20_000, every_months=12, name_fr="Spécial")
    plans = [*DEMO, own]
    assert fitting_plans(plans, Driven("CITROEN", "gasoline", 1)) == [own]
    assert own not in fitting_plans(plans, Driven("Honda", "gasoline", 1))


def test_without_a_fitting_plan_nothing_is_due() -> None:
    diesel = [plan for plan in DEMO if plan.fuels == ["diesel"]]
    assert maintenance_due(diesel, Driven("", "electric", 50_000), today=TODAY) is None


def test_contents_are_told_line_by_line_in_both_languages() -> None:
    found = due(96_000)
    assert found is not None
    assert found.contents("fr")[0] == "Tout l’entretien C"
    assert found.contents("en")[0] == "All of Service C"
    assert len(found.contents("fr")) == len(found.contents("en"))


@pytest.mark.parametrize("row", PLANS, ids=lambda row: row.en)
def test_each_demo_plan_says_the_same_in_both_languages(row) -> None:
    assert len(row.contents_fr) == len(row.contents_en) <= 6


# --- The day on which it comes due, of which its customer is told

LAST = date(2026, 6, 1)


def a_plan(**more: Any) -> MaintenancePlan:
    return MaintenancePlan(**{"every_km": 8000, "every_months": 6, "name_fr": "A", "name_en": "A", **more})


def test_by_months_alone_when_nobody_knows_the_pace() -> None:
    due = comes_due([a_plan()], Driven("Honda", "", 40_000), LastDone(LAST, 40_000))
    assert due is not None
    assert (due.on, due.at_km) == (date(2026, 12, 1), None)


def test_sooner_by_the_kilometres_when_it_is_driven_much() -> None:
    # 4,000 km in 50 days; the next mark is 48,000 km.
    driven = Driven("Honda", "", 44_000)
    due = comes_due([a_plan()], driven, LastDone(LAST, 40_000), read_on=LAST + timedelta(days=50))
    assert due is not None
    assert (due.on, due.at_km) == (LAST + timedelta(days=100), 48_000)
    assert due.by_months == date(2026, 12, 1)


def test_a_reading_of_the_same_weeks_tells_no_pace() -> None:
    driven = Driven("Honda", "", 47_900)
    due = comes_due([a_plan()], driven, LastDone(LAST, 40_000), read_on=LAST + timedelta(days=29))
    assert due is not None
    assert due.at_km is None


def test_where_two_plans_meet_the_greater_one_is_due() -> None:
    great = a_plan(every_km=16_000, every_months=12, name_fr="B", name_en="B")
    due = comes_due([a_plan(), great], Driven("Honda", "", 40_000), LastDone(LAST, 40_000))
    assert due is not None
    assert due.plan is great


def test_no_plan_fits_no_maintenance() -> None:
    assert comes_due([a_plan(make="Kia")], Driven("Honda", "", 40_000), LastDone(LAST)) is None
