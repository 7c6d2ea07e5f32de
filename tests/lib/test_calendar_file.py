from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from lib.calendar_file import calendar_file
from lib.clock import at_local

TORONTO = "America/Toronto"
START = at_local(date(2026, 12, 8), time(7, 45), TORONTO)


def written(**changes) -> bytes:
    values = {
        "uid": "K4T7QFX@creneau.example",
        "sequence": 3,
        "starts_at": START,
        "ends_at": START + timedelta(hours=3, minutes=45),
        "zone": TORONTO,
        "summary": "Changement de pneus, Honda Civic; chez Boréal",
        "description": "Apportez l’écrou antivol.\nPrêt vers 11\u00a0h\u00a030.",
        "location": "100, rue de l'Érable\nQuébec (Québec)",
        "url": "https://rdv.example/boreal/appointment/",
        "organizer_name": "Garage Boréal",
        "organizer_email": "service@boreal.example",
        "stamp": datetime(2026, 10, 1, 12, tzinfo=UTC),
    }
    return calendar_file(**{**values, **changes})


def read(content: bytes):
    calendar = Calendar.from_ical(content)
    return calendar, calendar.events[0]


def test_what_was_written_reads_back():
    calendar, event = read(written())
    assert (calendar["METHOD"], calendar["VERSION"], len(calendar.events)) == ("PUBLISH", "2.0", 1)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("K4T7QFX@creneau.example", 3, "CONFIRMED")
    assert event["SUMMARY"] == "Changement de pneus, Honda Civic; chez Boréal"
    assert event["DESCRIPTION"] == "Apportez l’écrou antivol.\nPrêt vers 11 h 30."
    assert event["LOCATION"] == "100, rue de l'Érable\nQuébec (Québec)"
    assert event["URL"] == "https://rdv.example/boreal/appointment/"
    assert event["ORGANIZER"] == "mailto:service@boreal.example"
    assert event["ORGANIZER"].params["CN"] == "Garage Boréal"
    assert event["DTSTAMP"].dt == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert (event.start, event.end) == (START, START + timedelta(hours=3, minutes=45))


def test_the_event_stands_in_its_own_zone_and_brings_the_zone_along():
    calendar, event = read(written())
    assert event["DTSTART"].params["TZID"] == TORONTO
    assert event.start.time() == time(7, 45)
    assert [zone["TZID"] for zone in calendar.timezones] == [TORONTO]


def test_a_cancelled_appointment_withdraws_the_same_event():
    calendar, event = read(written(cancelled=True, sequence=4))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 4)
    assert event["UID"] == read(written())[1]["UID"]


@pytest.mark.parametrize("zone", [TORONTO, "America/Halifax", "America/St_Johns", "America/Regina"])
@pytest.mark.parametrize("sunday", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_stay_over_the_change_of_clocks_keeps_both_wall_times(zone, sunday):
    starts_at = at_local(sunday - timedelta(days=1), time(17), zone)
    ends_at = at_local(sunday + timedelta(days=1), time(8), zone)
    calendar, event = read(written(zone=zone, starts_at=starts_at, ends_at=ends_at))
    assert (event.start.time(), event.end.time()) == (time(17), time(8))
    # By the offsets that the file itself carries, not by what this machine knows of the zone.
    carried = calendar.timezones[0].to_tz(lookup_tzid=False)
    assert event.start.replace(tzinfo=carried).astimezone(UTC) == starts_at
    assert event.end.replace(tzinfo=carried).astimezone(UTC) == ends_at


def test_lines_end_in_crlf_and_are_folded_at_75_bytes():
    content = written(description="été " * 200)
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    assert read(content)[1]["DESCRIPTION"] == "été " * 200


def test_typed_text_cannot_add_lines_to_the_file():
    attack = "x\r\nATTENDEE:mailto:a@b.example\rEND:VEVENT\x00\u2028"
    fields = ("summary", "description", "location", "organizer_name")
    calendar, event = read(written(**dict.fromkeys(fields, attack)))
    assert (len(calendar.events), "ATTENDEE" in event) == (1, False)
    assert b"\r\nATTENDEE" not in written(**dict.fromkeys(fields, attack))


@pytest.mark.parametrize("field", ["url", "organizer_email"])
def test_an_address_of_several_lines_is_a_mistake(field):
    with pytest.raises(ValueError, match="may not contain"):
        written(**{field: "https://a.example/\r\nATTENDEE:x"})


def test_what_is_empty_is_left_out():
    _, event = read(written(description="", location="", url=""))
    assert not {"DESCRIPTION", "LOCATION", "URL"} & set(event)
