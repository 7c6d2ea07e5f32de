"""The desk's conversations: one a customer, what waits, and what is sent."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from dealerships.models import Dealership, Group, Role, StaffMember
from lib import clock
from lib.errors import Refusal
from notifications.actions.conversations import (
    assign,
    blocked_channels,
    leave_waiting,
    mark_answered,
    mark_read,
    open_conversation,
    write_to_customer,
)
from notifications.actions.dispatch import send_due_messages
from notifications.models import Channel, Conversation, Incoming, Message, Suppression, WebhookEvent
from tests.notifications.threads import LUC, a_customer, came_in, thread


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def luc(dealership):
    return a_customer(dealership)


@pytest.fixture
def with_luc(dealership, luc) -> Conversation:
    came_in(dealership, "Mon auto est-elle prête?", customer=luc)
    return thread()


def send(conversation, words="Oui, à 15 h.", channel=Channel.SMS, **more) -> Message:
    return write_to_customer(
        conversation=conversation, channel=channel, words=words, author="Julie", **{"key": key(), **more}
    )


def test_one_thread_a_customer_and_dealership_whatever_the_way_they_write(dealership, luc):
    came_in(dealership, "un", customer=luc)
    came_in(dealership, "deux", customer=luc, sender="luc@example.com", channel=Channel.EMAIL)
    assert [one.words for one in thread().incoming.all()] == ["un", "deux"]
    assert (thread().channel, thread().unread, thread().last_words) == (Channel.EMAIL, 2, "deux")


def test_it_waits_since_the_first_word_that_nobody_answered(dealership, luc):
    first = clock.now() - timedelta(hours=2)
    came_in(dealership, "allo?", customer=luc, at=first)
    came_in(dealership, "allo??", customer=luc)
    assert thread().waiting_since == first


def test_what_is_answered_by_itself_is_neither_unread_nor_waiting(dealership, luc):
    came_in(dealership, "oui", customer=luc, for_the_desk=False)
    assert (thread().unread, thread().waiting_since, thread().last_words) == (0, None, "oui")


def test_an_unknown_number_has_a_thread_of_its_own_until_its_customer_is_known(dealership):
    early = clock.now() - timedelta(hours=1)
    came_in(dealership, "Avez-vous des pneus?", at=early)
    unknown = thread()
    send(unknown, "Oui.")
    came_in(dealership, "Merci, combien?", at=early + timedelta(minutes=1))
    luc = a_customer(dealership)
    with transaction.atomic():
        joined = open_conversation(dealership=dealership, customer=luc)
    assert thread() == joined
    assert joined.incoming.count() == 2
    [message] = Message.objects.all()
    assert (message.about, message.customer) == (joined.about, luc)
    assert (thread().unread, thread().last_words) == (1, "Merci, combien?")
    assert thread().waiting_since == early + timedelta(minutes=1)


def test_a_number_that_is_known_does_not_take_anothers_words(dealership, luc):
    came_in(dealership, "allo", sender="+15145550199")
    came_in(dealership, "oui", customer=luc)
    assert Conversation.objects.count() == 2


def test_an_event_is_kept_once_by_the_database_itself(dealership, luc):
    event = WebhookEvent.objects.create(provider="x", event_id="1", kind="text")
    first = came_in(dealership, "oui", customer=luc)
    Incoming.objects.filter(pk=first.pk).update(event=event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incoming.objects.create(conversation=thread(), event=event, channel="sms", sender=LUC, words="oui")


def test_an_answer_goes_through_the_outbox_and_the_thread_no_longer_waits(with_luc, luc, provider):
    message = send(with_luc)
    assert (message.to, message.customer, message.language) == (LUC, luc, "fr")
    assert (thread().unread, thread().waiting_since, thread().last_words) == (0, None, "Oui, à 15 h.")
    send_due_messages()
    [(_message, rendered)] = provider.taken
    assert rendered.sms == "Garage Boréal: Oui, à 15 h."


def test_an_e_mail_answer_says_who_writes_and_is_answered_to_the_dealership(with_luc, provider):
    send(with_luc, "Bonjour <b>Luc</b>,\n\nvotre Civic est prête.", Channel.EMAIL)
    send_due_messages()
    [(message, rendered)] = provider.taken
    assert (message.to, rendered.reply_to) == ("luc@example.com", "service@boreal.example")
    assert "votre Civic est prête.\n\nJulie\nGarage Boréal" in rendered.text
    assert "&lt;b&gt;Luc&lt;/b&gt;" in rendered.html
    assert rendered.subject == "Garage Boréal vous écrit"


def test_the_same_form_sent_twice_is_one_message_and_another_form_is_another(with_luc):
    form = key()
    first = send(with_luc, key=form)
    assert send(with_luc, key=form.upper()) == first
    send(with_luc)
    assert Message.objects.count() == 2


def test_each_text_that_can_not_arrive_goes_by_e_mail(with_luc, luc, provider):
    send(with_luc, "un")
    send(with_luc, "deux")
    Suppression.objects.create(group=luc.group, channel=Channel.SMS, address=LUC, reason="unreachable")
    while send_due_messages():
        pass
    assert sorted((one.channel, one.payload["words"]) for one, _text in provider.taken) == [
        (Channel.EMAIL, "deux"),
        (Channel.EMAIL, "un"),
    ]


def test_the_mark_of_the_link_is_written_as_the_customers_own_link_when_it_leaves(
    with_luc, provider, settings
):
    settings.PUBLIC_URL = "https://rdv.ex"
    message = send(with_luc, "Le voici: {lien}", about_visit={"link_nonce": "nonce"})
    send(with_luc, "Ou {lien}")
    assert "https" not in message.payload["words"]
    send_due_messages()
    texts = [rendered.sms for _message, rendered in provider.taken]
    assert texts[0].startswith("Garage Boréal: Le voici: https://rdv.ex/m/")
    assert texts[1] == "Garage Boréal: Ou https://rdv.ex/boreal/book/"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"words": "  \n "}, "empty"),
        ({"words": "x" * 1001}, "too_long"),
        ({"channel": "fax"}, "no_address"),
        ({"key": "no-uuid"}, "no_key"),
        ({"key": ""}, "no_key"),
    ],
)
def test_what_can_not_be_sent_is_refused_with_a_sentence_and_nothing_changes(with_luc, change, code):
    with pytest.raises(Refusal) as refused:
        send(with_luc, **change)
    assert refused.value.code == code
    assert not Message.objects.exists()
    assert thread().waiting_since


def test_a_way_that_the_customer_stopped_is_refused_and_told(with_luc, luc):
    Suppression.objects.create(group=luc.group, channel=Channel.SMS, address=LUC, reason="asked")
    assert blocked_channels(with_luc) == {Channel.SMS}
    with pytest.raises(Refusal) as refused:
        send(with_luc)
    assert refused.value.code == "blocked"
    assert send(with_luc, channel=Channel.EMAIL).to == "luc@example.com"


def test_another_groups_stop_blocks_nothing(with_luc):
    other = Group.objects.create(slug="autre", name="Autre")
    Suppression.objects.create(group=other, channel=Channel.SMS, address=LUC, reason="asked")
    assert blocked_channels(with_luc) == set()


def test_read_answered_and_waiting_are_marked_by_hand(with_luc):
    mark_read(conversation=with_luc)
    assert (thread().unread, bool(thread().waiting_since)) == (0, True)
    mark_answered(conversation=with_luc)
    assert thread().waiting_since is None
    leave_waiting(conversation=with_luc)
    assert thread().waiting_since


def test_it_is_assigned_to_who_works_here_and_to_nobody_else(with_luc, dealership):
    def member(where, **more):
        return StaffMember.objects.create(dealership=where, role=Role.ADVISOR, name="Julie", **more)

    julie = member(dealership)
    assign(conversation=with_luc, member=julie)
    assert thread().assigned_to == julie
    elsewhere = Dealership.objects.get(pk=dealership.pk)
    elsewhere.pk, elsewhere.slug = None, "riviere"
    elsewhere.save()
    for stranger in (member(elsewhere), member(dealership, active=False)):
        with pytest.raises(Refusal):
            assign(conversation=with_luc, member=stranger)
    assign(conversation=with_luc, member=None)
    assert thread().assigned_to is None


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_two_servers_is_one_message(dealership):
    came_in(dealership, "allo", customer=a_customer(dealership))
    conversation, form, ready = thread(), key(), threading.Barrier(4)

    def click() -> None:
        ready.wait()
        send(conversation, key=form)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Message.objects.count() == 1


def test_what_comes_in_while_somebody_is_forgotten_is_a_strangers(dealership):
    luc = a_customer(dealership)
    known = open_conversation(dealership=dealership, customer=luc)
    Customer.objects.filter(pk=luc.pk).update(erased_at=clock.now())
    opened = open_conversation(dealership=dealership, customer=luc, address=LUC)
    assert (opened.customer, opened.address) == (None, LUC)
    assert not Conversation.objects.filter(pk=known.pk).exists()  # nobody had written in it


def test_a_forgotten_thread_stays_as_it_was_emptied(dealership):
    luc = a_customer(dealership)
    known = came_in(dealership, "Bonjour", customer=luc).conversation
    Customer.objects.filter(pk=luc.pk).update(erased_at=clock.now())
    opened = open_conversation(dealership=dealership, customer=luc, address=LUC)
    assert Conversation.objects.filter(pk=known.pk).exists()
    assert opened.pk != known.pk


def test_the_desk_is_told_that_a_record_was_removed_meanwhile(dealership):
    luc = a_customer(dealership)
    Customer.objects.filter(pk=luc.pk).update(erased_at=clock.now())
    with pytest.raises(Refusal) as caught:
        open_conversation(dealership=dealership, customer=luc)
    assert caught.value.code == "erased"
