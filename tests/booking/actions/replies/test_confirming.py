"""A yes by text message: which visit it confirms, and when it confirms none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.models import Appointment, EventKind, Source, Status
from notifications.models import Conversation, Incoming, Message
from tests.booking.texts import ADA, OPEN, TUESDAY, answers, last_answer, status, thread, was_sent, write
from tests.garage import NOW


def test_a_yes_confirms_the_visit_that_we_wrote_about_and_says_which(civic):
    write("Oui!")
    assert status(civic) == Status.CONFIRMED
    event = civic.events.get(kind=EventKind.CONFIRMED)
    assert (event.source, event.user) == (Source.TEXT, None)
    assert last_answer() == "Garage Boréal: merci. Confirmé: mar. 1er déc. 7 h 45, Civic."
    [incoming] = Incoming.objects.all()
    assert (incoming.meaning, incoming.about, incoming.words) == ("confirm", civic.about, "Oui!")
    # Nobody at the desk has anything to do.
    assert (thread().customer, thread().unread, thread().waiting_since) == (civic.customer, 0, None)


def test_the_answer_is_in_the_language_of_the_word(civic):
    write("yes")
    assert last_answer() == "Garage Boréal: thank you. Confirmed: Tue, Dec 1 7:45 a.m., Civic."


def test_two_yeses_confirm_once(civic):
    write("1")
    write("oui", now=NOW + timedelta(minutes=1))
    assert civic.events.filter(kind=EventKind.CONFIRMED).count() == 1


def test_two_texts_and_one_visit_in_them_is_no_question(civic, garage):
    was_sent(civic, "reminder_3d", at=NOW - timedelta(hours=50))
    write("oui")
    assert status(civic) == Status.CONFIRMED


def test_a_second_visit_that_we_did_not_write_about_lately_is_no_question(civic, garage):
    late = garage.book(garage.at(10, 0, TUESDAY), name="Ada Tremblay")
    was_sent(late, "confirmation", at=NOW - timedelta(hours=73))
    write("oui")
    assert (status(civic), status(late)) == (Status.CONFIRMED, Status.BOOKED)


def test_without_a_text_of_the_last_three_days_the_only_visit_is_meant(garage):
    visit = garage.book(garage.at(7, 45, TUESDAY))
    was_sent(visit, "confirmation", at=NOW - timedelta(days=9))
    write("oui")
    assert status(visit) == Status.CONFIRMED
    assert "7 h 45" in last_answer()


def test_what_we_never_wrote_to_that_number_is_not_said_and_no_link_is_sent(garage):
    visit = garage.book(garage.at(7, 45, TUESDAY))
    write("2")
    assert answers() == [] or answers()[-1].payload["answer"] == "received"
    assert thread().unread == 1
    write("oui", now=NOW + timedelta(minutes=1))
    assert status(visit) == Status.CONFIRMED
    assert last_answer() == "Garage Boréal: merci, votre rendez-vous est confirmé."


def test_two_visits_and_no_text_about_either_are_for_the_desk(garage):
    visits = [
        garage.book(garage.at(7, 45, TUESDAY)),
        garage.book(garage.at(10, 0, TUESDAY), name="Ada Tremblay"),
    ]
    write("oui")
    assert {status(visit) for visit in visits} == {Status.BOOKED}
    assert thread().waiting_since == NOW


def test_somebody_elses_number_confirms_nothing(civic):
    write("oui", sender=ADA)
    assert status(civic) == Status.BOOKED
    unknown = Conversation.objects.get(customer=None)
    assert (unknown.address, unknown.unread) == (ADA, 1)


def test_a_visit_whose_number_was_changed_is_not_confirmed_by_the_old_one(civic):
    Appointment.objects.filter(pk=civic.pk).update(contact_phone=ADA)
    write("oui")
    assert status(civic) == Status.BOOKED
    assert thread().unread == 1


def test_a_yes_to_a_time_that_is_no_longer_the_visits_is_for_the_desk(civic, garage):
    Appointment.objects.filter(pk=civic.pk).update(starts_at=garage.at(9, 0, TUESDAY))
    write("oui", now=OPEN)
    assert status(civic) == Status.BOOKED
    assert answers() == []
    assert thread().waiting_since == OPEN


def test_a_cancelled_visit_is_said_to_be_so_with_the_way_to_another(civic, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    cancel_appointment(appointment=civic, by=CUSTOMER)
    write("oui")
    assert status(civic) == Status.CANCELLED
    assert last_answer() == (
        "Garage Boréal: le RDV du mar. 1er déc. 7 h 45 est annulé. Pour en prendre un autre: https://rdv.ex/boreal/book/"
    )


def test_a_yes_to_an_offer_gets_the_offers_link_and_does_not_confirm_the_old_visit(civic, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    offer = was_sent(
        civic, "wait_list_offer", at=NOW - timedelta(minutes=20), offer_nonce="nonce-of-this-offer"
    )
    Message.objects.filter(pk=offer.pk).update(about="offer:7")
    write("oui")
    assert status(civic) == Status.BOOKED
    assert "https://rdv.ex/o/" in last_answer()


@pytest.mark.parametrize("kind", ["desk_message", "ready", "review", "retorque"])
def test_a_yes_to_what_a_person_or_another_letter_asked_does_not_confirm_a_visit(civic, kind):
    asked = was_sent(civic, kind, at=NOW - timedelta(minutes=20))
    if kind == "desk_message":
        Message.objects.filter(pk=asked.pk).update(
            about="conversation:1", payload={"words": "Les freins aussi?"}
        )
    write("oui", now=OPEN)
    assert status(civic) == Status.BOOKED
    assert (thread().unread, answers()) == (1, [])


def test_until_an_hour_after_the_start_one_is_still_coming_and_no_longer(civic):
    was_sent(civic, "expected", at=civic.starts_at + timedelta(minutes=30))
    write("oui", now=civic.starts_at + timedelta(minutes=61))
    assert status(civic) == Status.BOOKED
    assert answers()[-1].payload["answer"] == "over"
    write("oui", now=civic.starts_at + timedelta(minutes=59))
    assert status(civic) == Status.CONFIRMED
