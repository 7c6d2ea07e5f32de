"""What a person must read: who is late, sentences, and what is said outside opening hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.replies import answer_text
from notifications.models import Incoming
from tests.booking.texts import OPEN, TUESDAY, answers, inbound, last_answer, thread, was_sent, write
from tests.garage import NOW


@pytest.mark.parametrize(
    ("words", "noted"), [("en retard", 20), ("je serai en retard de 12 min", 10), ("40 min late", 45)]
)
def test_who_is_late_is_noted_on_the_board_and_waits_in_the_inbox(civic, garage, words, noted):
    now = garage.at(7, 30, TUESDAY)
    was_sent(civic, "reminder_1d", at=now - timedelta(hours=15))
    write(words, now=now)
    civic.refresh_from_db()
    assert civic.late_minutes == noted
    assert f"{noted} min" in last_answer()
    assert (thread().unread, thread().waiting_since) == (1, now)


@pytest.mark.parametrize("words", ["en retard", "90 min de retard"])
def test_who_is_late_at_another_hour_or_by_too_much_is_for_the_desk_alone(civic, garage, words):
    now = OPEN if words == "en retard" else garage.at(7, 45, TUESDAY)
    write(words, now=now)
    civic.refresh_from_db()
    assert civic.late_minutes == 0
    assert answers() == []
    assert thread().unread == 1


def test_a_sentence_waits_for_the_desk_and_is_not_answered_while_it_is_open(civic):
    write("Mon auto fait un bruit", now=OPEN)
    assert answers() == []
    assert (thread().unread, thread().waiting_since, thread().last_words) == (
        1,
        OPEN,
        "Mon auto fait un bruit",
    )


def test_outside_hours_it_says_once_a_day_when_the_desk_answers(civic):
    write("Mon auto fait un bruit")
    write("Êtes-vous là?", now=NOW + timedelta(minutes=1))
    assert len(answers()) == 1
    assert last_answer() == (
        "Garage Boréal: nous avons bien votre message. Le comptoir vous répond dès l'ouverture, lun. 30 nov. 7 h 30."
    )
    assert thread().unread == 2
    write("Allo?", now=NOW + timedelta(hours=25) - timedelta(hours=5, minutes=30))  # Monday, 7:30: open
    assert len(answers()) == 1


def test_thanks_want_nothing(civic):
    write("Merci beaucoup")
    assert (answers(), thread().unread, thread().waiting_since) == ([], 0, None)


def test_a_message_too_long_or_empty_or_with_a_wrong_clock_is_kept(civic):
    write("x" * 5000, now=OPEN)
    event = inbound("", at=OPEN + timedelta(days=3))
    answer_text(event, now=OPEN)
    assert sorted(len(one.words) for one in Incoming.objects.all()) == [0, 2000]
    assert max(one.at for one in Incoming.objects.all()) == OPEN
