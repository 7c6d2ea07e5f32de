from datetime import timedelta

import pytest

from notifications.wanted import Drop, Hold, Send, judge
from tests.notifications.letters import STARTS, letter

DAYTIME = STARTS - timedelta(hours=20)  # 11:45 the day before
NIGHT = STARTS - timedelta(hours=9)  # 22:45 the evening before
EARLY = STARTS - timedelta(hours=1)  # 6:45 on the day


def test_what_is_still_true_goes():
    assert judge(letter(), now=DAYTIME, suppressed=False) == Send()


def test_it_goes_until_its_last_moment_and_not_at_it():
    message = letter(expires_at=DAYTIME)
    assert judge(message, now=DAYTIME - timedelta(microseconds=1), suppressed=False) == Send()
    assert judge(message, now=DAYTIME, suppressed=False) == Drop("expired")


def test_a_stopped_address_gets_nothing_there_but_may_be_told_elsewhere():
    assert judge(letter(), now=DAYTIME, suppressed=True) == Drop("suppressed", elsewhere=True)


@pytest.mark.parametrize("kind", ["confirmation", "moved", "cancelled"])
def test_an_answer_to_what_somebody_did_goes_at_night_too(kind):
    assert judge(letter(kind), now=NIGHT, suppressed=False) == Send()


def test_a_reminder_goes_by_day():
    assert judge(letter("reminder_1d"), now=DAYTIME, suppressed=False) == Send()


def test_a_reminder_waits_for_the_morning_in_the_dealerships_zone():
    starts = STARTS + timedelta(hours=8)
    message = letter("reminder_1d")
    message.payload["starts_at"] = starts.isoformat()
    assert judge(message, now=NIGHT, suppressed=False) == Hold(until=STARTS + timedelta(minutes=15))


def test_a_reminder_that_would_come_less_than_two_hours_before_is_dropped():
    # 8:00 is after the start at 7:45.
    assert judge(letter("reminder_1d"), now=NIGHT, suppressed=False) == Drop("too late to remind")
    assert judge(letter("reminder_1d"), now=EARLY, suppressed=False) == Drop("too late to remind")


def test_two_hours_before_is_just_early_enough():
    message = letter("reminder_1d")
    message.payload["starts_at"] = (DAYTIME + timedelta(hours=2)).isoformat()
    assert judge(message, now=DAYTIME, suppressed=False) == Send()
    later = DAYTIME + timedelta(seconds=1)
    assert judge(message, now=later, suppressed=False) == Drop("too late to remind")
