from datetime import timedelta

import pytest
from django.urls import reverse

from lib import clock
from notifications.models import Channel, Message, State
from tests.notifications.letters import letter, visit

PATH = "/demo/outbox/"
KEYS = ["channel", "to", "kind", "language", "subject", "body", "reference", "state", "created_at", "sent_at"]


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def plan(dealership):
    def plan(kind="confirmation", channel=Channel.EMAIL, **fields):
        number = Message.objects.count()
        message = letter(kind, channel, dealership=dealership, dedupe_key=str(number), **fields)
        message.save()
        return message

    return plan


def as_data(client, **filters):
    return client.get(PATH, {"format": "json", **filters}).json()


@pytest.mark.parametrize("path", [PATH, f"{PATH}?format=json", "/en/demo/outbox/"])
def test_outside_the_demo_there_is_no_such_page(client, plan, settings, path):
    settings.DEMO = False
    assert client.get(path).status_code == 404
    assert client.get(reverse("notifications:demo-letter", args=[plan().pk])).status_code == 404


def test_it_needs_no_account_and_starts_empty(client, db):
    assert client.get(PATH).status_code == 200
    assert as_data(client) == []


def test_programs_get_what_the_contract_says(client, plan):
    now = clock.now()
    plan(created_at=now, state=State.ACCEPTED, sent_at=now)
    (data,) = as_data(client)
    assert list(data) == KEYS
    body = data.pop("body")
    assert data == {
        "channel": "email",
        "to": "luc@example.com",
        "kind": "confirmation",
        "language": "fr",
        "subject": "Rendez-vous réservé\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "reference": "K4T7QFX",
        "state": "accepted",
        "created_at": now.isoformat(),
        "sent_at": now.isoformat(),
    }
    assert "/m/" in body


def test_a_text_message_has_no_subject_and_a_planned_one_no_time(client, plan):
    plan(channel=Channel.SMS)
    (data,) = as_data(client)
    assert (data["subject"], data["sent_at"], data["state"]) == ("", None, "pending")
    assert data["body"].endswith("ARRET pour cesser")


def test_the_newest_comes_first_and_limit_cuts_the_rest(client, plan):
    for days in (3, 1, 2):
        plan(to=f"{days}@example.com", created_at=clock.now() - timedelta(days=days))
    assert [data["to"][0] for data in as_data(client)] == ["1", "2", "3"]
    assert [data["to"][0] for data in as_data(client, limit=2)] == ["1", "2"]
    assert len(as_data(client, limit="many")) == len(as_data(client, limit="-1")) == 3


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"channel": "sms"}, {"b"}),
        ({"kind": "moved"}, {"c"}),
        ({"state": "cancelled"}, {"c"}),
        ({"reference": "m4t-7qfx"}, {"c"}),
        ({"reference": "nothing"}, set()),
        ({"channel": "email", "kind": "confirmation"}, {"a"}),
        ({"channel": "\x01", "kind": "'; drop"}, set()),
    ],
)
def test_filters(client, plan, filters, found):
    plan(to="a@example.com")
    plan(channel=Channel.SMS, to="b")
    plan("moved", to="c@example.com", state=State.CANCELLED, about="appointment:M4T7QFX")
    assert {data["to"][0] for data in as_data(client, **filters)} == found
    assert client.get(PATH, filters).status_code == 200


def test_people_see_the_letter_the_bubble_and_when_planned_ones_go(client, plan):
    mail = plan("reminder_3d", next_try_at=clock.now().replace(year=2027, month=1, day=4, hour=15, minute=0))
    plan(channel=Channel.SMS)
    page = client.get("/en/demo/outbox/").text
    assert f'src="/en/demo/outbox/{mail.pk}/"' in page
    assert "sandbox=" in page
    assert "Monday, January 4 at 10:00 a.m." in page
    assert "Garage Boréal: RDV réservé" in page
    assert "First reminder" in page


def test_a_letter_is_shown_with_its_style_and_without_anything_else(client, plan):
    answer = client.get(reverse("notifications:demo-letter", args=[plan().pk]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.text
    assert "unsafe-inline" not in client.get(PATH)["Content-Security-Policy"]


def test_text_messages_have_no_letter(client, plan):
    assert (
        client.get(reverse("notifications:demo-letter", args=[plan(channel=Channel.SMS).pk])).status_code
        == 404
    )


@pytest.mark.parametrize("payload", [{}, [], "x", {"reference": ["<b>"]}, {"reference": "<script>"}])
def test_a_payload_that_is_not_one_hides_nothing_else(client, plan, payload):
    broken = plan(payload=payload)
    Message.objects.filter(pk=plan().pk).update(kind="newsletter", payload=payload)
    plan(to="good@example.com")
    page = client.get(PATH)
    assert page.status_code == 200
    assert "good@example.com" in page.text
    assert "<script>" not in page.text
    assert len(as_data(client)) == 3
    assert client.get(reverse("notifications:demo-letter", args=[broken.pk])).status_code == 200


def test_what_people_type_is_shown_as_text(client, plan):
    plan(payload=visit(name="<script>alert(1)</script>", vehicle="<img src=x>"))
    plan(channel=Channel.SMS, payload=visit(vehicle="<img src=x>"))
    page = client.get(PATH).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_pages_hold_fifty(client, plan):
    for _number in range(51):
        plan()
    assert client.get(PATH).text.count('class="outbox-item"') == 50
    second = client.get(PATH, {"page": 2, "channel": "email"})
    assert second.text.count('class="outbox-item"') == 1
    assert 'href="?page=1&amp;channel=email"' in second.text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("filters", "queries"), [({}, 2), ({"format": "json"}, 1)])
def test_the_number_of_queries_does_not_grow(client, plan, django_assert_num_queries, rows, filters, queries):
    for _number in range(rows):
        plan()
    with django_assert_num_queries(queries):
        client.get(PATH, filters)
