"""Reminders fall due on the wall clock of the dealership, whatever the clocks do in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment, Status
from booking.reminders import LAST_USE, RANDOM, Reminder, draw_wording, is_reminded, plan_reminders
from lib import clock
from notifications.hours import is_quiet
from notifications.kinds import KINDS, Anchor, When
from notifications.models import Way
from notifications.wanted import LAST_REMINDER

USUAL = {kind.name: kind.usual for kind in KINDS.values() if kind.usual}
LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
TORONTO = "America/Toronto"


def visit(
    day: date,
    zone: str = TORONTO,
    *,
    at: time = time(8),
    phone: str = "+15145550123",
    email: str = "luc@example.com",
    **more: object,
) -> Appointment:
    return Appointment(
        reference="K4T7QFX", local_date=day, local_time=at, zone=zone, starts_at=clock.at_local(day, at, zone),
        contact_phone=phone, contact_email=email, **more,
    )  # fmt: skip


def plans(
    appointment: Appointment, now: datetime = LONG_BEFORE, *, agreed: datetime | None = None, **changed: When
) -> list[Reminder]:
    """As planned when it was chosen the day before the visit, unless `agreed` says when."""
    chosen = agreed or appointment.starts_at - timedelta(days=1)
    return plan_reminders(appointment, USUAL | changed, now=now, agreed_at=chosen)


def due(appointment: Appointment, now: datetime = LONG_BEFORE, **more: object) -> dict[tuple[str, str], str]:
    return {
        (one.kind, one.channel): f"{clock.local(one.not_before, appointment.zone):%m-%d %H:%M}"
        for one in plans(appointment, now, **more)
    }


def test_two_reminders_before_and_a_word_to_who_is_not_there() -> None:
    assert due(visit(date(2026, 12, 8))) == {
        ("reminder_3d", "email"): "12-05 10:00",
        ("reminder_1d", "sms"): "12-07 16:00",
        ("expected", "sms"): "12-08 08:30",
    }


def test_what_was_chosen_more_than_three_weeks_ahead_is_asked_about_again() -> None:
    appointment = visit(date(2026, 12, 8))
    just_so = appointment.starts_at - timedelta(days=21)
    asked = due(appointment, agreed=just_so - timedelta(seconds=1))

    assert asked["reconfirm", "email"] == asked["reconfirm", "sms"] == "11-24 10:00"
    assert asked["reconfirm_again", "sms"] == "12-01 10:00"
    assert not any("reconfirm" in kind for kind, _channel in due(appointment, agreed=just_so))


def test_who_has_confirmed_is_not_asked_again() -> None:
    confirmed = visit(date(2026, 12, 8), status=Status.CONFIRMED)

    assert set(due(confirmed, agreed=LONG_BEFORE)) == {("reminder_3d", "email"), ("expected", "sms")}


@pytest.mark.parametrize(
    ("monday", "utc_of_sunday_16"),
    [
        (date(2026, 3, 9), datetime(2026, 3, 8, 20, tzinfo=UTC)),  # forward in the night to Sunday
        (date(2026, 11, 2), datetime(2026, 11, 1, 21, tzinfo=UTC)),  # back in the night to Sunday
    ],
)
def test_the_eve_of_a_monday_after_a_clock_change_is_sunday_at_16(
    monday: date, utc_of_sunday_16: datetime
) -> None:
    [eve] = [one for one in plans(visit(monday)) if one.kind == "reminder_1d"]

    assert eve.not_before == utc_of_sunday_16


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 9), 23), (date(2026, 11, 2), 25), (date(2026, 12, 8), 24)],
)
@pytest.mark.parametrize("zone", [TORONTO, "America/St_Johns"])
def test_days_are_counted_on_the_wall_however_long_they_are(day: date, hours: int, zone: str) -> None:
    """Saturday at 10:00 to Sunday at 10:00 is 23 hours in spring and 25 in autumn."""
    two_days_before = {"reminder_3d": When(Way.SMS, timedelta(hours=8), days=-2, at=time(10))}
    one_day_before = {"reminder_3d": When(Way.SMS, timedelta(hours=8), days=-1, at=time(10))}
    first, second = (
        next(one for one in plans(visit(day, zone), **when) if one.kind == "reminder_3d").not_before
        for when in (two_days_before, one_day_before)
    )

    assert second - first == timedelta(hours=hours)


def test_a_reminder_whose_moment_has_passed_is_not_planned() -> None:
    appointment = visit(date(2026, 12, 8))

    noon_two_days_before = clock.at_local(date(2026, 12, 6), time(12), TORONTO)
    assert set(due(appointment, noon_two_days_before)) == {("reminder_1d", "sms"), ("expected", "sms")}
    evening_before = clock.at_local(date(2026, 12, 7), time(17), TORONTO)
    assert set(due(appointment, evening_before)) == {("expected", "sms")}
    assert due(appointment, appointment.starts_at + timedelta(minutes=30)) == {}


@pytest.mark.parametrize(
    ("way", "phone", "email", "muted", "channels"),
    [
        (Way.SMS_FIRST, "+15145550123", "luc@example.com", [], {"sms"}),
        (Way.SMS_FIRST, "", "luc@example.com", [], {"email"}),
        (Way.SMS_FIRST, "+15145550123", "luc@example.com", ["sms"], {"email"}),
        (Way.EMAIL_FIRST, "+15145550123", "luc@example.com", [], {"email"}),
        (Way.EMAIL_FIRST, "+15145550123", "", [], {"sms"}),
        (Way.BOTH, "+15145550123", "luc@example.com", [], {"sms", "email"}),
        (Way.BOTH, "+15145550123", "luc@example.com", ["email"], {"sms"}),
        (Way.SMS, "", "luc@example.com", [], set()),
        (Way.EMAIL, "+15145550123", "", [], set()),
        (Way.BOTH, "+15145550123", "luc@example.com", ["email", "sms"], set()),
    ],
)
def test_it_goes_by_what_was_given_and_not_muted(
    way: Way, phone: str, email: str, muted: list[str], channels: set[str]
) -> None:
    appointment = visit(date(2026, 12, 8), phone=phone, email=email, muted_channels=muted)
    when = When(way, timedelta(hours=5), days=-1, at=time(16))

    assert {
        one.channel for one in plans(appointment, reminder_1d=when) if one.kind == "reminder_1d"
    } == channels


def test_what_is_switched_off_is_not_planned() -> None:
    off = When(Way.SMS, timedelta(hours=5), days=-1, at=time(16), active=False)

    assert not any(kind == "reminder_1d" for kind, _channel in due(visit(date(2026, 12, 8)), reminder_1d=off))


def test_what_falls_into_the_quiet_hours_waits_for_their_end() -> None:
    late = When(Way.SMS, timedelta(hours=12), days=-2, at=time(22))

    assert due(visit(date(2026, 12, 8)), reminder_3d=late)["reminder_3d", "sms"] == "12-07 08:00"


def test_what_would_be_too_late_to_remind_is_not_planned() -> None:
    two_hours = When(
        Way.SMS, timedelta(hours=5), days=0, at=time(6), quiet_from=time(21), quiet_until=time(5)
    )
    appointment = visit(date(2026, 12, 8), at=time(8))

    assert ("reminder_1d", "sms") not in due(appointment, reminder_1d=two_hours)
    appointment = visit(date(2026, 12, 8), at=time(8, 1))
    assert due(appointment, reminder_1d=two_hours)["reminder_1d", "sms"] == "12-08 06:00"


def test_a_reminder_is_of_no_use_from_three_quarters_of_an_hour_before() -> None:
    long_lived = When(Way.SMS, timedelta(days=5), days=-1, at=time(16))
    appointment = visit(date(2026, 12, 8))
    [eve] = [one for one in plans(appointment, reminder_1d=long_lived) if one.kind == "reminder_1d"]

    assert eve.expires_at == appointment.starts_at - LAST_USE == appointment.starts_at - timedelta(minutes=45)


def test_a_wording_is_drawn_once_for_a_visit_and_evenly() -> None:
    kind, random = KINDS["reminder_1d"], When(Way.SMS, timedelta(hours=5), minutes=1, wording=RANDOM)
    drawn = [draw_wording(kind, random, f"R{number}") for number in range(600)]

    assert drawn == [draw_wording(kind, random, f"R{number}") for number in range(600)]
    counts = Counter(drawn)
    assert set(counts) == {"", *kind.variants}
    assert min(counts.values()) > 600 / len(counts) * 0.8


def test_a_wording_that_is_gone_is_the_usual_one() -> None:
    when = When(Way.SMS, timedelta(hours=5), minutes=1, wording="of-yore")

    assert draw_wording(KINDS["reminder_1d"], when, "K4T7QFX") == ""


zones = st.sampled_from(
    [TORONTO, "America/Halifax", "America/St_Johns", "America/Regina", "America/Vancouver"]
)
times = st.times().map(lambda wall: wall.replace(microsecond=0))
before = st.builds(
    When,
    way=st.sampled_from(Way.values),
    lasts=st.timedeltas(timedelta(minutes=5), timedelta(days=14)),
    days=st.integers(-30, -1),
    at=times,
    quiet_from=times,
    quiet_until=times,
)
visits = st.builds(
    visit,
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    zones,
    at=times,
    phone=st.sampled_from(["", "+15145550123"]),
    email=st.sampled_from(["", "luc@example.com"]),
    muted_channels=st.sampled_from([[], ["sms"], ["email"]]),
)


@given(visits, st.dictionaries(st.sampled_from(["reminder_3d", "reminder_1d", "reconfirm"]), before))
def test_whatever_the_cadence_one_row_a_rule_and_channel_by_day_and_in_time(
    appointment: Appointment, cadences: dict[str, When]
) -> None:
    planned = plan_reminders(
        appointment,
        cadences,
        now=datetime(2020, 1, 1, tzinfo=UTC),
        agreed_at=datetime(2020, 1, 1, tzinfo=UTC),
    )

    assert len({(one.kind, one.channel) for one in planned}) == len(planned)
    for one in planned:
        when = cadences[one.kind]
        assert KINDS[one.kind].anchor is Anchor.START
        assert one.not_before < one.expires_at <= appointment.starts_at - LAST_USE
        assert appointment.starts_at - one.not_before > LAST_REMINDER
        wall = clock.local(one.not_before, appointment.zone)
        # In the hour that comes twice, quiet that has ended once does not begin again.
        assert not is_quiet(wall.time(), when) or clock.at_local(
            wall.date(), wall.time(), appointment.zone
        ) < (one.not_before)
        assert one.channel not in appointment.muted_channels


def test_who_books_hears_of_a_reminder_only_if_one_is_to_come() -> None:
    start = clock.at_local(date(2026, 12, 8), time(9), TORONTO)
    early, late = start - timedelta(days=2), clock.at_local(date(2026, 12, 7), time(17), TORONTO)
    assert is_reminded(start, TORONTO, USUAL, now=early)
    assert not is_reminded(start, TORONTO, USUAL, now=late)
    off = {name: replace(when, active=False) for name, when in USUAL.items()}
    assert not is_reminded(start, TORONTO, off, now=early)
