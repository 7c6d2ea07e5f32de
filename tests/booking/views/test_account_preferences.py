"""Language, channels and consents of an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment
from customers.consent_words import TOPICS
from customers.consents import given_consents
from customers.models import ConsentEvent, ConsentKind, ConsentSource, Customer
from dealerships.models import Group, User
from lib import clock
from notifications.models import Message
from tests.booking.views.conftest import Visitor, said

PAGE = "/account/preferences/"


@pytest.fixture
def luc(visitor: Visitor) -> User:
    visitor.book()
    user = User.objects.create_user("luc@example.com")
    # Having asked for a visit implies consent for a while; here only what is answered counts.
    Customer.objects.update(user=user, inquired_at=None)
    visitor.client.force_login(user)
    return user


def answer(visitor: Visitor, said_: str, topic: str = "email:offers", **more: str) -> None:
    group = str(visitor.garage.dealership.group_id)
    data = {"topic": topic, "answer": said_, "group": group, **more}
    sent = visitor.client.post(f"{PAGE}consent/", data, headers={"user-agent": "Firefox " * 60})
    assert sent.headers["Location"] == PAGE


def test_nothing_is_agreed_to_beforehand(visitor: Visitor, luc: User) -> None:
    page = visitor.client.get(PAGE).content.decode()
    assert page.count('name="answer" value="yes"') == len(TOPICS)
    assert 'name="answer" value="no"' not in page


def test_a_yes_and_its_withdrawal_are_kept_with_their_proof(visitor: Visitor, luc: User) -> None:
    answer(visitor, "yes")
    yes = ConsentEvent.objects.get()
    assert (yes.kind, yes.source, yes.address, yes.user) == ("express", "account", "luc@example.com", luc)
    assert (yes.words_version, yes.language, yes.ip) == ("2026-11", "fr", "127.0.0.1")
    assert "Envoyez-moi vos offres" in yes.words
    assert "Laval" in yes.words
    assert len(yes.agent) == 200
    page = visitor.client.get(PAGE).content.decode()
    assert page.count('name="answer" value="no"') == 1
    answer(visitor, "no")  # one tap on the same page
    assert ConsentEvent.objects.latest("pk").kind == ConsentKind.WITHDRAWN
    assert not given_consents([Customer.objects.get()], at=clock.now())
    story = visitor.client.get(PAGE).content.decode().partition('<ol class="story">')[2]
    assert story.index(f"<strong>{said('No')}</strong>") < story.index(f"<strong>{said('Yes')}</strong>")


def test_the_same_answer_twice_is_kept_once(visitor: Visitor, luc: User) -> None:
    for said_ in ("no", "yes", "yes", "no", "no"):
        answer(visitor, said_)
    assert [event.kind for event in ConsentEvent.objects.all()] == ["express", "withdrawn"]


def test_a_yes_of_the_evening_is_dated_by_the_clock_there(visitor: Visitor, luc: User) -> None:
    ConsentEvent.objects.create(
        customer=Customer.objects.get(), channel="email", address="luc@example.com", purpose="offers",
        kind=ConsentKind.EXPRESS, source=ConsentSource.FORM, words="x", words_version="2026-11", language="fr",
        at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
    )  # fmt: skip
    page = visitor.client.get(PAGE).content.decode()
    assert said("yes since %(day)s") % {"day": "dimanche 22 novembre 2026"} in page


def test_a_yes_given_while_booking_can_be_withdrawn_here(visitor: Visitor, luc: User) -> None:
    twin = Customer.objects.get()
    twin.pk = None
    twin.save()
    ConsentEvent.objects.create(
        customer=Customer.objects.order_by("pk")[0], channel="email", address="luc@example.com", purpose="offers",
        kind=ConsentKind.EXPRESS, source=ConsentSource.FORM, words="x", words_version="2026-11", language="fr",
    )  # fmt: skip
    assert visitor.client.get(PAGE).content.decode().count('name="answer" value="no"') == 1
    answer(visitor, "no")
    assert visitor.client.get(PAGE).content.decode().count('name="answer" value="no"') == 0


@pytest.mark.parametrize(
    ("topic", "more"),
    [
        ("fax:offers", {}),
        ("email:survey", {}),
        ("", {}),
        ("email:offers", {"group": "999"}),
        ("email:offers", {"group": "x"}),
    ],
)
def test_what_nobody_is_asked_changes_nothing(
    visitor: Visitor, luc: User, topic: str, more: dict[str, str]
) -> None:
    answer(visitor, "yes", topic, **more)
    assert not ConsentEvent.objects.exists()


def test_another_group_s_consents_are_its_own(visitor: Visitor, luc: User) -> None:
    other = Group.objects.create(slug="other", name="Other")
    Customer.objects.create(group=other, name="Anne Roy", email="anne@example.com")
    answer(visitor, "yes", group=str(other.pk))
    assert not ConsentEvent.objects.exists()


def test_the_language_counts_for_the_pages_and_for_what_is_booked_next(visitor: Visitor, luc: User) -> None:
    sent = visitor.client.post(f"{PAGE}language/", {"language": "en"})
    assert sent.headers["Location"] == "/en/account/preferences/"
    assert visitor.client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    luc.refresh_from_db()
    assert (luc.language, Customer.objects.get().language) == ("en", "en")
    visitor.client.post(f"{PAGE}language/", {"language": "de"})
    luc.refresh_from_db()
    assert luc.language == "en"


def test_a_muted_channel_is_honoured_by_the_next_booking_and_not_by_this_one(
    visitor: Visitor, luc: User
) -> None:
    first = Appointment.objects.get()
    visitor.client.post(f"{PAGE}channels/", {"channel": ["email"]})
    first.refresh_from_db()
    assert (Customer.objects.get().muted_channels, first.muted_channels) == (["sms"], [])
    second = visitor.book(visitor.starts()[4])
    assert second.muted_channels == ["sms"]
    channels = Message.objects.filter(about=second.about).values_list("channel", flat=True)
    assert set(channels) == {"email"}


def test_nobody_is_left_without_any_way(visitor: Visitor, luc: User) -> None:
    sent = visitor.client.post(f"{PAGE}channels/", {}, follow=True)
    assert said("Keep at least one way, so that we can confirm.") in sent.content.decode()
    assert Customer.objects.get().muted_channels == []
    visitor.client.post(f"{PAGE}channels/", {"channel": ["sms"]})
    only_mail = visitor.book(visitor.starts()[4], phone="")
    assert only_mail.muted_channels == []


def test_reading_the_page_changes_nothing_and_posting_needs_the_account(visitor: Visitor, luc: User) -> None:
    for path in ("language/", "channels/", "consent/"):
        assert visitor.client.get(f"{PAGE}{path}").status_code == 405
        assert Visitor(visitor.garage).client.post(f"{PAGE}{path}").status_code == 302


def test_the_queries_do_not_grow_with_the_answers(visitor: Visitor, luc: User) -> None:
    answer(visitor, "yes")
    visitor.client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        visitor.client.get(PAGE)
    for topic in ("sms:offers", "email:maintenance_due", "sms:maintenance_due"):
        answer(visitor, "yes", topic)
    visitor.client.get(PAGE)
    with CaptureQueriesContext(connection) as four:
        visitor.client.get(PAGE)
    assert len(four) == len(one)


def test_what_is_implied_says_why_and_until_when_and_can_be_withdrawn(visitor: Visitor, luc: User) -> None:
    Customer.objects.update(served_at=clock.now() - timedelta(days=30))
    page = visitor.client.get(PAGE).content.decode()
    assert page.count('name="answer" value="no"') == len(TOPICS)
    assert said("The law implies it for two years after work was done for you.") in page
    answer(visitor, "no")
    page = visitor.client.get(PAGE).content.decode()
    assert page.count('name="answer" value="no"') == len(TOPICS) - 1


def test_a_yes_on_another_record_of_the_proved_address_is_shown_and_withdrawn(
    visitor: Visitor, luc: User
) -> None:
    record = Customer.objects.get()
    twin = Customer.objects.create(group=record.group, name="L. T.", email="luc@example.com")
    ConsentEvent.objects.create(
        customer=twin, channel="email", address="luc@example.com", purpose="offers", kind=ConsentKind.EXPRESS,
        source=ConsentSource.ACCOUNT, words="x", words_version="2026-11", language="fr",
    )  # fmt: skip
    assert visitor.client.get(PAGE).content.decode().count('name="answer" value="no"') == 1
    answer(visitor, "no")
    assert visitor.client.get(PAGE).content.decode().count('name="answer" value="no"') == 0
