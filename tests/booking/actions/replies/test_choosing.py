"""Several visits that an answer may be about, and the link with which one is moved or cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.history import CUSTOMER
from booking.actions.progress import mark_arrived
from booking.models import Status
from lib.gsm7 import segments
from tests.booking.texts import answers, last_answer, status, thread, was_sent, write
from tests.garage import NOW


def test_two_visits_that_we_wrote_about_are_asked_about_and_the_digit_picks(civic, second):
    write("OUI")
    assert (status(civic), status(second)) == (Status.BOOKED, Status.BOOKED)
    asked = last_answer()
    assert "1) mar. 1er déc. 7 h 45, Civic 2) mar. 1er déc. 10 h, Civic" in asked
    assert segments(asked) == 1
    write("2", now=NOW + timedelta(minutes=1))
    assert (status(civic), status(second)) == (Status.BOOKED, Status.CONFIRMED)
    assert "10 h" in last_answer()
    # The question still stands: the other one can be picked, too.
    write("1", now=NOW + timedelta(minutes=2))
    assert status(civic) == Status.CONFIRMED


def test_a_digit_picks_only_while_nothing_else_was_written(civic, second):
    write("oui")
    was_sent(civic, "moved", at=NOW + timedelta(minutes=5))
    write("2", now=NOW + timedelta(minutes=10))
    # Now it means what it always means: change; and there are still two.
    assert answers()[-1].payload["answer"] == "which"
    assert answers()[-1].payload["meaning"] == "change"
    assert status(second) == Status.BOOKED


def test_a_digit_picks_only_within_a_day_of_the_question(civic, second):
    write("oui")
    write("2", now=NOW + timedelta(hours=25))
    assert (answers()[-1].payload["answer"], answers()[-1].payload["meaning"]) == ("which", "change")
    assert status(second) == Status.BOOKED


def test_which_one_to_change_is_asked_and_the_link_is_that_ones(civic, second, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    write("déplacer")
    write("1", now=NOW + timedelta(minutes=1))
    [_asked, link] = answers()
    assert (link.payload["answer"], link.payload["link_nonce"]) == ("manage", civic.link_nonce)


@pytest.mark.parametrize("words", ["2", "déplacer", "annuler", "NON", "change"])
def test_who_wants_to_change_or_cancel_gets_the_link_and_nothing_is_done(civic, words, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    write(words)
    assert status(civic) == Status.BOOKED
    text = last_answer()
    assert "https://rdv.ex/m/" in text
    assert segments(text) == 1
    assert thread().waiting_since is None


def test_a_visit_that_has_begun_is_said_to_be_over_with_the_telephone(civic):
    mark_arrived(appointment=civic, by=CUSTOMER)
    write("2")
    assert "a déjà commencé ou est passé. Une question? 450 555-0134" in last_answer()
