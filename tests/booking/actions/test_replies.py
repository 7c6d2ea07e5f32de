"""What a text message does to a visit, and what is answered."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.progress import mark_arrived
from booking.actions.replies import answer_text
from booking.models import Appointment, EventKind, Source, Status
from booking.replies import NobodyThere
from customers.details import Contact
from customers.models import Customer
from dealerships.models import Dealership, Group
from lib.gsm7 import segments
from notifications.models import Conversation, Incoming, Message, State, Suppression
from tests.booking.texts import LUC, SHOP, answers, inbound, last_answer, was_sent, write
from tests.garage import MONDAY, NOW, Garage, make_garage

TUESDAY = MONDAY + timedelta(days=1)
OPEN = NOW + timedelta(days=1, hours=-2)  # Monday, 10:00
ADA = "+15145550177"


@pytest.fixture
def garage(db) -> Garage:
    garage = make_garage()
    Dealership.objects.filter(pk=garage.dealership.pk).update(sms_sender=SHOP)
    garage.dealership.refresh_from_db()
    return garage


@pytest.fixture
def civic(garage) -> Appointment:
    """Luc's visit on Tuesday at 7:45, of which he was reminded this morning."""
    visit = garage.book(garage.at(7, 45, TUESDAY))
    was_sent(visit, "reminder_1d", at=NOW - timedelta(hours=2))
    return visit


@pytest.fixture
def second(garage, civic) -> Appointment:
    """The household's other vehicle, on Tuesday at 10:00; reminded of, too."""
    visit = garage.book(garage.at(10, 0, TUESDAY), name="Ada Tremblay")
    was_sent(visit, "reminder_1d", at=NOW - timedelta(hours=1))
    return visit


def status(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.status


def thread() -> Conversation:
    return Conversation.objects.get()


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


def test_the_same_event_twice_does_nothing_the_second_time(civic):
    event = inbound("où êtes-vous?")
    answer_text(event, now=NOW)
    answer_text(event, now=NOW)
    assert Incoming.objects.count() == 1
    assert thread().unread == 1
    assert len(answers()) == 1


def test_two_yeses_confirm_once(civic):
    write("1")
    write("oui", now=NOW + timedelta(minutes=1))
    assert civic.events.filter(kind=EventKind.CONFIRMED).count() == 1


def test_two_texts_and_one_visit_in_them_is_no_question(civic, garage):
    was_sent(civic, "reminder_3d", at=NOW - timedelta(hours=50))
    write("oui")
    assert status(civic) == Status.CONFIRMED


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


def test_which_one_to_change_is_asked_and_the_link_is_that_ones(civic, second, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    write("déplacer")
    write("1", now=NOW + timedelta(minutes=1))
    [_asked, link] = answers()
    assert (link.payload["answer"], link.payload["link_nonce"]) == ("manage", civic.link_nonce)


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


def test_a_visit_that_has_begun_is_said_to_be_over_with_the_telephone(civic):
    mark_arrived(appointment=civic, by=CUSTOMER)
    write("2")
    assert "a déjà commencé ou est passé. Une question? 450 555-0134" in last_answer()


@pytest.mark.parametrize("words", ["2", "déplacer", "annuler", "NON", "change"])
def test_who_wants_to_change_or_cancel_gets_the_link_and_nothing_is_done(civic, words, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    write(words)
    assert status(civic) == Status.BOOKED
    text = last_answer()
    assert "https://rdv.ex/m/" in text
    assert segments(text) == 1
    assert thread().waiting_since is None


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


def test_a_telephone_that_answers_by_itself_gets_no_answer_and_confirms_nothing(civic):
    write("oui", auto=True)
    assert (answers(), status(civic), thread().waiting_since) == ([], Status.BOOKED, None)


def test_two_machines_do_not_talk_for_ever(civic):
    for minute in range(9):
        write(f"aide{'!' * minute}", now=NOW + timedelta(minutes=minute))
    assert len(answers()) == 5
    write("oui", now=NOW + timedelta(minutes=20))
    # It counts all the same.
    assert (len(answers()), status(civic)) == (5, Status.CONFIRMED)
    write("aide", now=NOW + timedelta(hours=25))
    assert len(answers()) == 6


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


def test_the_dealership_is_the_one_whose_number_was_written_to(civic, garage):
    other = make_garage(slug="riviere")
    Dealership.objects.filter(pk=other.dealership.pk).update(sms_sender="+14505550191")
    write("allo", to="+14505550191")
    assert thread().dealership == other.dealership
    # The other rooftop's number is not where the visit was written from.
    write("oui", to="+14505550191", now=NOW + timedelta(minutes=1))
    assert status(civic) == Status.BOOKED


def test_where_rooftops_share_a_number_the_last_text_tells_which(civic, garage):
    Dealership.objects.update(sms_sender="")
    make_garage(slug="riviere")
    write("allo", to="+18885550100")
    assert thread().dealership == garage.dealership
    write("oui", to="+18885550100", now=NOW + timedelta(minutes=1))
    assert status(civic) == Status.CONFIRMED


def test_a_stranger_to_a_number_that_several_share_is_read_by_the_first(garage):
    Dealership.objects.update(sms_sender="")
    make_garage(slug="riviere")
    write("allo", sender=ADA, to="+18885550100")
    assert thread().dealership == garage.dealership


def test_a_stop_to_a_number_that_groups_share_stops_all_of_them(garage):
    Dealership.objects.update(sms_sender="")
    other = make_garage(slug="riviere", group=Group.objects.create(slug="autre", name="Autre"))
    write("ARRET", sender=ADA, to="+18885550100")
    stopped = set(Suppression.objects.filter(address=ADA).values_list("group", flat=True))
    assert stopped == {garage.dealership.group_id, other.dealership.group_id}
    assert len(answers(ADA)) == 1
    write("DEBUT", sender=ADA, to="+18885550100", now=NOW + timedelta(minutes=1))
    assert not Suppression.objects.filter(address=ADA).exists()


def test_a_text_to_a_number_that_nobody_has_is_nobodys(garage):
    with pytest.raises(NobodyThere):
        write("allo", sender=ADA, to="+18885550100")
    assert not Incoming.objects.exists()


def test_of_a_household_the_one_whose_visit_it_is_is_answered(garage, civic):
    ann = Customer.objects.create(group=garage.dealership.group, name="Ann", phone=LUC)
    write("oui")
    assert thread().customer == civic.customer
    assert not Conversation.objects.filter(customer=ann).exists()


def test_an_unknown_number_joins_its_customers_thread_once_it_is_known(garage):
    write("Avez-vous des pneus?", sender=ADA, now=OPEN)
    visit = garage.book(
        garage.at(7, 45, TUESDAY),
        contact=Contact(name="Ada Roy", phone=ADA, email="ada@example.com", language="en"),
    )
    write("allo?", sender=ADA, now=OPEN + timedelta(minutes=1))
    assert thread().customer == visit.customer
    assert [one.words for one in thread().incoming.all()] == ["Avez-vous des pneus?", "allo?"]
    assert (thread().unread, thread().waiting_since) == (2, OPEN)


def test_a_message_too_long_or_empty_or_with_a_wrong_clock_is_kept(civic):
    write("x" * 5000, now=OPEN)
    event = inbound("", at=OPEN + timedelta(days=3))
    answer_text(event, now=OPEN)
    assert sorted(len(one.words) for one in Incoming.objects.all()) == [0, 2000]
    assert max(one.at for one in Incoming.objects.all()) == OPEN


def test_everything_of_one_event_is_undone_together(civic, monkeypatch):
    def fail(**_more):
        raise RuntimeError

    monkeypatch.setattr("booking.actions.replies.answer_by_text", fail)
    with pytest.raises(RuntimeError):
        write("oui")
    assert status(civic) == Status.BOOKED
    assert not Incoming.objects.exists()
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_texts_of_one_number_at_once_ask_and_count_in_turn():
    garage = make_garage()
    garage.book(garage.at(7, 45, TUESDAY))
    events = [inbound(f"aide {'!' * number}", to=SHOP) for number in range(8)]
    Dealership.objects.update(sms_sender=SHOP)

    def work(event):
        answer_text(event, now=NOW)
        connection.close()

    threads = [threading.Thread(target=work, args=[event]) for event in events]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Incoming.objects.count() == 8
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(kind="auto_answer", state=State.PENDING).count() == 5
