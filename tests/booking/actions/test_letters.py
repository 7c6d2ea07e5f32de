"""What an e-mail that answers ours does to a visit, where it lands, and what is answered to whom."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER, staff
from booking.actions.letters import take_letter
from booking.actions.move import move_appointment
from booking.models import Appointment, EventKind, Source, Status
from customers.models import ConsentEvent, Customer
from dealerships.models import Role
from lib import clock
from notifications.actions.conversations import open_conversation, write_to_customer
from notifications.models import Channel, Conversation, Incoming, Message, Suppression
from notifications.render import render
from notifications.transports.letter import build_letter
from tests.booking.letters import LUC, answer, letter_came, said, was_mailed
from tests.booking.storm import at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY = MONDAY + timedelta(days=1)
OPEN = NOW + timedelta(days=1, hours=-2)  # Monday, 10:00
KEY = "5f0d2c34-9d3a-4a2f-8a0e-3f1b1c9a7e11"


@pytest.fixture
def garage(db) -> Garage:
    return make_garage()


@pytest.fixture
def civic(garage) -> Appointment:
    return garage.book(garage.at(7, 45, TUESDAY))


@pytest.fixture
def reminder(civic) -> Message:
    return was_mailed(civic, "reminder_3d", at=NOW - timedelta(hours=2))


def status(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.status


def thread() -> Conversation:
    return Conversation.objects.get()


def last_letter(to: str = LUC) -> Message:
    return Message.objects.filter(kind="auto_answer", to=to).order_by("created_at", "pk").last()


def test_a_yes_confirms_the_visit_that_the_letter_was_about_and_is_thanked(civic, reminder):
    answer("Bonjour,\n\nOui, je serai là.\n\nLuc", reminder)
    assert status(civic) == Status.CONFIRMED
    event = civic.events.get(kind=EventKind.CONFIRMED)
    assert (event.source, event.user) == (Source.EMAIL, None)
    incoming = Incoming.objects.get()
    assert (incoming.channel, incoming.sender, incoming.meaning, incoming.about) == (
        "email",
        LUC,
        "confirm",
        civic.about,
    )
    assert (thread().customer, thread().channel, thread().unread) == (civic.customer, "email", 0)
    thanks = render(last_letter())
    assert thanks.subject == "Re: Votre rendez-vous"
    assert "mardi 1er décembre à 7\u00a0h\u00a045" in thanks.text


def test_our_answer_belongs_to_theirs_and_says_that_a_machine_wrote_it(civic, reminder):
    event = answer("oui", reminder)
    message = last_letter()
    headers = build_letter(message, render(message)).extra_headers
    assert headers["In-Reply-To"] == headers["References"] == event.payload["id"]
    assert headers["Auto-Submitted"] == "auto-replied"


def test_the_same_letter_twice_does_nothing_the_second_time(civic, reminder):
    event = answer("oui", reminder)
    take_letter(event, now=NOW)
    assert (Incoming.objects.count(), len(said())) == (1, 1)


def test_words_move_and_cancel_nothing_and_get_the_link(civic, reminder):
    answer("Annuler", reminder)
    answer("Déplacer\n\nMerci", reminder, now=NOW + timedelta(minutes=1))
    assert (status(civic), said()) == (Status.BOOKED, ["manage", "manage"])
    assert civic.link_nonce not in str(Incoming.objects.values())
    assert "/m/" in render(last_letter()).text


def test_the_answer_goes_where_we_had_written_and_never_to_who_says_to_be_the_sender(civic, reminder):
    answer("Annuler", reminder, sender="mallory@example.com")
    assert (said(), said("mallory@example.com")) == (["manage"], [])
    assert Incoming.objects.get().sender == "mallory@example.com"


def test_a_letter_that_was_forwarded_before_the_address_changed_opens_nothing(civic, reminder):
    Appointment.objects.filter(pk=civic.pk).update(contact_email="other@example.com")
    answer("oui", reminder, now=OPEN)
    assert (status(civic), said(), thread().unread) == (Status.BOOKED, [], 1)


def test_a_yes_to_another_time_than_the_visits_is_for_a_person(garage, civic, reminder):
    move_appointment(
        appointment=civic, start=garage.at(10, 0, TUESDAY), version=civic.version, by=CUSTOMER, now=NOW
    )
    answer("oui", reminder, now=OPEN)
    assert (status(civic), thread().unread) == (Status.BOOKED, 1)


def test_a_yes_about_a_cancelled_visit_is_told_so(civic, reminder):
    cancel_appointment(appointment=civic, by=CUSTOMER, now=NOW)
    answer("oui", reminder)
    assert said() == ["cancelled"]
    assert "/boreal/book/" in render(last_letter()).text


def test_late_is_announced_to_the_desk_and_noted(garage, civic):
    expected = was_mailed(civic, "reminder_1d", at=garage.at(7, 0, TUESDAY))
    answer("Je vais être en retard de 20 minutes", expected, now=garage.at(7, 30, TUESDAY))
    civic.refresh_from_db()
    assert (civic.late_minutes, thread().unread, said()) == (20, 1, ["late"])


def test_a_question_waits_in_the_same_thread_as_their_texts(garage, civic, reminder):
    known = open_conversation(dealership=garage.dealership, customer=civic.customer, channel=Channel.SMS)
    answer("Est-ce que je peux laisser mes pneus?", reminder, now=OPEN)
    assert (thread().pk, thread().unread, said()) == (known.pk, 1, [])
    assert Incoming.objects.get().about == civic.about


def test_while_the_desk_is_closed_it_says_when_it_answers_once_a_day(civic, reminder):
    answer("Une question", reminder)
    answer("Une autre", reminder, now=NOW + timedelta(hours=1))
    assert said() == ["received"]
    assert "lundi 30 novembre à 7\u00a0h\u00a030" in render(last_letter()).text


def test_photos_are_for_a_person_whatever_the_words(civic, reminder):
    answer("oui", reminder, files=2, now=OPEN)
    assert (status(civic), thread().unread, Incoming.objects.get().files) == (Status.BOOKED, 1, 2)


def test_an_absence_message_is_kept_and_answered_by_nobody(civic, reminder):
    answer("Je suis absent jusqu’au 12.", reminder, auto=True)
    assert (thread().unread, said(), Incoming.objects.get().meaning) == (0, [], "other")


def test_two_machines_do_not_write_for_ever(civic, reminder):
    for minute in range(20):
        answer(
            "Annuler" + " " * minute,
            reminder,
            now=NOW + timedelta(minutes=minute),
            sender=f"robot{minute}@example.com",
        )
    assert len(said()) == 5


def test_stop_stops_what_the_letters_link_would_and_is_not_answered(civic, reminder):
    answer("STOP", reminder)
    blocked = Suppression.objects.get()
    assert (blocked.channel, blocked.address, blocked.reason) == ("email", LUC, Suppression.Reason.ASKED)
    assert (said(), thread().unread) == ([], 0)
    # What they ask for afterwards is done, and not written about.
    answer("oui", reminder, now=NOW + timedelta(minutes=1))
    assert (status(civic), said()) == (Status.CONFIRMED, [])


def test_stop_to_a_commercial_letter_withdraws_that_consent(civic):
    review = was_mailed(civic, "review", at=NOW)
    answer("Désabonnez-moi", review)
    assert not Suppression.objects.exists()
    assert ConsentEvent.objects.filter(channel="email", address=LUC, kind="withdrawn").exists()


def test_stop_counts_with_the_logo_of_a_signature_too(civic, reminder):
    answer("STOP", reminder, files=1)
    assert Suppression.objects.get().address == LUC


def test_nobody_stops_somebody_elses_letters(civic, reminder):
    answer("STOP", reminder, sender="mallory@example.com", now=OPEN)
    assert (Suppression.objects.count(), thread().unread) == (0, 1)


def test_an_answer_to_the_desk_comes_back_to_its_thread(garage, civic):
    conversation = open_conversation(
        dealership=garage.dealership, customer=civic.customer, channel=Channel.EMAIL
    )
    author = staff(make_staff(garage.dealership, Role.ADVISOR))
    message = write_to_customer(
        conversation=conversation, channel=Channel.EMAIL, words="Quels pneus?", author=str(author), key=KEY
    )
    answer("Les quatre de la Civic", message, now=OPEN)
    assert (thread().pk, thread().unread, thread().last_words) == (
        conversation.pk,
        1,
        "Les quatre de la Civic",
    )
    again = write_to_customer(
        conversation=thread(),
        channel=Channel.EMAIL,
        words="Merci",
        author="Anne",
        key=KEY.replace("5", "6", 1),
    )
    letter = build_letter(again, render(again))
    assert (letter.subject, "Auto-Submitted" in letter.extra_headers) == ("Re: Votre rendez-vous", False)
    assert letter.extra_headers["In-Reply-To"] == Incoming.objects.get().event.payload["id"]


def test_who_answers_from_another_address_stays_in_the_thread_of_an_unknown_one(garage):
    conversation = open_conversation(
        dealership=garage.dealership, customer=None, address="someone@example.com", channel=Channel.EMAIL
    )
    message = write_to_customer(
        conversation=conversation, channel=Channel.EMAIL, words="Bonjour", author="Anne", key=KEY
    )
    answer("Merci de me rappeler", message, sender="work@example.com", now=OPEN)
    assert (thread().pk, thread().address) == (conversation.pk, "someone@example.com")


def test_a_letter_out_of_the_blue_waits_with_the_customers_card_and_is_not_answered(garage, civic):
    answer("Bruit\n\nMon auto fait un bruit", None, sender="LUC@example.com".lower())
    assert (thread().customer, thread().unread, said()) == (civic.customer, 1, [])
    assert Incoming.objects.get().about == ""


def test_a_yes_out_of_the_blue_confirms_nothing(civic):
    answer("oui", None)
    assert (status(civic), thread().unread) == (Status.BOOKED, 1)


def test_a_stranger_gets_a_thread_of_their_address(garage):
    answer("Prenez-vous les pneus usés?", None, sender="new@example.com")
    assert (thread().customer, thread().address, thread().language) == (None, "new@example.com", "fr")


def test_of_several_with_one_address_the_one_last_written_to_is_meant(garage, civic):
    ada = Customer.objects.create(group=garage.dealership.group, name="Ada", email="LUC@example.com")
    answer("Une question", None)
    assert thread().customer == civic.customer
    assert ada.conversations.count() == 0


def test_a_letter_to_no_dealership_of_ours_leaves_nothing_behind(garage):
    event = answer("Bonjour", None, dealership="nowhere")
    assert not Incoming.objects.exists()
    assert event.state == event.State.PENDING  # whoever works on events marks it


def test_a_letter_to_somebody_who_was_forgotten_is_a_strangers(garage, civic, reminder):
    Customer.objects.filter(pk=civic.customer_id).update(email="", erased_at=clock.now())
    Message.objects.filter(pk=reminder.pk).update(to="", payload={})
    answer("oui", reminder)
    assert (status(civic), thread().customer, thread().address) == (Status.BOOKED, None, LUC)
    assert said() == []


@pytest.mark.django_db(transaction=True)
def test_two_letters_at_once_confirm_once_and_make_one_thread():
    garage = make_garage()
    visit = garage.book(garage.at(7, 45, TUESDAY))
    message = was_mailed(visit, "reminder_3d", at=NOW)
    events = [letter_came("oui", answers=message) for _number in range(6)]

    at_once([partial(take_letter, event, now=NOW) for event in events])
    assert (Conversation.objects.count(), Incoming.objects.count()) == (1, 6)
    assert visit.events.filter(kind=EventKind.CONFIRMED).count() == 1
    # What is repeated within the hour is answered three times.
    assert len(said()) == 3
