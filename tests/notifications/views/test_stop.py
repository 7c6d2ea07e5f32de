import pytest
from django.test import Client

from notifications.actions.dispatch import send_due_messages
from notifications.models import Message, State, Suppression
from notifications.render import render, stop_url
from tests.notifications.letters import letter


@pytest.fixture
def message(dealership):
    message = letter(dealership=dealership, to="Luc@Example.com")
    message.save()
    return message


@pytest.fixture
def path(message, settings):
    return stop_url(message).removeprefix(settings.PUBLIC_URL)


def test_looking_stops_nothing(client, path):
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert not Suppression.objects.exists()


def test_the_page_says_whose_messages_to_which_address(client, path):
    page = client.get(path)
    for words in ("Garage Boréal", "Luc@Example.com"):
        assert words in page.text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_the_button_stops_the_address_for_the_whole_group(client, path, dealership, provider):
    assert client.post(path).status_code == 200
    suppression = Suppression.objects.get()
    assert (suppression.group, suppression.channel) == (dealership.group, "email")
    assert (suppression.address, suppression.reason) == ("luc@example.com", Suppression.Reason.ASKED)
    send_due_messages()
    assert Message.objects.get().state == State.CANCELLED
    assert provider.taken == []


def test_a_mail_program_may_stop_by_itself_and_twice(path):
    outside = Client(enforce_csrf_checks=True)
    for _time in range(2):
        answer = outside.post(
            path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "0" * 32, f"{'0' * 32}:AAAA"])
def test_a_token_that_is_not_ours_is_not_found(client, db, token):
    assert client.post(f"/stop/{token}/").status_code == 404


def test_an_english_letter_leads_to_an_english_page(client, message, settings):
    message.language = "en"
    path = render(message).stop_url.removeprefix(settings.PUBLIC_URL)
    assert path.startswith("/en/stop/")
    assert "will send nothing more to" in client.get(path).text
