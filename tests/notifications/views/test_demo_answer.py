"""Answering an e-mail of the demo, as a customer's mail program would."""

import pytest
from django.urls import reverse

from notifications.actions import events
from notifications.models import State, WebhookEvent
from tests.notifications.letters import letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings, monkeypatch):
    settings.DEMO, settings.EMAIL_REPLY_DOMAIN = True, "reponses.example"
    monkeypatch.setattr(events, "_wake_aside", lambda: None)


@pytest.fixture
def message(dealership):
    message = letter(dealership=dealership, state=State.ACCEPTED, sent_at="2026-12-01T12:00:00Z")
    message.save()
    return message


def answer(client, message, words="Oui, merci.\n\nLuc"):
    return client.post(reverse("notifications:demo-answer", args=[message.pk]), {"words": words}, follow=True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_words_are_taken_in_without_the_letter_that_is_quoted_below(client, message, language):
    message.language = language
    message.save()
    page = answer(client, message)
    payload = WebhookEvent.objects.get().payload
    assert (payload["message"], payload["words"]) == (str(message.pk), "Oui, merci.\n\nLuc")
    assert "Votre réponse est partie" in page.content.decode()


def test_an_empty_answer_is_refused_in_words(client, message):
    assert "alert" in answer(client, message, " ").content.decode()
    assert not WebhookEvent.objects.exists()


def test_the_page_offers_it_for_letters_that_have_gone_out(client, message, dealership):
    planned = letter("cancelled", dealership=dealership)
    planned.save()
    page = client.get(reverse("notifications:demo-outbox")).content.decode()
    assert reverse("notifications:demo-answer", args=[message.pk]) in page
    assert reverse("notifications:demo-answer", args=[planned.pk]) not in page


def test_outside_the_demo_there_is_no_such_page(client, message, settings):
    settings.DEMO = False
    assert answer(client, message).status_code == 404
