"""The appointment's own page: who may open it, and what its buttons do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import override_settings
from icalendar import Calendar

from booking.answers import manage_token
from booking.models import Appointment, CapacityClaim, CapacityPool, EventKind, PoolKind, Status
from lib import clock, tokens
from notifications.models import Suppression
from tests.booking.views.conftest import Visitor, hidden, said
from tests.garage import Garage, make_garage


def open_by_link(visitor: Visitor, appointment: Appointment) -> HttpResponse:
    return visitor.client.get(f"/m/{manage_token(appointment)}")


@pytest.mark.parametrize(
    ("language", "there"), [("fr", "/boreal/appointment/"), ("en", "/en/boreal/appointment/")]
)
def test_the_link_opens_the_page_in_the_appointment_s_language(
    another: Callable[..., Visitor], visitor: Visitor, language: str, there: str
) -> None:
    visitor.language = language
    booked = visitor.book()
    phone = another()
    answer = open_by_link(phone, booked)
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    page = phone.client.get(there)
    assert page.status_code == 200
    assert tokens.show_reference(booked.reference) in page.content.decode()
    assert said("Your appointment", language) in page.content.decode()


def test_the_link_and_the_page_stay_out_of_caches_referrers_and_search_engines(visitor: Visitor) -> None:
    booked = visitor.book()
    link, page = open_by_link(visitor, booked), visitor.get("appointment/")
    for answer in (link, page):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert link.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_opening_the_link_changes_nothing_about_the_appointment(visitor: Visitor) -> None:
    booked = visitor.book()
    open_by_link(visitor, booked)
    visitor.get("appointment/")
    again = Appointment.objects.get()
    assert (again.status, again.version, again.events.count()) == (Status.BOOKED, 1, 1)


def test_links_that_open_nothing_all_get_the_same_page(visitor: Visitor) -> None:
    booked = visitor.book()
    expired = manage_token(booked)
    Appointment.objects.update(
        starts_at=clock.now() - timedelta(days=9), ready_at=clock.now() - timedelta(days=8)
    )
    stranger = Visitor(visitor.garage)
    forged = ["A" * 22, "x", "../../etc", "%00", "é" * 22, expired, expired + "A", expired[:-1]]
    answers = [stranger.client.get(f"/m/{token}") for token in forged if "/" not in token]
    assert {answer.status_code for answer in answers} == {404}
    assert {strip_csrf(answer) for answer in answers} == {strip_csrf(answers[0])}
    assert said("This link opens nothing any more") in answers[0].content.decode()
    assert all(answer.headers["Referrer-Policy"] == "no-referrer" for answer in answers)


def strip_csrf(answer: HttpResponse) -> str:
    """The page without what differs from one request to the next, whatever was asked: its tokens and its address."""
    return re.sub(r'X-CSRFToken": "\w+"|href="/(en/)?m/[^"]*"', "", answer.content.decode())


def test_a_link_opens_one_appointment_and_no_other(visitor: Visitor, another: Callable[..., Visitor]) -> None:
    mine = visitor.book()
    theirs = another().book(
        visitor.starts()[4], name="Anne Roy", email="anne@example.com", phone="450 555-0199"
    )
    page = visitor.get("appointment/").content.decode()
    assert tokens.show_reference(mine.reference) in page
    assert tokens.show_reference(theirs.reference) not in page


def test_the_right_to_manage_counts_at_one_dealership_only(visitor: Visitor) -> None:
    visitor.book()
    make_garage(slug="riviere", today=clock.local(clock.now(), "America/Toronto").date())
    assert visitor.client.get("/riviere/appointment/").headers["Location"] == "/riviere/find/"


def test_without_the_right_every_action_leads_to_finding_the_appointment(visitor: Visitor) -> None:
    for path in ("appointment/", "appointment/move/", "appointment/cancel/", "appointment/calendar.ics"):
        assert visitor.get(path).headers["Location"] == visitor.url("find/")
    for path in ("confirm", "move", "cancel", "messages", "keep"):
        assert visitor.post(f"appointment/{path}/").headers["Location"] == visitor.url("find/")


def test_the_page_says_what_when_where_and_what_to_bring(visitor: Visitor) -> None:
    booked = visitor.book()
    page = visitor.get("appointment/").content.decode()
    shown = [
        said("It’s booked"), "Honda Civic 2019", "Changement de pneus", "89,95\u00a0$", "1234, boulevard des Laurentides",
        "openstreetmap.org", said("The tires to be put on"), booked.advisor.name,
        said("Indicative price, plus tax. Any extra work needs your approval."),
    ]  # fmt: skip
    assert [text for text in shown if text not in page] == []


def test_confirming_says_thank_you_and_is_kept(visitor: Visitor) -> None:
    visitor.book()
    answer = visitor.client.post(visitor.url("appointment/confirm/"), follow=True)
    assert said("Thank you. We expect you.") in answer.content.decode()
    assert Appointment.objects.get().status == Status.CONFIRMED
    visitor.post("appointment/confirm/")
    assert Appointment.objects.get().events.filter(kind=EventKind.CONFIRMED).count() == 1


def test_moving_keeps_the_reference_and_shows_the_new_time(visitor: Visitor) -> None:
    booked = visitor.book()
    page = visitor.get("appointment/move/").content.decode()
    version = hidden(page, "version")
    other = visitor.starts()[6]
    answer = visitor.post("appointment/move/", {"start": other.starts_at.isoformat(), "version": version})
    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("appointment/"))
    moved = Appointment.objects.get()
    assert (moved.reference, moved.starts_at, moved.version) == (booked.reference, other.starts_at, 2)
    assert (
        clock.say_time(clock.local(other.starts_at, moved.zone), "fr")
        in visitor.get("appointment/").content.decode()
    )


def test_moving_to_a_time_just_taken_offers_three_others_and_keeps_the_old_place(visitor: Visitor) -> None:
    booked = visitor.book()
    wanted = visitor.starts()[6]
    CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, starts_at=wanted.starts_at).update(closed=True)
    answer = visitor.post("appointment/move/", {"start": wanted.starts_at.isoformat(), "version": "1"})
    assert answer.status_code == 409
    assert answer.content.decode().count('class="chip chip-link chip-time"') == 3
    assert Appointment.objects.get().starts_at == booked.starts_at


@pytest.mark.parametrize("version", ["", "7", "x", "\x00", "9" * 30, "-1"])
def test_moving_or_cancelling_an_older_version_is_refused(visitor: Visitor, version: str) -> None:
    visitor.book()
    start = visitor.starts()[6].starts_at.isoformat()
    for path in ("appointment/move/", "appointment/cancel/"):
        answer = visitor.post(path, {"start": start, "version": version})
        assert answer.status_code == 409
        assert (
            said("This appointment was changed in the meantime. Please look at it again.")
            in answer.content.decode()
        )
    assert Appointment.objects.get().version == 1


def test_moving_nowhere_is_refused(visitor: Visitor) -> None:
    visitor.book()
    assert visitor.post("appointment/move/", {"start": "soon", "version": "1"}).status_code == 422


def test_cancelling_asks_once_then_frees_the_place_and_says_so(visitor: Visitor) -> None:
    visitor.book()
    page = visitor.get("appointment/cancel/").content.decode()
    assert Appointment.objects.get().status == Status.BOOKED
    answer = visitor.client.post(
        visitor.url("appointment/cancel/"),
        {"version": hidden(page, "version"), "reason": "Vendu"},
        follow=True,
    )
    assert said("Appointment cancelled") in answer.content.decode()
    assert said("Book another appointment") in answer.content.decode()
    cancelled = Appointment.objects.get()
    assert cancelled.events.get(kind=EventKind.CANCELLED).new["reason"] == "Vendu"
    assert not CapacityClaim.objects.filter(appointment=cancelled, active=True).exists()


def test_what_is_over_can_no_longer_be_changed(visitor: Visitor) -> None:
    visitor.book()
    Appointment.objects.update(
        starts_at=clock.now() - timedelta(hours=2), ready_at=clock.now() - timedelta(hours=1)
    )
    for path in ("move", "cancel", "confirm"):
        visitor.post(
            f"appointment/{path}/", {"version": "1", "start": visitor.starts()[0].starts_at.isoformat()}
        )
    assert Appointment.objects.get().status == Status.BOOKED
    page = visitor.get("appointment/").content.decode()
    assert visitor.url("appointment/cancel/") not in page


def test_the_calendar_file_follows_the_appointment(visitor: Visitor) -> None:
    booked = visitor.book()
    answer = visitor.get("appointment/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["UID"] == f"{booked.reference}@creneau"
    assert event["DTSTART"].dt == booked.starts_at
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CONFIRMED")
    visitor.post("appointment/cancel/", {"version": "1"})
    event = Calendar.from_ical(visitor.get("appointment/calendar.ics").content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_messages_stop_and_resume_for_this_appointment_alone(visitor: Visitor, channel: str) -> None:
    visitor.book()
    visitor.post("appointment/messages/", {"channel": channel, "wanted": "no"})
    assert Appointment.objects.get().muted_channels == [channel]
    # Anybody may have typed this address: its owner's other messages go on.
    assert not Suppression.objects.exists()
    stopped = said("Stopped for this appointment: we send nothing about it there.")
    assert visitor.get("appointment/").content.decode().count(stopped) == 1
    visitor.post("appointment/messages/", {"channel": channel, "wanted": "yes"})
    assert Appointment.objects.get().muted_channels == []
    assert stopped not in visitor.get("appointment/").content.decode()


def test_an_address_whose_owner_stopped_it_stays_stopped(visitor: Visitor) -> None:
    visitor.book()
    Suppression.objects.create(
        group=visitor.garage.dealership.group, channel="sms", address="+15145550123", reason="asked"
    )
    visitor.post("appointment/messages/", {"channel": "sms", "wanted": "no"})
    visitor.post("appointment/messages/", {"channel": "sms", "wanted": "yes"})
    assert Suppression.objects.count() == 1


def test_an_unknown_channel_changes_nothing(visitor: Visitor) -> None:
    visitor.book()
    assert visitor.post("appointment/messages/", {"channel": "pigeon", "wanted": "no"}).status_code == 303
    assert Appointment.objects.get().muted_channels == []


@pytest.mark.parametrize("reach", ["LUC@example.com ", "(514) 555 0123"])
def test_two_facts_open_the_appointment(
    visitor: Visitor, another: Callable[..., Visitor], reach: str
) -> None:
    booked = visitor.book()
    stranger = another()
    shown = tokens.show_reference(booked.reference).lower()
    answer = stranger.post("find/", {"reach": reach, "reference": shown})
    assert (answer.status_code, answer.headers["Location"]) == (303, stranger.url("appointment/"))
    assert stranger.get("appointment/").status_code == 200


def test_one_wrong_fact_is_answered_with_one_sentence_that_does_not_say_which(
    visitor: Visitor, another: Callable[..., Visitor], garage: Garage
) -> None:
    booked = visitor.book()
    stranger = another()
    tries = [("luc@example.com", "K4T7QFX"), ("anne@example.com", booked.reference), ("x", "y")]
    pages = [stranger.post("find/", {"reach": reach, "reference": reference}) for reach, reference in tries]
    sentence = said("No appointment fits both. Check them against our messages, or call us.")
    assert all(page.status_code == 422 and sentence in page.content.decode() for page in pages)
    assert stranger.get("appointment/").headers["Location"] == stranger.url("find/")


@override_settings(RATE_LIMITS="on")
def test_guessing_is_slowed_down(visitor: Visitor) -> None:
    tries = [
        visitor.post("find/", {"reach": "a@b.ca", "reference": "x"}, REMOTE_ADDR="203.0.113.9")
        for _ in range(11)
    ]
    assert [answer.status_code for answer in tries[-2:]] == [422, 429]
    links = [visitor.client.get("/m/" + "A" * 22, REMOTE_ADDR="203.0.113.10") for _ in range(31)]
    assert [answer.status_code for answer in links[-2:]] == [404, 429]
    assert "Retry-After" in links[-1].headers
