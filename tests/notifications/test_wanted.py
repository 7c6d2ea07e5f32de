from datetime import date, time, timedelta

import pytest

from notifications.kinds import When
from notifications.models import Channel, Way
from notifications.wanted import Circumstances, Drop, Hold, Send, judge, wait
from tests.notifications.letters import STARTS, letter

DAYTIME = STARTS - timedelta(hours=20)  # 11:45 the day before
NIGHT = STARTS - timedelta(hours=9)  # 22:45 the evening before
EARLY = STARTS - timedelta(hours=1)  # 6:45 on the day
NOTHING_SPECIAL = Circumstances()


def look(message, now, known=NOTHING_SPECIAL):
    return judge(message, known, now=now)


def test_what_is_still_true_goes():
    assert look(letter(), DAYTIME) == Send()


def test_it_goes_until_its_last_moment_and_not_at_it():
    message = letter(expires_at=DAYTIME)
    assert look(message, DAYTIME - timedelta(microseconds=1)) == Send()
    assert look(message, DAYTIME) == Drop("expired")


def test_a_stopped_address_gets_nothing_there_but_may_be_told_elsewhere():
    assert look(letter(), DAYTIME, Circumstances(suppressed=True)) == Drop("suppressed", elsewhere=True)


def test_a_commercial_message_does_not_look_for_another_way_around_a_stop():
    stopped = Circumstances(suppressed=True)
    assert look(letter("review", Channel.SMS), DAYTIME, stopped) == Drop("suppressed", elsewhere=False)


@pytest.mark.parametrize("answer", ["stopped", "help"])
def test_the_answer_to_stop_itself_is_sent(answer):
    message = letter("auto_answer", Channel.SMS, payload={"answer": answer})
    assert look(message, NIGHT, Circumstances(suppressed=True)) == Send()


def test_any_other_automatic_answer_is_not_sent_to_who_stopped_meanwhile():
    message = letter("auto_answer", Channel.SMS, payload={"answer": "manage"})
    assert isinstance(look(message, NIGHT, Circumstances(suppressed=True)), Drop)
    assert look(message, NIGHT) == Send()


@pytest.mark.parametrize("kind", ["confirmation", "moved", "cancelled", "ready", "welcome"])
def test_an_answer_to_what_somebody_did_goes_at_night_too(kind):
    assert look(letter(kind), NIGHT) == Send()


def test_a_reminder_goes_by_day():
    assert look(letter("reminder_1d"), DAYTIME) == Send()


def test_a_reminder_waits_for_the_morning_in_the_dealerships_zone():
    starts = STARTS + timedelta(hours=8)
    message = letter("reminder_1d")
    message.payload["starts_at"] = starts.isoformat()
    assert look(message, NIGHT) == Hold(until=STARTS + timedelta(minutes=15))


def test_the_quiet_hours_of_the_moment_count_not_those_when_it_was_planned():
    siesta = When(
        Way.SMS, timedelta(hours=5), days=-1, at=time(16), quiet_from=time(11), quiet_until=time(14)
    )
    message = letter("reminder_1d")
    assert look(message, DAYTIME, Circumstances(when=siesta)) == Hold(until=DAYTIME + timedelta(minutes=135))


def test_a_kind_that_was_switched_off_meanwhile_is_dropped():
    off = When(Way.SMS, timedelta(hours=5), days=-1, at=time(16), active=False)
    assert look(letter("reminder_1d"), DAYTIME, Circumstances(when=off)) == Drop("switched off")


def test_nothing_is_held_beyond_its_use():
    message = letter("review", expires_at=NIGHT + timedelta(hours=2))
    assert look(message, NIGHT) == Drop("expired")


def test_a_reminder_that_would_come_less_than_two_hours_before_is_dropped():
    # 8:00 is after the start at 7:45.
    assert look(letter("reminder_1d"), NIGHT) == Drop("too late to remind")
    late = When(Way.SMS, timedelta(hours=5), days=0, at=time(6), quiet_until=time(5))
    assert look(letter("reminder_1d"), EARLY, Circumstances(when=late)) == Drop("too late to remind")


def test_two_hours_before_is_just_early_enough():
    message = letter("reminder_1d")
    message.payload["starts_at"] = (DAYTIME + timedelta(hours=2)).isoformat()
    assert look(message, DAYTIME) == Send()
    assert look(message, DAYTIME + timedelta(seconds=1)) == Drop("too late to remind")


def test_who_is_expected_is_told_after_the_start():
    message = letter("expected", Channel.SMS)
    assert look(message, STARTS + timedelta(minutes=30)) == Send()


@pytest.mark.parametrize("kind", ["review", "next_season", "maintenance_due"])
def test_what_sells_needs_consent_that_stands_at_this_moment(kind):
    message = letter(kind, payload={"zone": "America/Toronto"})
    assert look(message, DAYTIME) == Send()
    assert look(message, DAYTIME, Circumstances(agreed=False)) == Drop("no consent")


@pytest.mark.parametrize("kind", ["retorque", "reminder_1d", "expected"])
def test_what_the_visit_needs_asks_for_no_consent(kind):
    assert look(letter(kind), DAYTIME, Circumstances(agreed=False)) == Send()


def test_what_sells_waits_over_sundays_and_closed_days():
    sunday, monday = STARTS - timedelta(days=2), date(2026, 12, 7)
    message = letter("next_season", payload={"zone": "America/Toronto"})
    assert look(message, sunday) == Hold(until=STARTS - timedelta(days=1) + timedelta(minutes=75))
    closed = Circumstances(closed={monday})
    assert look(message, sunday, closed) == Hold(until=STARTS + timedelta(minutes=75))


def test_what_is_no_longer_so_is_not_said():
    message = letter("next_season", payload={"zone": "America/Toronto"})
    assert look(message, DAYTIME, Circumstances(standing=False)) == Drop("no longer so")


def test_waiting_ends_in_time_or_not_at_all():
    message = letter("reminder_1d", expires_at=DAYTIME + timedelta(hours=3))
    assert wait(message, DAYTIME + timedelta(hours=2), otherwise="too close") == Hold(
        DAYTIME + timedelta(hours=2)
    )
    assert wait(message, DAYTIME + timedelta(hours=3), otherwise="too close") == Drop("too close")
    assert wait(letter("reminder_1d"), EARLY, otherwise="too close") == Drop("too late to remind")
