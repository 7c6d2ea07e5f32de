"""The promised calls on the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.calls import Caller, ask_for_call
from booking.models import CallRequest
from dealerships.models import Role, StaffMember
from lib import clock
from tests.garage import make_garage


def ask(workshop, number: int = 0, name: str = "Luc Tremblay") -> CallRequest:
    caller = Caller(name=name, phone=f"+1514555{100 + number:04d}", language="fr", wish="un samedi")
    return ask_for_call(dealership=workshop.garage.dealership, caller=caller)


def test_who_was_promised_a_call_is_listed_until_it_is_made(workshop, advisor):
    asked = ask(workshop)
    page = advisor.get("/desk/boreal/calls/").content.decode()
    assert "Luc Tremblay" in page
    assert "un samedi" in page
    answer = advisor.post(f"/desk/boreal/calls/{asked.pk}/", {"outcome": "rappelle jeudi"})
    assert answer.status_code == 302
    page = advisor.get("/desk/boreal/calls/")
    assert page.context["waiting"] == []
    assert [one.outcome for one in page.context["made"]] == ["rappelle jeudi"]
    member = StaffMember.objects.get(user_id=advisor.session["_auth_user_id"])
    assert [one.done_by for one in page.context["made"]] == [member.name]


def test_a_promise_that_is_past_is_marked_late_on_the_list_and_on_the_day(workshop, advisor):
    asked = ask(workshop)
    CallRequest.objects.filter(pk=asked.pk).update(
        created_at=clock.now() - timedelta(hours=4), promised_by=clock.now() - timedelta(hours=1)
    )
    [one] = advisor.get("/desk/boreal/calls/").context["waiting"]
    assert one.state == "late"
    day = advisor.get(f"/desk/boreal/day/{workshop.day}/")
    assert day.context["calls"].state == "late"
    assert "calls-due" in day.content.decode()


def test_the_day_says_nothing_of_calls_while_none_is_promised(workshop, advisor):
    page = advisor.get(f"/desk/boreal/day/{workshop.day}/")
    assert page.context["calls"] is None
    assert "/calls/" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.PARTS, Role.DELIVERY])
def test_who_does_not_change_appointments_does_not_see_the_calls(workshop, sign_in, role):
    ask(workshop)
    assert sign_in(role).get("/desk/boreal/calls/").status_code == 403


def test_a_call_of_another_dealership_is_not_there(workshop, advisor):
    other = make_garage(slug="riviere")
    caller = Caller(name="Ailleurs", phone="+15145550199", language="fr")
    asked = ask_for_call(dealership=other.dealership, caller=caller)
    assert advisor.post(f"/desk/boreal/calls/{asked.pk}/").status_code == 404
    assert "Ailleurs" not in advisor.get("/desk/boreal/calls/").content.decode()


def test_the_list_costs_the_same_queries_with_one_call_or_three(workshop, advisor, django_assert_num_queries):
    ask(workshop)
    advisor.get("/desk/boreal/calls/")
    with django_assert_num_queries(10) as few:
        advisor.get("/desk/boreal/calls/")
    ask(workshop, 1)
    ask(workshop, 2)
    with django_assert_num_queries(len(few)):
        advisor.get("/desk/boreal/calls/")
