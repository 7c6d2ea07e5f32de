"""When what goes out, at the desk."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking.actions.replan import plan_all
from booking.models import Appointment
from dealerships.models import Role
from notifications.kinds import SYSTEM_STARTED
from notifications.models import Cadence, Message, State

PAGE = "/desk/boreal/messages/cadence/"
EVE = f"{PAGE}reminder_1d/"
SAID = {
    "active": "on", "days": "2", "at": "15:30", "way": "both", "lasts": "4", "unit": "60", "quiet_from": "20:00",
    "quiet_until": "09:00", "wording": "cost",
}  # fmt: skip


@pytest.fixture
def manager(sign_in):
    return sign_in(Role.MANAGER)


def texts(page):
    return page.content.decode()


def test_every_kind_has_its_card_and_says_when_in_words(manager):
    page = manager.get(PAGE)

    assert [card["name"] for card in page.context["cards"]] == list(SYSTEM_STARTED)
    words = texts(page)
    for name in SYSTEM_STARTED:
        assert f'action="{PAGE}{name}/#{name}"' in words
    assert "La veille du rendez-vous" in words or "The day before the visit" in words


def test_what_is_saved_counts_from_then_on(workshop, manager):
    answer = manager.post(EVE, {"do": "keep", **SAID})

    assert answer.status_code == 302
    row = Cadence.objects.get()
    assert (row.kind, row.days, row.at, row.minutes, row.way) == (
        "reminder_1d",
        -2,
        time(15, 30),
        None,
        "both",
    )
    assert (row.lasts_minutes, row.quiet_from, row.quiet_until) == (240, time(20), time(9))
    assert (row.active, row.wording) == (True, "cost")
    [card] = [card for card in manager.get(PAGE).context["cards"] if card["changed"]]
    assert card["name"] == "reminder_1d"


def test_who_presses_enter_saves(manager):
    """The first button of the form is the one that a browser presses then."""
    form = texts(manager.get(PAGE)).split(f'action="{EVE}')[1]
    assert form.index('value="keep"') < form.index('value="preview"')


def test_back_to_the_usual(manager):
    manager.post(EVE, {"do": "keep", **SAID})
    manager.post(EVE, {"do": "usual", **SAID})

    assert not Cadence.objects.exists()


def test_a_switch_that_is_not_sent_is_off(manager):
    manager.post(EVE, {"do": "keep", **{key: value for key, value in SAID.items() if key != "active"}})

    assert Cadence.objects.get().active is False


def test_what_counts_in_minutes_has_no_days(manager):
    said = {"active": "on", "minutes": "45", "way": "sms", "lasts": "60", "unit": "1",
            "quiet_from": "21:00", "quiet_until": "08:00"}  # fmt: skip
    assert manager.post(f"{PAGE}expected/", {"do": "keep", **said}).status_code == 302
    row = Cadence.objects.get()
    assert (row.minutes, row.days, row.at) == (45, None, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"at": "21:00"}, "at"),  # in the quiet hours
        ({"at": ""}, "at"),
        ({"days": ""}, "days"),
        ({"days": "-1"}, "days"),
        ({"days": "61"}, "days"),
        ({"days": "deux"}, "days"),
        ({"lasts": ""}, "lasts"),
        ({"lasts": "4", "unit": "1"}, "lasts"),  # four minutes
        ({"lasts": "31", "unit": "1440"}, "lasts"),
        ({"way": "pigeon"}, "way"),
        ({"unit": "7"}, "unit"),
        ({"wording": "poem"}, "wording"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_until": ""}, "quiet_until"),
    ],
)
def test_what_is_refused_is_said_and_kept_as_it_was_typed(manager, said, field):
    answer = manager.post(EVE, {"do": "keep", **SAID, **said})

    assert answer.status_code == 422
    assert not Cadence.objects.exists()
    form = answer.context["form"]
    assert set(form.errors) == {field}
    assert form[field].value() == said[field]
    words = texts(answer)
    assert f'id="reminder_1d_{field}_error"' in words
    assert f'href="#reminder_1d_{field}"' in words
    [card] = [card for card in answer.context["cards"] if card["open"]]
    assert card["name"] == "reminder_1d"


def booked_far(workshop) -> Appointment:
    """A visit a week and more ahead, whose reminders are all still to come."""
    day = workshop.day + timedelta(days=10)
    while day.weekday() == 6:
        day += timedelta(days=1)
    return workshop.garage.book(workshop.garage.at(9, day=day), name="Anne-Sophie Roy")


def test_looking_shows_the_next_ones_and_changes_nothing(workshop, manager):
    booked = booked_far(workshop)
    before = list(Message.objects.order_by("pk").values())

    page = manager.post(EVE, {"do": "preview", **SAID})

    assert page.status_code == 200
    [card] = [card for card in page.context["cards"] if card["open"]]
    assert [one["name"] for one in card["preview"]["next"]] == ["Anne-Sophie Roy"] * 2
    assert {one["reference"] for one in card["preview"]["next"]} == {booked.reference}
    assert list(Message.objects.order_by("pk").values()) == before
    assert not Cadence.objects.exists()


def test_htmx_gets_the_preview_alone(workshop, manager):
    booked_far(workshop)

    answer = manager.post(EVE, {"do": "preview", **SAID}, headers={"HX-Request": "true"})

    assert "Anne-Sophie Roy" in texts(answer)
    assert "<html" not in texts(answer)


def test_the_preview_of_what_cannot_be_read_says_so(manager):
    answer = manager.post(EVE, {"do": "preview", **SAID, "days": "x"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "cadence-nothing" in texts(answer)


def test_a_kind_that_the_system_does_not_start_is_not_there(manager):
    assert manager.post(f"{PAGE}confirmation/", {"do": "keep"}).status_code == 404
    assert manager.post(f"{PAGE}nothing/", {"do": "keep"}).status_code == 404


def test_the_worker_makes_what_is_planned_follow(workshop, manager):
    booked = booked_far(workshop)
    manager.post(EVE, {"do": "keep", **SAID})

    plan_all(dealership=workshop.garage.dealership, kinds=["reminder_1d"])

    rows = Message.objects.filter(about=booked.about, kind="reminder_1d", state=State.PENDING)
    assert {(row.channel, row.variant) for row in rows} == {("sms", "cost"), ("email", "cost")}


def test_in_english_too(manager):
    page = manager.get(f"/en{PAGE}")
    assert "The day before the visit at 4:00 p.m., by text message, else by e-mail" in texts(page)
