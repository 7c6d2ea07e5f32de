"""Consents: what was answered, by which words, and whether it still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, transaction

from customers.actions.consents import record_consent, withdraw_consents
from customers.consents import (
    CONSENT_WORDS,
    TOPICS,
    WORDS_VERSION,
    Sender,
    Topic,
    consent_history,
    current_consents,
    given_consents,
    is_given,
    may_send,
    read_topic,
    sender_of,
    shown_words,
)
from customers.models import ConsentEvent, ConsentKind, Customer
from dealerships.models import Dealership, Group

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFERS = Topic("email", "offers")
SENDER = Sender(
    "Garage Boréal", "1234, boul. des Laurentides, Laval (QC) H7M 2Y1", "+14505550134", "a@b.example"
)


@pytest.fixture
def luc(db: None) -> Customer:
    group = Group.objects.create(slug="groupe", name="Groupe")
    return Customer.objects.create(
        group=group, name="Luc Tremblay", phone="+15145550123", email="luc@example.com"
    )


def answer(customer: Customer, kind: str = "express", **more: Any) -> ConsentEvent:
    said = {
        "channel": "email", "address": "luc@example.com", "purpose": "offers", "source": "account",
        "words": "Envoyez-moi vos offres.", "words_version": WORDS_VERSION, "language": "fr", "ip": "203.0.113.7",
        "agent": "Firefox", "now": NOW,
    }  # fmt: skip
    return record_consent(customer=customer, kind=kind, **{**said, **more})


def test_every_topic_has_words_in_both_languages_that_fit_their_column() -> None:
    for topic in TOPICS:
        assert set(CONSENT_WORDS[topic]) == {"fr", "en"}
        for language in ("fr", "en"):
            words = shown_words(topic, SENDER, language)
            assert len(words) <= 1000
            assert all(part in words for part in ("Garage Boréal", "Laval", "a@b.example"))


def test_the_sender_is_the_place_and_its_group_with_every_way_to_reach_it() -> None:
    place = Dealership(
        group=Group(name="Groupe Boréal"), name="Boréal Laval", address_line="1, rue A", city="Laval",
        postal_code="H7M 2Y1", phone="+14505550134", email="a@b.example",
    )  # fmt: skip
    assert sender_of(place) == Sender(
        "Boréal Laval (Groupe Boréal)", "1, rue A, Laval (QC) H7M\u00a02Y1", "+14505550134", "a@b.example"
    )


@pytest.mark.parametrize("text", ["", "email", "email:nothing", "fax:offers", "email:offers:more"])
def test_what_is_no_topic_is_read_as_none(text: str) -> None:
    assert read_topic(text) is None
    assert read_topic("email:offers") == OFFERS


def test_the_newest_answer_counts(luc: Customer) -> None:
    yes = answer(luc)
    assert current_consents(luc) == {OFFERS: yes}
    assert is_given(yes, at=NOW)
    no = answer(luc, ConsentKind.WITHDRAWN, now=NOW + timedelta(minutes=1))
    assert current_consents(luc) == {OFFERS: no}
    assert not is_given(no, at=NOW + timedelta(minutes=1))
    assert list(consent_history([luc])) == [no, yes]


def test_the_same_answer_twice_is_written_once(luc: Customer) -> None:
    assert answer(luc) == answer(luc, now=NOW + timedelta(days=1))
    assert ConsentEvent.objects.count() == 1
    answer(luc, words_version="2027-01")
    assert ConsentEvent.objects.count() == 2


def test_an_answer_keeps_its_proof(luc: Customer) -> None:
    kept = ConsentEvent.objects.get(pk=answer(luc, agent="x" * 900, words="y" * 1500).pk)
    assert (kept.ip, kept.language, kept.words_version, kept.at) == ("203.0.113.7", "fr", WORDS_VERSION, NOW)
    assert (len(kept.agent), len(kept.words)) == (200, 1000)
    assert answer(luc, ConsentKind.WITHDRAWN, ip="").ip is None


def test_an_answer_is_never_changed_nor_removed(luc: Customer) -> None:
    kept = answer(luc)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        ConsentEvent.objects.filter(pk=kept.pk).update(kind="withdrawn")
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        kept.delete()


@pytest.mark.parametrize(("more"), [{"channel": "fax"}, {"purpose": "survey"}, {"address": ""}])
def test_what_nobody_is_asked_about_is_not_written(luc: Customer, more: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="nobody is asked"):
        answer(luc, **more)
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize(
    ("kind", "days", "holds"),
    [
        ("express", 5000, True),
        ("implied_purchase", 729, True),
        ("implied_purchase", 730, False),
        ("implied_inquiry", 180, True),
        ("implied_inquiry", 181, False),
        ("withdrawn", 0, False),
    ],
)
def test_implied_consent_ends_by_itself_and_express_consent_does_not(
    kind: str, days: int, holds: bool
) -> None:
    assert is_given(ConsentEvent(kind=kind, at=NOW), at=NOW + timedelta(days=days)) is holds
    assert not is_given(None, at=NOW)


def test_an_old_address_takes_its_answers_with_it(luc: Customer) -> None:
    answer(luc)
    luc.email = "luc@elsewhere.example"
    luc.save()
    assert current_consents(luc) == {}


def test_senders_go_by_the_address_whichever_record_it_is_on(luc: Customer) -> None:
    twin = Customer.objects.create(group=luc.group, name="L. Tremblay", email="luc@example.com")
    answer(luc)
    asked = {"group_id": luc.group_id, "topic": OFFERS, "address": "luc@example.com"}
    assert may_send(**asked, at=NOW)
    answer(twin, ConsentKind.WITHDRAWN, now=NOW + timedelta(hours=1))
    assert not may_send(**asked, at=NOW + timedelta(hours=1))
    elsewhere = Group.objects.create(slug="other", name="Other")
    assert not may_send(group_id=elsewhere.pk, topic=OFFERS, address="luc@example.com", at=NOW)


def test_withdrawing_all_takes_back_every_yes_once(luc: Customer) -> None:
    answer(luc)
    answer(luc, channel="sms", address="+15145550123")
    answer(luc, "implied_purchase", purpose="maintenance_due", address="old@example.com")
    said = {"customer": luc, "language": "fr", "ip": "", "agent": ""}
    assert withdraw_consents(**said) == 3
    assert withdraw_consents(**said) == 0
    assert ConsentEvent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 3


def test_current_consents_are_read_in_one_query(luc: Customer, django_assert_num_queries: Any) -> None:
    for topic in TOPICS:
        answer(luc, channel=topic.channel, purpose=topic.purpose,
               address="luc@example.com" if topic.channel == "email" else "+15145550123")  # fmt: skip
    with django_assert_num_queries(1):
        assert set(current_consents(luc)) == set(TOPICS)


def test_a_guest_who_ticks_a_box_for_an_address_does_not_take_back_its_owner_s_no(luc: Customer) -> None:
    stranger = Customer.objects.create(group=luc.group, name="X Y", email="luc@example.com")
    asked = {"group_id": luc.group_id, "topic": OFFERS, "address": "luc@example.com"}
    answer(luc, "withdrawn")
    answer(stranger, source="form", now=NOW + timedelta(hours=1))
    assert not may_send(**asked, at=NOW + timedelta(hours=2))
    answer(luc, source="account", now=NOW + timedelta(hours=3))
    assert may_send(**asked, at=NOW + timedelta(hours=4))
    # Proved once, a yes from the form counts like any other.
    answer(stranger, source="form", words_version="other", now=NOW + timedelta(hours=5))
    assert may_send(**asked, at=NOW + timedelta(hours=6))


def test_every_yes_that_stands_is_found_for_whichever_address_it_was_given(luc: Customer) -> None:
    answer(luc)
    answer(luc, address="old@example.com")
    answer(luc, address="older@example.com")
    answer(luc, "withdrawn", address="older@example.com", now=NOW + timedelta(hours=1))
    found = given_consents([luc], at=NOW + timedelta(hours=2))
    assert {event.address for event in found} == {"luc@example.com", "old@example.com"}
