"""When the system keeps silent: machines, repetitions, and numbers that stopped our texts."""

from __future__ import annotations

from datetime import timedelta

from booking.models import Status
from notifications.models import Suppression
from tests.booking.texts import LUC, answers, status, thread, write
from tests.garage import NOW


def test_a_telephone_that_answers_by_itself_gets_no_answer_and_confirms_nothing(civic):
    write("oui", auto=True)
    assert (answers(), status(civic), thread().waiting_since) == ([], Status.BOOKED, None)


def test_the_carriers_words_of_a_machine_count_and_are_not_answered(civic):
    write("aide", auto=True)
    write("STOP", auto=True, now=NOW + timedelta(minutes=1))
    assert answers() == []
    assert Suppression.objects.get().address == LUC


def test_two_machines_do_not_talk_for_ever(civic):
    for minute in range(12):
        write(f"aide{'!' * minute}", now=NOW + timedelta(minutes=minute))
    # Five a day, and three more for the carriers' words.
    assert len(answers()) == 8
    write("oui", now=NOW + timedelta(minutes=20))
    # It counts all the same.
    assert (len(answers()), status(civic)) == (8, Status.CONFIRMED)
    write("aide", now=NOW + timedelta(hours=25))
    assert len(answers()) == 9


def test_what_is_repeated_gets_three_answers_an_hour(civic):
    for minute in range(5):
        write("aide", now=NOW + timedelta(minutes=minute))
    assert len(answers()) == 3
    write("aide", now=NOW + timedelta(hours=2))
    assert len(answers()) == 4


def test_who_stopped_may_confirm_and_hears_nothing(civic):
    write("STOP")
    write("oui", now=NOW + timedelta(minutes=1))
    assert status(civic) == Status.CONFIRMED
    assert [answer.payload["answer"] for answer in answers()] == ["stopped"]


def test_a_link_that_could_not_be_sent_is_the_desks_to_give(civic):
    write("STOP")
    write("2", now=NOW + timedelta(minutes=1))
    assert thread().unread == 1


def test_cancel_stops_texts_and_never_a_visit(civic):
    write("CANCEL")
    assert status(civic) == Status.BOOKED
    assert Suppression.objects.get().address == LUC
