"""The week in gauges: figures, states in words, who closed what, one click for a full day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.refresh import refresh_pools
from booking.models import CapacityChange, CapacityEdit, CapacityPool, CapacityRule, ChangeAction, PoolKind
from dealerships.models import Closure, Role, SpecialHours
from desk.capacity.facts import load_facts, monday_of
from desk.capacity.grid import build_grid
from lib import clock
from tests.desk.conftest import Workshop


def grid_of(workshop: Workshop, *, editable: bool = True):
    facts = load_facts(workshop.garage.dealership, monday_of(workshop.day), now=clock.now())
    return build_grid(facts, editable=editable)


def cell_of(workshop: Workshop, section: str, label: str = "", day: date | None = None):
    """The cell of a row on the workshop's day; the section's first row without a label."""
    rows = next(one.rows for one in grid_of(workshop).sections if one.name == section)
    row = next(one for one in rows if label in one.label)
    return next(cell for cell in row.cells if cell.day == (day or workshop.day))


def test_the_week_costs_the_same_few_queries_with_one_row_or_many(manager, workshop):
    url = f"/desk/boreal/capacity/week/{workshop.day}/"
    workshop.book(8)
    manager.get(url)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(url).status_code == 200
        return len(queries)

    before = cost()
    for hour in (9, 10, 11):
        workshop.book(hour)
        CapacityChange.objects.create(
            dealership=workshop.garage.dealership, kind=PoolKind.SHOP_DAY, first_day=workshop.day,
            last_day=workshop.day, action=ChangeAction.ADD, amount=-60 * hour, reason="Panne",
            made_by=manager.user,
        )  # fmt: skip
        Closure.objects.create(
            dealership=workshop.garage.dealership, staff_member=workshop.garage.advisors[0],
            first_day=workshop.day, last_day=workshop.day, reason_fr="Congé", reason_en="Day off",
        )  # fmt: skip
    refresh_pools(dealership=workshop.garage.dealership)
    assert cost() == before <= 13


def test_hours_and_customers_are_counted_against_their_limits(workshop):
    workshop.book(8)
    workshop.book(9, basket=workshop.garage.basket("brakes"))
    shop = cell_of(workshop, "shop")
    assert (shop.shown, shop.used, shop.cap, shop.state) == ("2,2/10", 135, 600, "open")
    assert cell_of(workshop, "skills", "Pneus").shown == "0,8/8"
    assert cell_of(workshop, "transport", "courtoisie").shown == "0/1"
    customers = [cell_of(workshop, "advisors", f"Conseiller {number}").used for number in (1, 2)]
    assert sum(customers) == 2


def test_a_gauge_says_nearly_full_full_closed_and_no_limit_in_words(workshop):
    dealership = workshop.garage.dealership
    day = CapacityPool.objects.filter(dealership=dealership, local_date=workshop.day)
    shop = day.filter(kind=PoolKind.SHOP_DAY)
    workshop.book(8)  # 45 minutes
    said = {}
    for cap in (49, 45, None):
        shop.update(cap=cap)
        cell = cell_of(workshop, "shop")
        said[cap] = (cell.state, cell.word, cell.cap)
    shop.update(cap=600, closed=True)
    closed = cell_of(workshop, "shop")
    day.filter(subject="courtesy_car").update(cap=0)
    assert said == {
        49: ("nearly", "presque complet", 49),
        45: ("full", "complet", 45),
        None: ("unlimited", "sans limite", None),
    }
    assert (closed.state, closed.cap) == ("closed", None)
    assert cell_of(workshop, "transport", "courtoisie").state == "closed"


def test_what_has_no_pool_has_no_limit_or_is_not_open(workshop, rack):
    assert cell_of(workshop, "groups").state == "unlimited"
    sunday = workshop.day + timedelta(days=6 - workshop.day.weekday())
    assert cell_of(workshop, "shop", day=sunday).state == "absent"
    assert cell_of(workshop, "groups", day=sunday).state == "absent"


def test_of_half_hours_the_fullest_is_shown_with_its_time(workshop):
    dealership = workshop.garage.dealership
    for weekday in range(6):
        CapacityRule.objects.create(
            dealership=dealership, kind=PoolKind.WAITERS, subject="arrivals", weekday=weekday, cap=4
        )
    refresh_pools(dealership=dealership)
    for minute in (0, 15):
        workshop.book(10, minute, basket=workshop.garage.basket("oil_change", transport="wait"))
    workshop.book(8, basket=workshop.garage.basket("oil_change", transport="wait"))
    cell = cell_of(workshop, "waiting")
    assert cell.shown == "2/4"
    assert "10\u00a0h" in cell.say


def test_an_advisor_without_a_free_quarter_hour_is_full_before_the_customers_are(workshop):
    advisor = str(workshop.garage.advisors[0].pk)
    cells = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, subject=advisor, local_date=workshop.day)
    cells.exclude(pk=cells.order_by("starts_at")[0].pk).update(closed=True)
    partly = cell_of(workshop, "advisors", "Conseiller 1")
    workshop.book(7, 30, basket=workshop.garage.basket(advisor=int(advisor)))
    full = cell_of(workshop, "advisors", "Conseiller 1")
    cells.update(closed=True)
    closed = cell_of(workshop, "advisors", "Conseiller 1")
    assert (partly.state, partly.partly) == ("open", True)
    assert (full.state, full.shown) == ("full", "1/12")
    assert closed.state == "closed"


def test_a_closed_gauge_says_who_closed_it_and_why_and_how_many_are_to_be_moved(
    workshop, rack, ask, manager, week
):
    workshop.book(14, basket=workshop.garage.basket("brakes"))
    ask(what="group:rack", part="pm", reason="Banc en réparation", apply=True)
    rows = next(one.rows for one in grid_of(workshop).sections if one.name == "groups")
    whole, afternoon = (next(cell for cell in row.cells if cell.day == workshop.day) for row in rows)
    assert (whole.state, whole.changed) == ("unlimited", True)
    assert (afternoon.state, afternoon.part, afternoon.to_move) == ("closed", "pm", 1)
    assert "Manager" in afternoon.say
    assert "Banc en réparation" in afternoon.say
    page = week()
    assert "Banc en réparation" in page
    assert re.search(r'class="chip chip-late">1<', page), "the tab counts what is to be moved"


def test_a_limit_below_what_is_booked_says_by_how_much_it_is_over(workshop, ask):
    workshop.book(8)
    workshop.book(9)
    ask(what="skill:tires", action="set", amount="1", apply=True)
    tires = cell_of(workshop, "skills", "Pneus")
    assert (tires.shown, tires.over, tires.to_move) == ("1,5/1", "0,5\u00a0h", 2)


def test_a_closing_that_was_taken_back_is_no_reason_any_more(workshop, ask):
    ask(reason="Tempête", apply=True)
    assert "Tempête" in cell_of(workshop, "shop").say
    ask(action="open", reason="Soleil", apply=True)
    assert "Tempête" not in cell_of(workshop, "shop").say
    assert cell_of(workshop, "shop").state == "open"


def test_an_absence_and_a_closed_team_say_so_in_the_language_of_the_page(workshop, manager):
    here = {"dealership": workshop.garage.dealership, "first_day": workshop.day, "last_day": workshop.day}
    Closure.objects.create(
        **here, staff_member=workshop.garage.advisors[0], reason_fr="Vacances", reason_en="Vacation"
    )
    Closure.objects.create(**here, team="tires", reason_fr="Formation", reason_en="Training day")
    english = manager.get(f"/en/desk/boreal/capacity/week/{workshop.day}/").content.decode()
    assert "Away: Vacation." in english
    assert "Team closed: Training day." in english
    assert "Vacances" not in english


def test_holidays_special_hours_today_and_past_days_are_told_in_the_heading(workshop):
    dealership = workshop.garage.dealership
    today = clock.local(clock.now(), dealership.zone).date()
    holiday, evening = workshop.day, workshop.day + timedelta(days=1)
    Closure.objects.create(
        dealership=dealership, first_day=holiday, last_day=holiday, reason_fr="Noël", reason_en="Christmas"
    )
    SpecialHours.objects.create(
        dealership=dealership, day=evening, opens="08:00", closes="12:00", reason_fr="Inventaire",
        reason_en="Stock-taking",
    )  # fmt: skip
    heads = {head.day: head for monday in (today, holiday, evening) for head in _heads(workshop, monday)}
    assert heads[holiday].reason == "Noël"
    assert heads[evening].reason == "Inventaire (8\u00a0h–12\u00a0h)"
    assert heads[today].today
    assert not heads[today].past
    assert all(head.past == (day < today) for day, head in heads.items())


def _heads(workshop: Workshop, day: date):
    facts = load_facts(workshop.garage.dealership, monday_of(day), now=clock.now())
    return build_grid(facts, editable=True).days


def test_a_gauge_leads_to_the_form_filled_in_for_it(workshop, manager, week):
    page = week()
    link = f"/desk/boreal/capacity/change/?what=skill:tires&amp;first={workshop.day}"
    assert link in page
    form = manager.get(link.replace("&amp;", "&")).context["form"]
    assert (form["what"].value(), form["first_day"].value()) == ("skill:tires", workshop.day)


def test_past_days_and_who_may_not_change_have_no_links(workshop, sign_in, week):
    advisor = sign_in(Role.ADVISOR)
    page = week(advisor)
    assert "capacity/change/" not in page
    assert "capacity/full/" not in page
    past = workshop.day - timedelta(days=14)
    facts = load_facts(workshop.garage.dealership, monday_of(past), now=clock.now())
    cells = [c for one in build_grid(facts, editable=True).sections for row in one.rows for c in row.cells]
    assert not any(cell.code for cell in cells)


def test_the_table_has_scopes_a_caption_and_no_inline_style(week):
    page = week()
    table = page[page.index("<table") : page.index("</table>")]
    assert "<caption" in table
    assert table.count('<th scope="col"') == 8
    assert table.count('<th scope="row"') > 8
    assert "style=" not in page
    assert "onclick" not in page


def test_day_full_for_the_web_leaves_the_phone_open_and_is_undone_in_one_click(workshop, manager, week):
    address = {"day": str(workshop.day), "who": "web"}
    done = manager.post("/desk/boreal/capacity/full/", address)
    page = week(path=done.url)
    web = CapacityPool.objects.get(kind=PoolKind.CHANNEL_DAY, subject="web", local_date=workshop.day)
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=workshop.day)
    assert (web.closed, shop.closed) == (True, False)
    assert next(head for head in grid_of(workshop).days if head.day == workshop.day).full == "web"

    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition, "the message offers to take it back"
    manager.post("/desk/boreal/capacity/journal/undo/", {"edition": edition[1], "week": str(workshop.day)})
    web.refresh_from_db()
    assert not web.closed


def test_day_full_for_everybody_keeps_who_is_booked(workshop, manager):
    workshop.book(8)
    manager.post("/desk/boreal/capacity/full/", {"day": str(workshop.day), "who": "all"})
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=workshop.day)
    assert shop.closed
    cell = cell_of(workshop, "shop")
    assert (cell.state, cell.to_move) == ("closed", 0)
    assert CapacityEdit.objects.get().by == manager.user


@pytest.mark.parametrize("day", ["", "demain", "2020-01-06", "2026-02-30"])
def test_an_impossible_full_day_is_refused_with_a_sentence(manager, day):
    answer = manager.post("/desk/boreal/capacity/full/", {"day": day, "who": "all"}, follow=True)
    assert [str(one) for one in answer.context["messages"]]
    assert not CapacityEdit.objects.exists()


def test_the_undo_of_a_message_is_offered_for_the_last_change_alone(workshop, manager, ask, week):
    first = manager.post("/desk/boreal/capacity/full/", {"day": str(workshop.day), "who": "web"}).url
    assert 'name="edition"' in week(path=first)
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    assert 'name="edition"' not in week(path=first)
    assert 'name="edition"' not in week(path=f"{first}0")
    assert 'name="edition"' not in week(path=f"/desk/boreal/capacity/week/{workshop.day}/?done=x")


def test_a_sunday_opens_on_the_week_to_come_and_a_date_on_its_own(workshop, manager, week):
    page = manager.get("/desk/boreal/capacity/")
    assert page.context["monday"] <= workshop.day
    assert manager.get("/desk/boreal/capacity/", {"date": str(workshop.day)}).url.endswith(
        f"/capacity/week/{workshop.day}/"
    )
    assert manager.get("/desk/boreal/capacity/", {"date": "xx"}).status_code == 200


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_first_and_the_last_week_are_pages(manager, day):
    assert manager.get(f"/desk/boreal/capacity/week/{day}/").status_code == 200
