"""STOP, START and HELP: what they do, what is answered, and what the providers were still given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.consent_words import Topic
from customers.consents import may_send
from customers.models import ConsentEvent, ConsentKind, ConsentSource, Purpose
from dealerships.models import Group
from lib import clock
from lib.gsm7 import is_gsm7, segments
from notifications.actions.dispatch import send_due_messages
from notifications.actions.opt_out import obey_keyword
from notifications.keywords import read_words
from notifications.models import Channel, Message, State, Suppression
from notifications.render import render
from tests.notifications.letters import letter
from tests.notifications.threads import LUC, a_customer, answered, came_in, obey

SMS_DUE = Topic(Channel.SMS, Purpose.MAINTENANCE_DUE)


def sent(provider, channel=None) -> list[tuple[str, str]]:
    """What the provider accepted: kind and address."""
    return [(one.kind, one.to) for one, _text in provider.taken if channel in (None, one.channel)]


@pytest.mark.parametrize(
    ("word", "language"), [("STOP", "en"), ("Arrêt", "fr"), ("cancel", "en"), ("DÉSABONNER", "fr")]
)
def test_a_stop_is_answered_once_in_its_language_and_then_there_is_silence(
    dealership, provider, word, language
):
    obey(dealership, word)
    obey(dealership, word, minutes=1)
    obey(dealership, f"{word}!", minutes=2)
    assert answered() == [("stopped", language)]
    send_due_messages()
    assert sent(provider) == [("auto_answer", LUC)]


def test_planned_texts_to_the_number_go_by_e_mail_and_none_by_text(dealership, provider):
    for number in range(3):
        letter(
            "reminder_1d", Channel.SMS, dealership=dealership, to=LUC, about=f"appointment:K4T7QF{number}"
        ).save()
    other = letter(
        "confirmation", Channel.SMS, dealership=dealership, to="+15145550199", about="appointment:X"
    )
    other.save()
    obey(dealership, "ARRET")
    Message.objects.update(next_try_at=clock.now() - timedelta(seconds=1))
    Message.objects.filter(kind="reminder_1d").update(kind="confirmation")  # at any hour
    while send_due_messages():
        pass
    assert sorted(sent(provider, Channel.SMS)) == [("auto_answer", LUC), ("confirmation", "+15145550199")]
    assert sent(provider, Channel.EMAIL) == [("confirmation", "luc@example.com")] * 3


def test_an_answer_that_waits_when_the_stop_comes_is_not_sent_any_more(dealership, provider):
    obey(dealership, "AIDE")
    obey(dealership, "STOP", minutes=1)
    assert [row.state for row in Message.objects.order_by("created_at")] == [State.CANCELLED, State.PENDING]


def test_every_rooftop_of_the_group_is_stopped_and_no_other_group(dealership):
    other = Group.objects.create(slug="autre", name="Autre")
    Suppression.objects.create(group=other, channel=Channel.SMS, address=LUC, reason="unreachable")
    obey(dealership, "STOP")
    row = Suppression.objects.get(group=dealership.group)
    assert (row.channel, row.address, row.reason) == (Channel.SMS, LUC, Suppression.Reason.ASKED)
    obey(dealership, "START", minutes=1)
    assert [row.group for row in Suppression.objects.all()] == [other]


def test_a_wish_replaces_what_a_provider_said_of_the_number(dealership):
    Suppression.objects.create(
        group=dealership.group, channel=Channel.SMS, address=LUC, reason=Suppression.Reason.UNREACHABLE
    )
    obey(dealership, "STOP")
    assert Suppression.objects.get().reason == Suppression.Reason.ASKED
    assert answered() == [("stopped", "en")]


def test_start_is_answered_and_texts_go_again(dealership, provider):
    obey(dealership, "STOP")
    obey(dealership, "DÉBUT", minutes=1)
    obey(dealership, "ARRET", minutes=2)
    assert answered() == [("stopped", "en"), ("started", "fr"), ("stopped", "fr")]
    obey(dealership, "START", minutes=3)
    letter("confirmation", Channel.SMS, dealership=dealership, to=LUC).save()
    send_due_messages()
    assert ("confirmation", LUC) in sent(provider)


def test_a_start_that_is_worked_on_late_does_not_undo_the_stop_after_it(dealership):
    late = came_in(dealership, "START", at=clock.now())
    obey(dealership, "STOP", minutes=1)
    obey_keyword(incoming=late, reading=read_words("START"), now=clock.now() + timedelta(minutes=2))
    assert Suppression.objects.filter(address=LUC).exists()
    assert answered() == [("stopped", "en")]


def test_a_stop_is_answered_after_a_day_of_other_answers_but_machines_do_not_talk_for_ever(dealership):
    for hour in range(10):
        obey(dealership, "START", minutes=hour * 60)
        obey(dealership, "STOP", minutes=hour * 60 + 30)
    codes = [code for code, _language in answered()]
    # Five of any kind, then three more for the carriers' word alone.
    assert codes == ["started", "stopped"] * 2 + ["started"] + ["stopped"] * 3
    assert Suppression.objects.filter(address=LUC).exists()


def test_consents_to_commercial_texts_at_the_number_are_withdrawn_and_start_does_not_give_them_back(
    dealership,
):
    luc = a_customer(dealership, served_at=clock.now() - timedelta(days=30))
    now = clock.now() + timedelta(minutes=5)
    assert may_send(customer=luc, topic=SMS_DUE, address=LUC, at=now)
    obey(dealership, "Stop.", customer=luc)
    events = ConsentEvent.objects.filter(customer=luc)
    assert {(one.channel, one.purpose, one.kind, one.source, one.words) for one in events} == {
        (Channel.SMS, purpose, ConsentKind.WITHDRAWN, ConsentSource.MESSAGE, "Stop.")
        for purpose in Purpose.values
    }
    obey(dealership, "START", customer=luc, minutes=1)
    assert not may_send(customer=luc, topic=SMS_DUE, address=LUC, at=now)
    assert may_send(
        customer=luc, topic=Topic(Channel.EMAIL, Purpose.MAINTENANCE_DUE), address="luc@example.com", at=now
    )


@pytest.mark.parametrize(("word", "language"), [("HELP", "en"), ("AIDE", "fr"), ("INFO", "fr")])
def test_help_is_answered_to_anybody_even_after_a_stop(dealership, provider, word, language):
    obey(dealership, "STOP")
    obey(dealership, word, minutes=1)
    assert answered()[-1] == ("help", language)
    send_due_messages()
    assert sent(provider) == [("auto_answer", LUC)] * 2


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "name",
    ["Garage Boréal", "Concessionnaire automobile de la région des Laurentides et de la Rive-Nord inc."],
)
@pytest.mark.parametrize(
    "answer",
    [
        "stopped",
        "started",
        "help",
        "confirmed",
        "manage",
        "late",
        "cancelled",
        "over",
        "offer",
        "which",
        "received",
    ],
)
def test_every_answer_is_one_plain_segment_that_says_who_writes(settings, dealership, answer, name, language):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    long_day = {"starts_at": "2026-09-30T14:45:00+00:00", "vehicle": "Mercedes-Benz Sprinter 3500XD"}
    facts = {
        **long_day,
        "answer": answer,
        "minutes": 45,
        "link_nonce": "nonce",
        "offer_nonce": "nonce",
        "opens_at": "2026-09-30T11:30:00+00:00",
        "choices": [{**long_day, "reference": "K4T7QFX"}] * 3,
    }
    who = letter().payload["dealership"]
    payload = {**facts, "dealership": who | {"name": name}}
    text = render(letter("auto_answer", Channel.SMS, language=language, payload=payload)).sms
    assert is_gsm7(text)
    assert segments(text) == 1
    assert text.startswith((f"{name}: ", "Concessionna"))
    assert len(text) > len(name.split(" ")[0]) + 20
    stops = {"fr": "ARRET", "en": "STOP"}[language]
    assert (stops in text) == (answer in ("started", "help"))
