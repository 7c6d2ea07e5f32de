from datetime import timedelta

import pytest
from django.test import Client

from customers.consent_words import Topic
from customers.consents import may_send
from customers.models import ConsentEvent, Customer
from lib import clock
from notifications.actions.dispatch import send_due_messages
from notifications.models import Message, State, Suppression
from notifications.render import preferences_url, render, stop_url
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


@pytest.fixture
def review(dealership):
    """A commercial message, to an address that two records of the group have."""
    known = [
        Customer.objects.create(group=dealership.group, name=name, email="luc@example.com")
        for name in ("Luc Tremblay", "L. Tremblay")
    ]
    message = letter(dealership=dealership, kind="review", to="Luc@Example.com", customer=known[0])
    message.save()
    return message


def test_a_commercial_message_s_link_withdraws_its_purpose_on_its_channel_and_nothing_else(
    client, review, settings
):
    path = stop_url(review).removeprefix(settings.PUBLIC_URL)
    assert "Envoyez-moi vos offres" in client.get(path).text
    assert not ConsentEvent.objects.exists()
    for _time in range(2):
        Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert not Suppression.objects.exists()
    kept = ConsentEvent.objects.all()
    assert {(one.customer_id, one.channel, one.purpose, one.kind, one.source) for one in kept} == {
        (customer.pk, "email", "offers", "withdrawn", "message") for customer in Customer.objects.all()
    }
    assert (len(kept), kept[0].address, kept[0].ip) == (2, "luc@example.com", "127.0.0.1")


def test_the_withdrawal_counts_at_once_even_where_work_implied_consent(client, review, settings):
    review.customer.served_at = clock.now() - timedelta(days=3)
    asked = {"customer": review.customer, "topic": Topic("email", "offers"), "address": review.to}
    assert may_send(**asked, at=clock.now())
    client.post(stop_url(review).removeprefix(settings.PUBLIC_URL))
    assert not may_send(**asked, at=clock.now())
    assert may_send(**{**asked, "topic": Topic("email", "maintenance_due")}, at=clock.now())


def test_the_link_leads_to_the_choices(client, path, message, settings):
    assert preferences_url(message) in client.get(path).text


def test_what_was_planned_before_the_withdrawal_does_not_leave(client, review, settings, provider):
    Customer.objects.update(served_at=clock.now() - timedelta(days=3))
    client.post(stop_url(review).removeprefix(settings.PUBLIC_URL))
    send_due_messages()
    review.refresh_from_db()
    assert (review.state, review.error) == (State.CANCELLED, "no consent")
    assert provider.taken == []
