"""What a customer does on the day and afterwards: late, a note, the history, the print, the states."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.html import escape
from icalendar import Calendar

from booking.models import Appointment, EventKind, Status
from lib import clock, tokens
from tests.booking.views.conftest import Visitor, said


def shift(by: timedelta) -> Appointment:
    """Let the visit begin so long from now."""
    starts = clock.now() + by
    Appointment.objects.update(starts_at=starts, ready_at=starts + timedelta(hours=3))
    return Appointment.objects.get()


def page_of(visitor: Visitor) -> str:
    return visitor.get("appointment/").content.decode()


def test_who_is_late_says_so_in_one_tap_and_sees_what_happens(visitor: Visitor) -> None:
    visitor.book()
    assert said("Running late?") not in page_of(visitor)
    shift(timedelta(hours=2))
    assert said("Running late?") in page_of(visitor)
    answer = visitor.client.post(visitor.url("appointment/late/"), {"minutes": "20"}, follow=True)
    page = answer.content.decode()
    assert said("Thank you, we have told the service desk. We expect you.") in page
    assert "+20\u00a0min" in page.replace("&nbsp;", "\u00a0")
    assert Appointment.objects.get().late_minutes == 20


@pytest.mark.parametrize("minutes", ["", "7", "-10", "x", "\x00", "9" * 400, "２０"])
def test_other_minutes_are_answered_with_a_sentence(visitor: Visitor, minutes: str) -> None:
    visitor.book()
    shift(timedelta(hours=1))
    answer = visitor.client.post(visitor.url("appointment/late/"), {"minutes": minutes}, follow=True)
    assert said("Choose one of the times.") in answer.content.decode()
    assert Appointment.objects.get().late_minutes == 0


def test_too_early_to_be_late_is_answered_with_a_sentence(visitor: Visitor) -> None:
    visitor.book()
    answer = visitor.client.post(visitor.url("appointment/late/"), {"minutes": "20"}, follow=True)
    sentence = "That can be said on the day only, until an hour after the start. Please call us."
    assert said(sentence) in answer.content.decode()


def test_a_note_is_added_and_shown(visitor: Visitor) -> None:
    visitor.book()
    text = "Le coffre ne ferme plus <b>"
    answer = visitor.client.post(visitor.url("appointment/note/"), {"note": text}, follow=True)
    page = answer.content.decode()
    assert said("Your note is with the service desk.") in page
    assert escape(text) in page
    assert text not in page
    assert Appointment.objects.get().note == text


def test_a_note_that_is_refused_comes_back_with_what_was_typed(visitor: Visitor) -> None:
    visitor.book()
    answer = visitor.post("appointment/note/", {"note": "x" * 2001})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "x" * 2001 in page
    assert 'href="#id_note"' in page
    assert Appointment.objects.get().note == ""
    assert visitor.post("appointment/note/", {"note": " "}).status_code == 422


def test_the_history_says_in_order_what_happened(visitor: Visitor) -> None:
    visitor.book()
    visitor.post("appointment/confirm/")
    visitor.post("appointment/note/", {"note": "Bruit à gauche"})
    page = page_of(visitor)
    order = [page.index(text) for text in (said("Presence confirmed"), "Bruit à gauche")]
    story = page[page.index(said("What has happened")) :]
    assert story.index(said("Presence confirmed")) < story.index("Bruit à gauche")
    assert order
    assert page.index(said("What has happened")) < page.index(said("Messages about this appointment"))


@pytest.mark.parametrize("kind", EventKind.values)
def test_every_kind_of_event_has_its_words(visitor: Visitor, kind: str) -> None:
    booked = visitor.book()
    booked.events.create(kind=kind, actor="staff", source="phone", version=1)
    story = page_of(visitor).partition('<ol class="story">')[2].partition("</ol>")[0]
    assert story.count("<li>") == 2
    assert said("by us") in story


@pytest.mark.parametrize(
    ("status", "title", "again"),
    [
        (Status.CANCELLED, "Appointment cancelled", True),
        (Status.COMPLETED, "Thank you for your visit", True),
        (Status.NO_SHOW, "We missed you", True),
        (Status.ARRIVED, "Your vehicle is with us", False),
    ],
)
def test_each_state_has_its_own_page(visitor: Visitor, status: str, title: str, again: bool) -> None:
    visitor.book()
    Appointment.objects.update(status=status)
    page = page_of(visitor)
    assert said(title) in page
    assert (said("Book the same again") in page) is again
    assert said("Move") + "</a>" not in page


def test_a_visit_whose_time_has_gone_by_says_what_to_do(visitor: Visitor) -> None:
    visitor.book()
    shift(timedelta(minutes=-30))
    assert said("We expect you") in page_of(visitor)
    shift(timedelta(hours=-2))
    page = page_of(visitor)
    assert (
        said("Its time has gone by. If your vehicle is not with us yet, call us or choose another time.")
        in page
    )
    assert said("Book the same again") in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_calendars_of_the_web_get_the_same_hour_and_not_the_secret_link(
    visitor: Visitor, language: str
) -> None:
    visitor.language = language
    booked = visitor.book()
    page = page_of(visitor)
    links = [
        part.split('"')[0].replace("&amp;", "&") for part in page.split('href="') if "calendar" in part[:60]
    ]
    google = next(parse_qs(urlsplit(link).query) for link in links if "google" in link)
    outlook = next(parse_qs(urlsplit(link).query) for link in links if "outlook" in link)
    there = clock.local(booked.starts_at, booked.zone)
    assert google["dates"][0].startswith(f"{there:%Y%m%dT%H%M%S}/")
    assert google["ctz"] == ["America/Toronto"]
    assert outlook["startdt"] == [there.isoformat()]
    for query in (google["details"][0], outlook["body"][0]):
        assert "/m/" not in query
        assert tokens.show_reference(booked.reference) in query
        assert f"{'/en' if language == 'en' else ''}/boreal/find/" in query
    assert "1234, boulevard des Laurentides" in google["location"][0]


def test_the_maps_are_plain_links_to_the_address(visitor: Visitor) -> None:
    visitor.book()
    page = page_of(visitor)
    for address in ("www.google.com/maps/dir/", "maps.apple.com/", "www.openstreetmap.org/search"):
        link = next(part.split('"')[0] for part in page.split('href="https://') if part.startswith(address))
        assert "1234%2C%20boulevard%20des%20Laurentides%2C%20Laval%20H7M%202Y1" in link
    assert "<iframe" not in page


def test_the_page_brings_a_style_for_paper(visitor: Visitor) -> None:
    visitor.book()
    assert 'css/print.css" media="print"' in page_of(visitor)


def test_the_page_s_queries_do_not_grow_with_its_history(
    visitor: Visitor, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    booked = visitor.book()
    page_of(visitor)
    with django_assert_max_num_queries(40) as first:
        page_of(visitor)
    for _event in range(3):
        booked.events.create(kind=EventKind.CONFIRMED, actor="staff", source="phone", version=1)
    with django_assert_max_num_queries(len(first)):
        page_of(visitor)


def test_a_reminder_of_the_next_change_goes_into_one_s_own_calendar(visitor: Visitor) -> None:
    visitor.book()
    answer = visitor.get("appointment/next-season.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert str(event["uid"]).endswith("@creneau")
    assert event.start.hour == 9
    assert "service=tire_swap" in str(event["description"])
    assert "/m/" not in answer.content.decode()
