"""When what goes out, at the desk."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client

from booking.actions.replan import plan_all
from booking.models import Appointment
from dealerships.models import Role, StaffMember
from lib import clock
from notifications.kinds import KINDS, SYSTEM_STARTED
from notifications.models import Cadence, CadenceChange, Message, State
from tests.desk.conftest import add_second_step, open_workshop
from tests.garage import make_staff

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


REVIEW = f"{PAGE}review/"
COMMERCIAL = {
    "active": "on", "days": "1", "at": "11:00", "way": "sms_first", "lasts": "3", "unit": "1440", "quiet_from": "23:00",
    "quiet_until": "06:00",
}  # fmt: skip


@pytest.mark.parametrize("at", ["08:59", "20:00", "22:30"])
@pytest.mark.parametrize("do", ["keep", "preview"])
def test_what_is_commercial_has_no_hour_at_which_it_would_wait_for_the_morning(manager, at, do):
    answer = manager.post(REVIEW, {"do": do, **COMMERCIAL, "at": at, "days": "4"})

    assert answer.status_code == 422
    assert not Cadence.objects.exists()
    form = answer.context["form"]
    [said] = form.errors["at"]
    assert ("20\u00a0h" in said or "8:00 p.m." in said) and ("9\u00a0h" in said or "9:00 a.m." in said)
    assert (form["at"].value(), form["days"].value()) == (at, "4")
    assert 'id="review_at_error"' in texts(answer)


@pytest.mark.parametrize("at", ["09:00", "19:59"])
def test_every_hour_of_the_longest_day_will_do(manager, at):
    assert manager.post(REVIEW, {"do": "keep", **COMMERCIAL, "at": at}).status_code == 302
    assert Cadence.objects.get().at.isoformat("minutes") == at


def test_what_is_not_commercial_may_go_early(manager):
    early = {**SAID, "at": "07:30", "quiet_until": "07:00"}
    assert manager.post(EVE, {"do": "keep", **early}).status_code == 302


@pytest.mark.parametrize(
    ("kind", "days", "at"),
    [("reminder_1d", "3", "10:00"), ("reminder_1d", "4", "16:00"), ("reminder_3d", "1", "18:00"),
     ("reconfirm_again", "20", "10:00"), ("reconfirm", "7", "10:00")],
)  # fmt: skip
def test_the_last_reminder_stays_the_last(manager, kind, days, at):
    answer = manager.post(f"{PAGE}{kind}/", {"do": "keep", **SAID, "wording": "", "days": days, "at": at})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"days"}
    assert not Cadence.objects.exists()


def test_one_that_is_off_may_stand_anywhere(manager):
    off = {key: value for key, value in SAID.items() if key != "active"}
    assert manager.post(EVE, {"do": "keep", **off, "days": "9"}).status_code == 302


def test_going_back_to_the_usual_keeps_the_turn_too(manager):
    for kind, days in (("reminder_3d", "9"), ("reminder_1d", "4")):
        assert (
            manager.post(f"{PAGE}{kind}/", {"do": "keep", **SAID, "wording": "", "days": days}).status_code
            == 302
        )
    answer = manager.post(f"{PAGE}reminder_3d/", {"do": "usual"}, follow=True)

    assert Cadence.objects.filter(kind="reminder_3d").exists()
    assert [message.level_tag for message in answer.context["messages"]][-1] == "warning"


def test_the_name_of_a_kind_names_no_day_and_the_days_stand_beside_it(manager):
    assert not [name for name in SYSTEM_STARTED if any(sign.isdigit() for sign in str(KINDS[name].label))]
    manager.post(f"{PAGE}reminder_3d/", {"do": "keep", **SAID, "wording": "", "days": "4"})

    [card] = [card for card in manager.get(f"/en{PAGE}").context["cards"] if card["name"] == "reminder_3d"]
    assert card["sentence"].startswith("4 days before the visit at 3:30 p.m.")
    choices = dict(manager.get("/en/desk/boreal/messages/wording/?kind=moved").context["kinds"])
    assert choices["reminder_3d"] == "First reminder · 4 days before the visit"
    assert choices["expected"].startswith("We are expecting you · 30 minutes after the start")
    assert choices["moved"] == "Appointment moved"


def test_who_changed_it_last_and_when_stands_on_the_page(workshop, manager):
    assert {card["last"] for card in manager.get(PAGE).context["cards"]} == {""}
    manager.post(EVE, {"do": "keep", **SAID})
    other = Client()
    other.force_login(
        add_second_step(make_staff(workshop.garage.dealership, Role.MANAGER, email="i@boreal.example"))
    )
    StaffMember.objects.filter(user__email="i@boreal.example").update(name="Isabelle Côté")
    other.post(EVE, {"do": "keep", **SAID, "days": "1"})
    at = clock.local(CadenceChange.objects.latest("at").at, workshop.garage.dealership.zone)

    page = manager.get(f"/en{PAGE}")
    said = {card["name"]: card["last"] for card in page.context["cards"] if card["last"]}
    assert said == {
        "reminder_1d": f"Last changed by Isabelle Côté, {clock.say_date(at.date(), 'en', year=True)} "
        f"at {clock.say_time(at, 'en')}"
    }
    assert said["reminder_1d"] in texts(page)
    other.post(EVE, {"do": "usual"})
    assert "Put back to the usual by Isabelle Côté" in texts(manager.get(f"/en{PAGE}"))
    assert CadenceChange.objects.count() == 3


def test_what_is_refused_or_only_looked_at_is_no_change(manager):
    manager.post(EVE, {"do": "preview", **SAID})
    manager.post(EVE, {"do": "keep", **SAID, "days": "x"})
    manager.post(REVIEW, {"do": "keep", **COMMERCIAL, "at": "22:00"})
    assert not CadenceChange.objects.exists()


def test_another_dealership_s_changes_are_its_own(manager, sign_in):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    theirs = sign_in(Role.MANAGER, elsewhere.garage)
    theirs.post("/desk/riviere/messages/cadence/reminder_1d/", {"do": "keep", **SAID})
    assert CadenceChange.objects.count() == 1
    assert {card["last"] for card in manager.get(PAGE).context["cards"]} == {""}


def test_what_hangs_on_the_calendar_says_what_a_change_leaves_alone(manager):
    said = {
        card["name"]: card["applies"]
        for card in manager.get(f"/en{PAGE}").context["cards"]
        if card["applies"]
    }
    assert set(said) == {"next_season", "maintenance_due"}
    assert "not planned yet" in said["next_season"] and "3 days" in said["next_season"]
    answer = manager.post(f"/en{PAGE}next_season/", {"do": "keep", **COMMERCIAL, "days": "0"}, follow=True)
    [kept] = [str(message) for message in answer.context["messages"]]
    assert said["next_season"] in kept


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
