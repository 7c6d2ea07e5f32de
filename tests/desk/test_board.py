import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.models import CapacityPool, PoolKind
from dealerships.models import Closure, Role
from desk.board import build_board, load_day
from desk.gauges import day_gauges
from lib import clock
from tests.desk.conftest import Workshop, add_second_step, open_workshop
from tests.garage import make_staff

MOST_QUERIES = 13


def board_of(workshop: Workshop, user, *, hour: int = 6, minute: int = 0):
    facts = load_day(user, workshop.garage.dealership, workshop.day, now=workshop.at(hour, minute))
    return build_board(facts)


@pytest.fixture
def staff(workshop):
    return make_staff(workshop.garage.dealership, Role.MANAGER)


def test_the_day_costs_the_same_few_queries_with_one_appointment_or_thirty(client, db):
    workshop = open_workshop(advisors=4, shop_minutes=None, tire_minutes=None, daily_customers=None)
    client.force_login(add_second_step(make_staff(workshop.garage.dealership, Role.ADVISOR)))
    url = f"/desk/boreal/day/{workshop.day}/"
    workshop.book(8)
    client.get(url)  # remembers the dealership in the session
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(29):
        workshop.book(
            7 + (30 + 15 * (number // 2)) // 60, (30 + 15 * (number // 2)) % 60, name=f"Client {number}"
        )
    with CaptureQueriesContext(connection) as many:
        page = client.get(url)
    assert page.content.count(b'data-visit="') == 30
    assert len(few) == len(many)
    assert len(many) <= MOST_QUERIES


def test_an_appointment_stands_in_its_advisors_column_at_its_quarter_hour(workshop, staff):
    booked = workshop.book(8, 15, basket=workshop.garage.basket(advisor=workshop.garage.advisors[1].pk))
    board = board_of(workshop, staff)
    row = next(row for row in board.rows if row.time == "8\u00a0h\u00a015")
    assert [column.name for column in board.columns] == ["Conseiller 1", "Conseiller 2"]
    assert [cell.kind for cell in row.cells] == ["open", "visits"]
    visit = row.cells[1].visits[0]
    assert (visit.reference, visit.short_name, visit.vehicle) == (booked.reference, "Tremblay", "Civic")
    assert "Luc Tremblay" in visit.label
    assert board.columns[1].load == "1/12"


def test_the_lunch_hour_without_arrivals_is_one_row(workshop, staff):
    board = board_of(workshop, staff)
    pauses = [(row.time, row.until) for row in board.rows if row.until]
    assert pauses == [("12\u00a0h", "13\u00a0h")]


def test_the_row_of_this_moment_is_marked_and_what_is_past_cannot_be_booked(workshop, staff):
    board = board_of(workshop, staff, hour=9, minute=20)
    assert [row.time for row in board.rows if row.now] == ["9\u00a0h\u00a015"]
    kinds = {row.time: row.cells[0].kind for row in board.rows}
    assert kinds["9\u00a0h"] == "past"
    assert kinds["9\u00a0h\u00a015"] == "open"


def test_an_imported_day_without_a_schedule_shows_its_visits_and_calls_nothing_closed(workshop, staff):
    workshop.book(8)
    workshop.book(10)
    CapacityPool.objects.filter(local_date=workshop.day).exclude(claims__isnull=False).delete()
    CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL).update(local_date=workshop.day.replace(year=2020))
    board = board_of(workshop, staff)
    kinds = {cell.kind for row in board.rows for cell in row.cells}
    assert kinds == {"visits", "past"}


def test_now_during_lunch_stays_a_row_of_its_own(workshop, staff):
    board = board_of(workshop, staff, hour=12, minute=20)
    assert [row.time for row in board.rows if row.now] == ["12\u00a0h\u00a015"]


def test_a_quarter_hour_taken_by_a_hold_says_so(workshop, staff):
    advisor = workshop.garage.advisors[0]
    CapacityPool.objects.filter(
        kind=PoolKind.ADVISOR_CELL, subject=str(advisor.pk), starts_at=workshop.at(8)
    ).update(cap=0)
    row = next(row for row in board_of(workshop, staff).rows if row.time == "8\u00a0h")
    assert [cell.kind for cell in row.cells] == ["held", "open"]


def test_an_advisor_whose_day_is_full_offers_nothing_more(workshop, staff):
    advisor = workshop.garage.advisors[0]
    CapacityPool.objects.filter(
        kind=PoolKind.ADVISOR_DAY, subject=str(advisor.pk), local_date=workshop.day
    ).update(cap=0)
    row = next(row for row in board_of(workshop, staff).rows if row.time == "8\u00a0h")
    assert [cell.kind for cell in row.cells] == ["full", "open"]


def test_a_cancelled_appointment_leaves_the_board_and_is_listed_below_it(workshop, staff):
    booked = workshop.book(8)
    cancel_appointment(appointment=booked, by=CUSTOMER)
    board = board_of(workshop, staff)
    assert [visit.reference for visit in board.cancelled] == [booked.reference]
    assert not [cell for row in board.rows for cell in row.cells if cell.kind == "visits"]


def test_a_closed_day_says_why_in_the_language_of_the_page(workshop, advisor):
    Closure.objects.create(
        dealership=workshop.garage.dealership,
        first_day=workshop.day,
        last_day=workshop.day,
        reason_fr="Inventaire",
        reason_en="Stock-taking",
    )
    assert "Inventaire" in advisor.get(f"/desk/boreal/day/{workshop.day}/").content.decode()
    assert "Stock-taking" in advisor.get(f"/en/desk/boreal/day/{workshop.day}/").content.decode()


def test_an_advisor_who_is_away_keeps_a_column(workshop, staff):
    away = workshop.garage.advisors[1]
    CapacityPool.objects.filter(subject=str(away.pk), local_date=workshop.day).delete()
    Closure.objects.create(
        dealership=workshop.garage.dealership,
        staff_member=away,
        first_day=workshop.day,
        last_day=workshop.day,
        reason_fr="Maladie",
        reason_en="Sick",
    )
    board = board_of(workshop, staff)
    assert [(column.name, column.away) for column in board.columns] == [
        ("Conseiller 1", False),
        ("Conseiller 2", True),
    ]


def test_the_gauges_count_hours_cars_courtesy_cars_and_shuttle_seats(workshop, staff):
    workshop.book(8, basket=workshop.garage.basket(transport="courtesy_car"))
    workshop.book(8, 15, basket=workshop.garage.basket(transport="wait"))
    facts = load_day(staff, workshop.garage.dealership, workshop.day, now=workshop.at(6))
    shown = [gauge.shown for gauge in day_gauges(facts.pools, facts.appointments, "America/Toronto")]
    assert shown == ["1,5/10", "2/24", "1", "1/1", "9\u00a0h\u00a00/2"]


def test_a_gauge_warns_before_it_is_full_and_when_it_is(workshop, staff):
    workshop.book(8, basket=workshop.garage.basket(transport="courtesy_car"))
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=workshop.day).update(cap=50)
    facts = load_day(staff, workshop.garage.dealership, workshop.day, now=workshop.at(6))
    hours, _cars, _waiters, courtesy, _shuttle = day_gauges(
        facts.pools, facts.appointments, "America/Toronto"
    )
    assert (hours.state, courtesy.state) == ("wait", "late")


def test_the_board_is_a_table_with_scopes_a_caption_and_no_inline_style(workshop, advisor):
    workshop.book(8)
    page = advisor.get(f"/desk/boreal/day/{workshop.day}/").content.decode()
    assert "<caption" in page
    assert page.count('scope="col"') == 3
    assert page.count('scope="row"') > 30
    assert not re.search(r"<[^>]+\s(style|onclick)=", page)


def test_htmx_is_given_the_table_and_the_gauges_only(workshop, advisor):
    answer = advisor.get(
        f"/desk/boreal/day/{workshop.day}/", headers={"HX-Request": "true", "HX-Target": "board"}
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert "<table" in page
    assert 'hx-swap-oob="true"' in page


def test_the_desk_opens_on_today_where_one_last_worked(workshop, advisor):
    today = clock.local(clock.now(), "America/Toronto").date()
    assert advisor.get("/desk/").url == f"/desk/boreal/day/{today}/"
    assert advisor.get("/desk/boreal/day/?date=2026-12-08").url == "/desk/boreal/day/2026-12-08/"
    assert advisor.get("/desk/boreal/day/?date=rubbish").url == f"/desk/boreal/day/{today}/"
    assert advisor.get("/desk/boreal/day/2026-13-45/").status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
@pytest.mark.parametrize("view", ["day", "week"])
def test_a_day_of_another_age_is_not_found(advisor, view, day):
    assert advisor.get(f"/desk/boreal/{view}/{day}/").status_code == 404


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
@pytest.mark.parametrize("view", ["day", "week"])
def test_the_first_and_the_last_day_are_pages(advisor, view, day):
    assert advisor.get(f"/desk/boreal/{view}/{day}/").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_going_to_a_day_of_another_age_leads_to_today(advisor, day):
    today = clock.local(clock.now(), "America/Toronto").date()
    assert advisor.get(f"/desk/boreal/day/?date={day}").url == f"/desk/boreal/day/{today}/"


def test_a_week_has_seven_days_in_few_queries(workshop, advisor, django_assert_max_num_queries):
    workshop.book(8)
    advisor.get("/desk/boreal/week/")
    with django_assert_max_num_queries(10):
        page = advisor.get(f"/desk/boreal/week/{workshop.day}/").content.decode()
    sunday = workshop.day - timedelta(days=workshop.day.isoweekday() % 7)
    for number in range(7):
        assert f"/desk/boreal/day/{sunday + timedelta(days=number)}/" in page
    assert "8\u00a0%" in page  # 45 of 600 minutes


def test_nothing_of_the_desk_is_kept_by_caches_or_search_engines(workshop, advisor):
    answer = advisor.get(f"/desk/boreal/day/{workshop.day}/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
