"""A missed call is answered by text: to whom, when, and once a day."""

from __future__ import annotations

import threading
from datetime import time, timedelta
from itertools import count

import pytest
from django.db import connection

from booking.actions.missed_calls import text_back
from customers.models import Customer
from dealerships.models import Dealership
from lib import clock
from lib.gsm7 import segments
from notifications.models import Cadence, Channel, Message, Suppression, WebhookEvent, WebhookKind
from notifications.render import render
from tests.garage import MONDAY, NOW, make_garage

LUC = "+15145550123"
_numbers = count(1)


@pytest.fixture
def boreal(db) -> Dealership:
    return make_garage().dealership


def ring(caller: str = LUC, *, to: str = "+14505550134", now=NOW, at=None) -> Message | None:
    """A call that nobody took, worked on at `now`; the newest answer."""
    event = WebhookEvent.objects.create(
        provider="pbx",
        event_id=f"call-{next(_numbers)}",
        kind=WebhookKind.CALL,
        payload={"from": caller, "to": to, "at": (at or now).isoformat()},
    )
    text_back(event, now=now)
    return Message.objects.filter(kind="missed_call").order_by("created_at").last()


def test_who_was_missed_is_written_to_by_the_dealership_with_the_way_to_book(boreal, settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    message = ring()
    assert (message.to, message.channel, message.language, message.customer) == (LUC, Channel.SMS, "fr", None)
    text = render(message).sms
    assert text == (
        "Garage Boréal: nous avons manqué votre appel. Répondez ici, ou prenez rendez-vous: "
        "https://rdv.ex/boreal/book/ ARRET pour cesser"
    )
    assert segments(text) == 1


def test_a_known_caller_is_written_to_in_their_language_and_in_their_thread(boreal):
    ann = Customer.objects.create(group=boreal.group, name="Ann Roy", phone=LUC, language="en")
    message = ring()
    assert (message.language, message.customer) == ("en", ann)
    assert "we missed your call" in render(message).sms


def test_the_number_of_the_text_messages_is_called_too(boreal):
    Dealership.objects.filter(pk=boreal.pk).update(sms_sender="+14505550190")
    assert ring(to="+14505550190")


def test_once_a_day_however_often_it_rings_and_wherever_in_the_group(boreal):
    ring()
    ring(now=NOW + timedelta(minutes=3))
    other = make_garage(slug="riviere").dealership
    Dealership.objects.filter(pk=other.pk).update(phone="+14505550199")
    ring(to="+14505550199", now=NOW + timedelta(hours=1))
    assert Message.objects.count() == 1
    ring(now=NOW + timedelta(days=1))
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "caller",
    [
        "",
        "anonymous",
        "+18005551234",
        "+19005551234",
        "+18765551234",
        "+33612345678",
        "+442071838750",
        "514",
        None,
    ],
)
def test_who_can_not_be_texted_hears_nothing(boreal, caller):
    assert ring(caller) is None


@pytest.mark.parametrize(
    ("wall", "sent"),
    [(time(7, 59), False), (time(8), True), (time(20, 59), True), (time(21), False), (time(3), False)],
)
def test_only_by_day_where_the_dealership_is(boreal, wall, sent):
    assert bool(ring(now=clock.at_local(MONDAY, wall, boreal.zone))) is sent


def test_not_long_after_the_call(boreal):
    assert ring(at=NOW - timedelta(minutes=31)) is None
    message = ring(at=NOW - timedelta(minutes=5))
    assert message.expires_at == NOW + timedelta(minutes=30)


def test_a_number_that_stopped_our_texts_hears_nothing(boreal):
    Suppression.objects.create(group=boreal.group, channel=Channel.SMS, address=LUC, reason="asked")
    assert ring() is None


@pytest.mark.parametrize(("active", "sent"), [(False, False), (True, True)])
def test_a_dealership_can_switch_it_off(boreal, active, sent):
    Cadence.objects.create(
        dealership=boreal, kind="missed_call", active=active, minutes=0, way="sms", lasts_minutes=30
    )
    assert bool(ring()) is sent


def test_our_own_numbers_and_a_number_that_is_nobodys_are_left_alone(boreal):
    assert ring(boreal.phone) is None
    assert ring(to="+14505550000") is None


@pytest.mark.django_db(transaction=True)
def test_eight_calls_at_once_are_answered_once():
    make_garage()
    ready = threading.Barrier(8)

    def call() -> None:
        ready.wait()
        ring()
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert WebhookEvent.objects.count() == 8
    assert Message.objects.filter(kind="missed_call").count() == 1
