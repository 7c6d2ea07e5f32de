"""The calendar file that goes with a letter, byte by byte where calendars are strict (RFC 5545, 5546, 6047)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar

from notifications.calendar import calendar_links
from notifications.kinds import KINDS
from notifications.models import Channel
from notifications.render import render
from notifications.sample_cases import CASES, sample_message
from tests.notifications.letters import letter, payload_of, visit

LANGUAGES = ["fr", "en"]


def file_of(kind="confirmation", language="fr", **changes):
    (attachment,) = render(letter(kind, language=language, payload=payload_of(kind, **changes))).attachments
    return attachment


def event_of(*args, **changes):
    (event,) = Calendar.from_ical(file_of(*args, **changes).content).walk("VEVENT")
    return event


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["confirmation", "welcome", "moved", "cancelled"])
@pytest.mark.parametrize("case", CASES)
def test_a_calendar_file_is_strict_whatever_people_typed(kind, language, case):
    message = sample_message(KINDS[kind], channel=Channel.EMAIL, language=language, case=CASES[case])
    (attachment,) = render(message).attachments
    lines = attachment.content.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    assert attachment.content.count(b"BEGIN:VEVENT") == attachment.content.count(b"BEGIN:VTIMEZONE") == 1
    # What Outlook needs, and what who invites nobody has not.
    assert attachment.content.count(b"RRULE:FREQ=YEARLY") == 2
    assert b"RDATE" not in attachment.content
    assert b"ATTENDEE" not in attachment.content
    (event,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    for name in (
        "uid",
        "dtstamp",
        "dtstart",
        "dtend",
        "sequence",
        "summary",
        "organizer",
        "location",
        "url",
        "status",
    ):
        assert event.get(name) not in (None, ""), name
    assert event.start < event.end


def test_commas_semicolons_and_line_ends_are_escaped():
    content = file_of(vehicle="Civic; rouge, sport\\GT").content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Entretien : Civic\\; rouge\\, sport\\\\GT\\, Garage Boréal\r\n" in content
    assert "DESCRIPTION:Changement de pneus\\nPrêt vers 11 h 30\\n" in content
    assert (
        event_of(vehicle="Civic; rouge, sport\\GT")["SUMMARY"]
        == "Entretien : Civic; rouge, sport\\GT, Garage Boréal"
    )


def test_a_move_and_a_cancellation_are_of_the_same_event_and_count_up():
    told = [
        event_of("confirmation", version=1),
        event_of("moved", version=2),
        event_of("cancelled", version=3),
    ]
    assert {str(one["UID"]) for one in told} == {"K4T7QFX@creneau"}
    assert [one["SEQUENCE"] for one in told] == [1, 2, 3]
    assert [str(one["STATUS"]) for one in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_the_person_is_reminded_an_hour_before_and_of_nothing_that_is_cancelled():
    (alarm,) = event_of("confirmation").walk("VALARM")
    assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(hours=-1))
    assert str(alarm["DESCRIPTION"]) == "Entretien : Honda Civic 2019, Garage Boréal"
    assert event_of("cancelled").walk("VALARM") == []


@pytest.mark.parametrize(
    ("language", "vehicle", "summary"),
    [
        ("fr", "Honda Civic 2019", "Entretien : Honda Civic 2019, Garage Boréal"),
        ("en", "Honda Civic 2019", "Service: 2019 Honda Civic, Garage Boréal"),
        ("fr", "", "Entretien, Garage Boréal"),
        ("en", "", "Service, Garage Boréal"),
    ],
)
def test_the_calendar_says_which_car_and_where(language, vehicle, summary):
    assert event_of("confirmation", language, vehicle=vehicle)["SUMMARY"] == summary


def test_calendars_on_the_web_get_the_same_event_without_its_secret():
    links = calendar_links(visit(), "fr")
    google, outlook = (parse_qs(urlsplit(links[name]).query) for name in ("google", "outlook"))
    assert google["dates"] == ["20261208T074500/20261208T080000"]
    assert google["ctz"] == ["America/Toronto"]
    assert outlook["startdt"] == ["2026-12-08T07:45:00-05:00"]
    assert google["text"] == outlook["subject"] == ["Entretien\u00a0: Honda Civic 2019, Garage Boréal"]
    assert not any("/m/" in link for link in links.values())
