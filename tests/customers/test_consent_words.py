"""What people are asked to agree to: words in both languages, and who asks."""

from __future__ import annotations

import pytest

from customers.consent_words import (
    CONSENT_WORDS,
    TOPICS,
    Sender,
    Topic,
    read_topic,
    sender_of,
    shown_words,
)
from dealerships.models import Dealership, Group

OFFERS = Topic("email", "offers")
SENDER = Sender(
    "Garage Boréal", "1234, boul. des Laurentides, Laval (QC) H7M 2Y1", "+14505550134", "a@b.example"
)


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
