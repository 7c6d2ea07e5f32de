"""Why a time is closed, as the staff reads it."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityChange, CapacityPool, PoolKind
from dealerships.models import Closure, Role
from tests.desk.conftest import Workshop, open_workshop

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


def limit(workshop: Workshop, kind: PoolKind, subject: str = "", **values) -> None:
    found = CapacityPool.objects.filter(
        dealership=workshop.garage.dealership, kind=kind, subject=subject, local_date=workshop.day
    )
    assert found.update(**values)


def ask(client: Client, workshop: Workshop, language: str = "", **asked) -> str:
    prefix = "/en" if language == "en" else ""
    answer = client.get(f"{prefix}/desk/boreal/capacity/why/", {"day": workshop.day.isoformat(), **asked})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


TIRES = {"services": "tire_swap", "answer-rims": "on", "answer-tires": "own", "transport": "drop_off"}


def test_a_full_shop_is_said_in_one_sentence_with_what_would_open_it(workshop, advisor):
    limit(workshop, PoolKind.SHOP_DAY, cap=20)

    said = ask(advisor, workshop, language="en", time="10:00", **TIRES)

    assert f"Shop hours: 0.0 of 0.3{NBSP}h taken, and 0.8{NBSP}h needed" in said
    assert f"+0.5{NBSP}h opens 32 starts." in said


def test_what_is_full_to_the_minute_is_called_full(workshop, advisor):
    workshop.book(8)
    limit(workshop, PoolKind.SHOP_DAY, cap=45)

    assert f"Shop hours full: 0.8 of 0.8{NBSP}h" in ask(
        advisor, workshop, language="en", time="10:00", **TIRES
    )


def test_an_open_time_says_when_it_is_ready(workshop, advisor):
    said = ask(advisor, workshop, language="en", time="10:00", **TIRES)

    assert "10:00 a.m.: ready around 12:30 p.m." in said
    assert "why-cap-closes" not in said


def test_the_next_cap_is_named_when_the_first_would_open_nothing(workshop, advisor):
    limit(workshop, PoolKind.SHOP_DAY, cap=0)
    limit(workshop, PoolKind.SKILL_DAY, "tires", cap=30)

    said = ask(advisor, workshop, language="en", time="10:00", **TIRES)

    assert f"+0.5{NBSP}h opens nothing yet: “Shop hours” closes it next" in said


def test_who_closed_it_and_why_is_said_and_only_a_manager_is_shown_the_way_to_change_it(workshop, sign_in):
    manager, advisor = sign_in(Role.MANAGER), sign_in(Role.ADVISOR)
    limit(workshop, PoolKind.SKILL_DAY, "tires", closed=True)
    CapacityChange.objects.create(
        dealership=workshop.garage.dealership, kind=PoolKind.SKILL_DAY, subject="tires", first_day=workshop.day,
        last_day=workshop.day, action="close", reason="Équilibreuse brisée", made_by=manager.user,
    )  # fmt: skip

    said = ask(manager, workshop, language="en", time="10:00", **TIRES)
    assert "Closed by Manager" in said
    assert "Équilibreuse brisée." in said
    assert "opening it again opens 32 starts." in said
    link = f"/en/desk/boreal/capacity/change/?what=skill%3Atires&first={workshop.day}&last={workshop.day}&action=open"
    assert link in said
    assert "capacity/change/" not in ask(advisor, workshop, language="en", time="10:00", **TIRES)


def test_a_shop_that_was_closed_as_a_whole_is_said_to_be(workshop, sign_in):
    manager = sign_in(Role.MANAGER)
    CapacityPool.objects.filter(dealership=workshop.garage.dealership, local_date=workshop.day).update(
        closed=True
    )
    CapacityChange.objects.create(
        dealership=workshop.garage.dealership, first_day=workshop.day, last_day=workshop.day, action="close",
        reason="Panne de courant", made_by=manager.user,
    )  # fmt: skip

    for asked in ({}, TIRES, {"time": "10:00", **TIRES}):
        said = ask(manager, workshop, language="en", **asked)
        assert "the whole shop is closed" in said
    assert "Panne de courant." in said
    assert "closes it next" not in said.split("Every limit that counts")[0]


def test_without_services_every_service_of_the_day_is_explained(workshop, advisor):
    limit(workshop, PoolKind.SKILL_DAY, "tires", cap=0)

    said = ask(advisor, workshop, language="en")

    assert "2 of 3 services are open" in said
    assert "opens 32 starts" in said
    assert "services=tire_swap" in said


def test_a_closed_day_says_its_name(workshop, advisor):
    Closure.objects.create(
        dealership=workshop.garage.dealership, first_day=workshop.day, last_day=workshop.day,
        reason_fr="Fête nationale", reason_en="National holiday",
    )  # fmt: skip

    assert "National holiday" in ask(advisor, workshop, language="en")
    assert "National holiday" in ask(advisor, workshop, language="en", time="10:00", **TIRES)
    assert "Fête nationale" in ask(advisor, workshop)


def test_a_whole_day_for_some_work_lists_each_start_with_its_reason(workshop, advisor):
    for _advisor in workshop.garage.advisors:
        workshop.book(10)

    said = ask(advisor, workshop, language="en", **TIRES)

    assert "31 open starts." in said
    assert said.count("why-start-closed") == 1
    assert "Check-ins of the advisors, 10:00 a.m.: full, 2 of 2" in said


def test_customers_and_staff_are_answered_apart(workshop, advisor):
    CapacityPool.objects.create(
        dealership=workshop.garage.dealership,
        kind=PoolKind.CHANNEL_DAY,
        subject="web",
        local_date=workshop.day,
        cap=0,
    )

    assert "Places for the web" in ask(advisor, workshop, language="en", time="10:00", who="web", **TIRES)
    assert "ready around" in ask(advisor, workshop, language="en", time="10:00", who="staff", **TIRES)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"time": "25:99"}, {"time": "10:00+02:00"}, {"day": "2026-02-30"}, {"day": "9999-12-31"}, {"who": "x"},
        {"services": "nothing", "time": "10:00"}, {"advisor": "0", "transport": "rocket", **TIRES},
        {"services": ["brakes", "tire_swap"], "transport": "wait", "time": "10:00"},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_answered_with_a_page(workshop, advisor, nonsense):
    ask(advisor, workshop, **nonsense)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_whatever_there_is(db, sign_in, rows):
    workshop = open_workshop(slug="riviere", advisors=rows)
    for number in range(rows):
        workshop.book(8 + number)
    client = sign_in(garage=workshop.garage)
    url = "/desk/riviere/capacity/why/"
    client.get(url)
    costs = []
    for asked in ({}, TIRES, {"time": "10:00", **TIRES}):
        with CaptureQueriesContext(connection) as captured:
            client.get(url, {"day": workshop.day.isoformat(), **asked})
        costs.append(len(captured))
    assert costs == [14, 14, 14]
