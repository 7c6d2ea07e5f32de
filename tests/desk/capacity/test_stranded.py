"""The visits to be moved: each with its cause and its places, moved together, told only where ticked."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.refresh import refresh_pools
from booking.models import Appointment, AppointmentEvent, CapacityPool, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Closure, Role
from desk.capacity.facts import count_to_move, load_facts, monday_of
from desk.capacity.grid import build_grid
from desk.capacity.proposals import MOST_AT_ONCE
from lib import clock
from notifications.models import Message
from tests.booking.storm import assert_sound

TO_MOVE = "/desk/boreal/capacity/to-move/"


@pytest.fixture
def closed_rack(workshop, rack, ask):
    """Two visits on a rack that closed under them."""
    visits = [
        workshop.book(hour, basket=workshop.garage.basket("brakes"), name=name)
        for hour, name in ((13, "Anne Roy"), (14, "Luc Côté"))
    ]
    ask(what="group:rack", part="pm", reason="Banc en panne", apply=True)
    return visits


def answers(page, *chosen: Appointment, tell: tuple[Appointment, ...] = ()) -> dict[str, object]:
    """The page's form: the nearest place for the chosen visits, the others left."""
    wanted = {one.reference for one in chosen}
    fields: dict[str, object] = {"visit": [one.reference for one in page.context["visits"]], "move": "yes"}
    for one in page.context["visits"]:
        fields[f"version-{one.reference}"] = one.version
        fields[f"choice-{one.reference}"] = one.proposals[0].value if one.reference in wanted else ""
    return fields | {f"tell-{one.reference}": "yes" for one in tell}


def test_each_visit_is_listed_with_its_cause_and_three_places(manager, closed_rack):
    page = manager.get(TO_MOVE)
    visits = page.context["visits"]
    assert [one.name for one in visits] == ["Anne Roy", "Luc Côté"]
    assert all(len(one.proposals) == 3 for one in visits)
    assert all("Banc" in cause for one in visits for cause in one.causes)
    text = page.content.decode()
    assert text.count(" checked") == 2, "every visit stays until somebody chooses"
    assert not any("checkbox" in part and " checked" in part for part in text.split("<input"))


def test_those_chosen_are_moved_the_others_stay_listed(manager, closed_rack):
    moved, kept = closed_rack
    page = manager.get(TO_MOVE)
    manager.post(TO_MOVE, answers(page, moved, tell=(moved,)))
    assert [one.name for one in manager.get(TO_MOVE).context["visits"]] == [kept.contact_name]
    assert Message.objects.filter(about=moved.about, kind="moved").exists()
    assert AppointmentEvent.objects.get(appointment=moved, kind="moved").user == manager.user
    assert_sound()


def test_nobody_is_told_of_a_move_without_a_tick(manager, closed_rack):
    manager.post(TO_MOVE, answers(manager.get(TO_MOVE), *closed_rack))
    for visit in closed_rack:
        assert not Message.objects.filter(about=visit.about, kind="moved").exists()
        visit.refresh_from_db()
        assert visit.version == 2


def test_the_first_place_for_all_is_chosen_and_not_yet_taken(manager, closed_rack):
    page = manager.post(TO_MOVE, {"pick": "first"})
    assert all(one.chosen == one.proposals[0].value for one in page.context["visits"])
    assert not AppointmentEvent.objects.filter(kind="moved").exists()


def test_the_same_form_twice_moves_once(manager, closed_rack):
    sent = answers(manager.get(TO_MOVE), *closed_rack)
    for _click in range(2):
        assert manager.post(TO_MOVE, sent).status_code == 302
    assert AppointmentEvent.objects.filter(kind="moved").count() == 2


def test_a_visit_that_changed_meanwhile_is_named_and_left(manager, workshop, closed_rack):
    changed, other = closed_rack
    sent = answers(manager.get(TO_MOVE), *closed_rack)
    Appointment.objects.filter(pk=changed.pk).update(version=9)
    page = manager.post(TO_MOVE, sent, follow=True)
    assert any("Anne Roy" in str(one) for one in page.context["messages"])
    other.refresh_from_db()
    assert other.version == 2


@pytest.mark.parametrize(
    "choice", ["", "demain", "2026-13-45T99:99/1", "2020-01-06T09:00/1", "/", "x" * 5000]
)
def test_a_choice_that_is_none_moves_nobody(choice, manager, closed_rack):
    visit = closed_rack[0]
    sent = {
        "visit": [visit.reference, "NOSUCH1", ""],
        f"choice-{visit.reference}": choice,
        f"version-{visit.reference}": 1,
        "move": "yes",
    }
    assert manager.post(TO_MOVE, sent).status_code == 302
    visit.refresh_from_db()
    assert visit.version == 1


def test_an_advisor_moves_them_and_delivery_does_not_come_in(sign_in, closed_rack):
    advisor = sign_in(Role.ADVISOR)
    advisor.post(TO_MOVE, answers(advisor.get(TO_MOVE), closed_rack[0]))
    closed_rack[0].refresh_from_db()
    assert closed_rack[0].version == 2
    assert sign_in(Role.DELIVERY).get(TO_MOVE).status_code == 403


def test_what_opens_again_leaves_the_list(manager, workshop, closed_rack, ask):
    ask(what="group:rack", part="pm", action="open", apply=True)
    assert manager.get(TO_MOVE).context["visits"] == []


def test_the_list_is_read_in_parts_and_says_how_many_follow(manager, workshop, ask):
    advisors = [one.pk for one in workshop.garage.advisors]
    CapacityPool.objects.filter(kind__in=[PoolKind.SKILL_DAY, PoolKind.SHOP_DAY]).update(cap=None)
    count = MOST_AT_ONCE + 2
    for place in range(count):
        advisor, quarter = advisors[place % 2], place // 2
        workshop.book(
            8 + quarter // 4, 15 * (quarter % 4), basket=workshop.garage.basket("oil_change", advisor=advisor)
        )
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=workshop.day).update(closed=True)
    page = manager.get(TO_MOVE)
    assert len(page.context["visits"]) == MOST_AT_ONCE
    assert page.context["rest"] == 2


def test_a_visit_costs_a_fixed_number_of_queries(manager, workshop, rack, ask):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            manager.get(TO_MOVE)
        return len(queries)

    workshop.book(13, basket=workshop.garage.basket("brakes"))
    ask(what="group:rack", part="pm", apply=True)
    manager.get(TO_MOVE)
    one = cost()
    ask(what="group:rack", part="pm", action="open", apply=True)
    workshop.book(14, basket=workshop.garage.basket("brakes"))
    workshop.book(15, basket=workshop.garage.basket("brakes"))
    ask(what="group:rack", part="pm", apply=True)
    manager.get(TO_MOVE)
    assert cost() - one <= 2 * 6


def test_a_car_promised_for_hours_that_are_gone_is_counted_shown_and_listed(manager, workshop, week):
    kept, overnight = workshop.book(9), workshop.book(16)
    day = clock.local(overnight.ready_at, workshop.garage.dealership.zone).date()
    assert day > workshop.day
    Closure.objects.create(
        dealership=workshop.garage.dealership, first_day=day, last_day=day, reason_fr="Congé", reason_en="Off"
    )
    refresh_pools(dealership=workshop.garage.dealership)

    page = manager.get(TO_MOVE)
    assert [one.reference for one in page.context["visits"]] == [overnight.reference]
    assert page.context["to_move"] == 1
    tab = re.compile(r'class="chip chip-late">(\d+)<')
    assert tab.findall(week()) == tab.findall(page.content.decode()) == ["1"]
    facts = load_facts(workshop.garage.dealership, monday_of(day), now=clock.now())
    [afternoon] = next(one.rows for one in build_grid(facts, editable=True).sections if one.name == "return")
    assert {cell.day: cell.to_move for cell in afternoon.cells if cell.to_move} == {day: 1}
    assert kept.reference not in page.content.decode()


def test_counting_takes_as_many_queries_whatever_is_to_be_moved(
    workshop, closed_rack, django_assert_num_queries
):
    dealership = workshop.garage.dealership
    assert count_to_move(dealership, now=clock.now()) == 2
    with django_assert_num_queries(2):
        assert count_to_move(dealership, now=clock.now()) == 2
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=workshop.day).update(closed=True)
    listed = stranded_visits(dealership, workshop.day, workshop.day)
    assert len(listed[0].causes) == 2
    with django_assert_num_queries(2):
        assert count_to_move(dealership, now=clock.now()) == len(listed)
