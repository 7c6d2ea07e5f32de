"""/p/<token>/: what an address gets, chosen without signing in."""

from datetime import timedelta

import pytest
from django.test import Client

from customers.consent_words import Topic
from customers.consents import may_send
from customers.models import ConsentEvent, Customer
from lib import clock
from notifications.models import Suppression
from notifications.render import preferences_url, stop_url
from tests.notifications.letters import letter

OFFERS, DUE = "email:offers", "email:maintenance_due"


@pytest.fixture
def luc(dealership):
    return Customer.objects.create(
        group=dealership.group, name="Luc Tremblay", email="luc@example.com", phone="+15145550123"
    )


@pytest.fixture
def message(dealership, luc):
    message = letter(dealership=dealership, to="Luc@Example.com", customer=luc)
    message.save()
    return message


@pytest.fixture
def path(message, settings):
    return preferences_url(message).removeprefix(settings.PUBLIC_URL)


def allowed(luc, topic, address="luc@example.com"):
    luc.refresh_from_db()
    return may_send(customer=luc, topic=Topic(*topic.split(":")), address=address, at=clock.now())


def test_looking_changes_nothing_and_is_kept_to_the_reader(client, path):
    for method in (client.get, client.head):
        page = method(path)
        assert page.status_code == 200
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page["Cache-Control"]
    assert not ConsentEvent.objects.exists()
    assert not Suppression.objects.exists()


def test_nothing_is_ticked_that_was_not_agreed_to(client, path):
    page = client.get(path).text
    assert page.count('name="topic"') == 2
    boxes = [part.split(">")[0] for part in page.split("<input")[1:]]
    assert [box for box in boxes if "checked" in box and 'name="topic"' in box] == []
    assert [box for box in boxes if "checked" in box and 'name="visits"' in box]


def test_a_yes_is_kept_with_its_proof_and_a_no_with_its_own(client, path, luc):
    chosen = {"visits": "1", "topic": [OFFERS], "language": "fr"}
    for _time in range(2):
        assert client.post(path, chosen, headers={"user-agent": "Firefox"}).status_code == 303
    yes = ConsentEvent.objects.get()
    assert (yes.kind, yes.source, yes.address, yes.purpose) == (
        "express",
        "message",
        "luc@example.com",
        "offers",
    )
    assert (yes.ip, yes.agent) == ("127.0.0.1", "Firefox")
    assert "Blainville" in yes.words
    assert allowed(luc, OFFERS)
    assert not allowed(luc, DUE)
    client.post(path, {"visits": "1"})
    assert not allowed(luc, OFFERS)
    assert ConsentEvent.objects.latest("pk").kind == "withdrawn"


def test_what_is_implied_stays_implied_until_it_is_unticked(client, path, luc):
    Customer.objects.update(served_at=clock.now() - timedelta(days=10))
    assert client.get(path).text.count("checked") >= 3
    client.post(path, {"visits": "1", "topic": [OFFERS, DUE]})
    assert not ConsentEvent.objects.exists()
    client.post(path, {"visits": "1", "topic": [OFFERS]})
    assert allowed(luc, OFFERS)
    assert not allowed(luc, DUE)


def test_messages_about_visits_are_stopped_and_started_by_their_box(client, path):
    client.post(path, {})
    assert Suppression.objects.get().reason == Suppression.Reason.ASKED
    client.post(path, {"visits": "1"})
    assert not Suppression.objects.exists()


def test_who_leaves_a_refused_address_as_it_is_has_not_asked_for_silence(client, path, dealership):
    Suppression.objects.create(
        group=dealership.group,
        channel="email",
        address="luc@example.com",
        reason=Suppression.Reason.UNREACHABLE,
    )
    client.post(path, {"topic": [OFFERS]})
    assert Suppression.objects.get().reason == Suppression.Reason.UNREACHABLE


def test_a_number_that_texted_stop_starts_again_by_its_own_word_only(client, dealership, luc, settings):
    text = letter(dealership=dealership, channel="sms", to=luc.phone, customer=luc)
    text.save()
    path = preferences_url(text).removeprefix(settings.PUBLIC_URL)
    Suppression.objects.create(
        group=dealership.group, channel="sms", address=luc.phone, reason=Suppression.Reason.ASKED
    )
    assert 'name="visits"' not in client.get(path).text
    assert "START" in client.get(f"/en{path}").text
    client.post(path, {"visits": "1"})
    assert Suppression.objects.exists()


def test_the_language_of_what_is_booked_next(client, path, luc):
    client.post(path, {"visits": "1", "language": "en"})
    luc.refresh_from_db()
    assert luc.language == "en"
    client.post(path, {"visits": "1", "language": "de"})
    luc.refresh_from_db()
    assert luc.language == "en"


def test_the_link_is_the_proof_and_a_strange_topic_says_nothing(path, luc):
    Client().post(path, {"visits": "1", "topic": ["sms:offers", "email:survey", "x"]})
    assert not ConsentEvent.objects.exists()
    # As a browser sends it from a page without a referrer.
    outside = Client(enforce_csrf_checks=True)
    answer = outside.post(path, {"visits": "1", "topic": [OFFERS]}, headers={"origin": "null"})
    assert answer.status_code == 303
    assert allowed(luc, OFFERS)


@pytest.mark.parametrize("token", ["x", "0" * 32, f"{'0' * 32}:AAAA"])
def test_a_token_that_is_not_ours_is_not_found(client, db, token):
    assert client.get(f"/p/{token}/").status_code == 404


def test_a_stop_link_does_not_open_the_choices(client, message, settings):
    token = stop_url(message).rstrip("/").rpartition("/")[2]
    assert client.get(f"/p/{token}/").status_code == 404


def test_an_account_s_message_and_an_erased_one_open_nothing(client, db, dealership, path, message, settings):
    account = letter(dealership=None, kind="account_code", to="luc@example.com")
    account.save()
    assert client.get(preferences_url(account).removeprefix(settings.PUBLIC_URL)).status_code == 404
    message.to = ""
    message.save()
    assert client.get(path).status_code == 404


def test_without_a_record_there_is_nobody_to_ask(client, dealership, settings):
    message = letter(dealership=dealership, to="anne@example.com")
    message.save()
    page = client.get(preferences_url(message).removeprefix(settings.PUBLIC_URL)).text
    assert 'name="topic"' not in page
    assert 'name="visits"' in page
