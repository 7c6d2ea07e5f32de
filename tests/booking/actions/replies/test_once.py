"""One event does what it does once, whole, and in turn with the others of its number."""

from __future__ import annotations

from functools import partial

import pytest

from booking.actions.replies import answer_text
from booking.models import Status
from dealerships.models import Dealership
from notifications.models import Conversation, Incoming, Message, State
from tests.booking.storm import at_once
from tests.booking.texts import SHOP, TUESDAY, answers, inbound, status, thread, write
from tests.garage import NOW, make_garage


def test_the_same_event_twice_does_nothing_the_second_time(civic):
    event = inbound("où êtes-vous?")
    answer_text(event, now=NOW)
    answer_text(event, now=NOW)
    assert Incoming.objects.count() == 1
    assert thread().unread == 1
    assert len(answers()) == 1


def test_everything_of_one_event_is_undone_together(civic, monkeypatch):
    def fail(**_more):
        raise RuntimeError

    monkeypatch.setattr("booking.actions.answering.answer_by_itself", fail)
    with pytest.raises(RuntimeError):
        write("oui")
    assert status(civic) == Status.BOOKED
    assert not Incoming.objects.exists()
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_texts_of_one_number_at_once_ask_and_count_in_turn():
    garage = make_garage()
    garage.book(garage.at(7, 45, TUESDAY))
    events = [inbound(f"aide {'!' * number}", to=SHOP) for number in range(12)]
    Dealership.objects.update(sms_sender=SHOP)

    at_once([partial(answer_text, event, now=NOW) for event in events])
    assert Incoming.objects.count() == 12
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(kind="auto_answer", state=State.PENDING).count() == 8
