import json

import pytest

from lib import clock
from notifications.models import Channel, State, WebhookEvent
from tests.notifications.letters import letter
from tests.notifications.transports.http_server import Script, http_server

PATH = "/demo/phone/"
NUMBER = "+15145550123"


@pytest.fixture
def gateway(settings):
    """The development gateway's control addresses."""
    script = Script()
    script.says(200, {"mode": "slow", "site": 200})
    with http_server(script) as address:
        settings.SMS_URL = f"gateway+http://demo:secret@{address}/?from=+14505550134"
        yield script


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def thread(dealership):
    text = letter(
        channel=Channel.SMS, dealership=dealership, to=NUMBER, state=State.ACCEPTED, sent_at=clock.now()
    )
    text.save()
    WebhookEvent.objects.create(
        provider="gateway", event_id="1", kind="text", payload={"from": NUMBER, "words": "OUI <b>merci</b>"}
    )
    return text


def posted(gateway):
    return [(path, json.loads(body)) for method, path, _headers, body in gateway.came if method == "POST"]


@pytest.mark.django_db
def test_outside_the_demo_there_is_no_such_page(client, settings):
    settings.DEMO = False
    assert client.get(PATH).status_code == client.post(PATH).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "words"), [(PATH, "514 555-0123"), ("/en/demo/phone/", "514-555-0123")])
def test_a_number_shows_both_sides_of_its_thread(client, gateway, thread, path, words):
    page = client.get(path).content.decode()
    assert words in page
    assert "Garage Boréal" in page or "Garage Boreal" in page
    assert "OUI &lt;b&gt;merci&lt;/b&gt;" in page
    assert page.index("phone-line-own") > page.index("phone-bubble")
    assert '<option value="slow" selected>' in page


@pytest.mark.django_db
def test_with_no_text_message_yet_it_says_what_to_do(client, gateway):
    page = client.get("/en/demo/phone/")
    assert (page.status_code, page.context["number"]) == (200, "")
    assert "No text messages yet" in page.content.decode()


@pytest.mark.django_db
def test_an_answer_goes_to_the_number_that_wrote(client, gateway, thread, dealership):
    dealership.sms_sender = "+14505550199"
    dealership.save()
    answer = client.post(PATH, {"number": NUMBER, "action": "write", "words": " OUI "})
    assert (answer.status_code, answer["Location"]) == (302, f"{PATH}?number=%2B15145550123")
    assert posted(gateway) == [("/inbound", {"from": NUMBER, "to": "+14505550199", "words": "OUI"})]


@pytest.mark.django_db
def test_a_call_is_missed_at_the_dealerships_own_number_and_the_gateway_misbehaves(client, gateway, thread):
    client.post(PATH, {"number": NUMBER, "action": "call"})
    client.post(PATH, {"number": NUMBER, "action": "mode", "mode": "500"})
    assert posted(gateway) == [
        ("/missed-call", {"from": NUMBER, "to": "+14505550134"}),
        ("/mode", {"mode": "500"}),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["demo://", "gateway+http://demo:secret@127.0.0.1:9/?from=+14505550134"])
def test_without_the_gateway_it_says_so(client, thread, settings, url):
    settings.SMS_URL = url
    page = client.post("/en/demo/phone/", {"number": NUMBER, "action": "write", "words": "OUI"}, follow=True)
    assert "The development gateway does not answer." in page.content.decode()
    assert "does not run" in page.content.decode()


@pytest.mark.django_db
def test_nonsense_is_answered_in_words(client, gateway):
    page = client.post("/en/demo/phone/", {"number": "x", "action": "explode"}, follow=True)
    assert "Choose a number first." in page.content.decode()


@pytest.mark.django_db
def test_the_outbox_leads_to_the_telephone(client):
    assert 'href="/demo/phone/"' in client.get("/demo/outbox/").content.decode()
