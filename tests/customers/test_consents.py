"""Consents: what was answered, by which words, and whether it still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, transaction

from customers.actions.consents import record_consent, withdraw_consents, withdraw_for_address
from customers.consent_words import TOPICS, WORDS_VERSION, Topic
from customers.consents import (
    Dealings,
    Place,
    Standing,
    all_standings,
    consent_history,
    given_consents,
    may_send,
    which_stands,
)
from customers.models import ConsentEvent, ConsentKind, Customer
from dealerships.models import Group, User

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFERS = Topic("email", "offers")


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


def stands(customer: Customer, *, hours: float = 0, address: str = "luc@example.com") -> bool:
    at = NOW + timedelta(hours=hours)
    return may_send(customer=customer, topic=OFFERS, address=address, at=at)


def test_the_newest_answer_counts(luc: Customer) -> None:
    yes = answer(luc)
    assert stands(luc)
    no = answer(luc, ConsentKind.WITHDRAWN, now=NOW + timedelta(minutes=1))
    assert not stands(luc, hours=1)
    assert stands(luc)  # what was said later says nothing about before
    assert list(consent_history([luc])) == [no, yes]


def test_nobody_who_never_answered_is_written_to(luc: Customer) -> None:
    assert not stands(luc)
    answer(luc)
    assert not stands(luc, address="")
    luc.erased_at = NOW
    assert not stands(luc)


def test_nothing_is_implied_for_an_address_that_is_not_the_record_s(luc: Customer) -> None:
    luc.served_at = luc.inquired_at = NOW
    assert stands(luc, hours=1)
    assert stands(luc, hours=1, address="LUC@example.com")
    assert not stands(luc, hours=1, address="mother@example.com")
    answer(luc, address="mother@example.com")
    assert stands(luc, hours=1, address="mother@example.com")


def test_an_address_is_the_same_in_capitals(luc: Customer) -> None:
    answer(luc, address="Luc@Example.com")
    assert stands(luc, address="LUC@example.com")


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
    event = ConsentEvent(pk=1, kind=kind, source="import", at=NOW)
    found = which_stands([event], at=NOW + timedelta(days=days))
    assert (found.given, found.ground, found.since) == (holds, kind, NOW)


@pytest.mark.parametrize(
    ("dealings", "days", "holds"),
    [
        (Dealings(served_at=NOW), 729, True),
        (Dealings(served_at=NOW), 730, False),
        (Dealings(inquired_at=NOW), 180, True),
        (Dealings(inquired_at=NOW), 181, False),
        (Dealings(served_at=NOW - timedelta(days=725), inquired_at=NOW), 100, True),
        (Dealings(served_at=NOW + timedelta(days=3)), 1, False),
        (Dealings(), 0, False),
    ],
)
def test_work_and_inquiries_imply_consent_for_a_while(dealings: Dealings, days: int, holds: bool) -> None:
    assert which_stands([], dealings, at=NOW + timedelta(days=days)).given is holds


def test_what_implies_consent_says_so_and_until_when(luc: Customer) -> None:
    luc.served_at = NOW
    found = all_standings([luc], at=NOW + timedelta(days=1))[Place(luc.group_id, OFFERS, "luc@example.com")]
    assert found == Standing(
        given=True, ground=ConsentKind.IMPLIED_PURCHASE, since=NOW, until=NOW + timedelta(days=730)
    )


def test_nothing_implied_takes_a_no_back_and_a_yes_outlives_it(luc: Customer) -> None:
    later = NOW + timedelta(days=1)
    no = ConsentEvent(pk=1, kind="withdrawn", source="message", at=NOW)
    bought = ConsentEvent(pk=2, kind="implied_purchase", source="import", at=later)
    served = Dealings(served_at=later, inquired_at=later)
    assert not which_stands([no, bought], served, at=later).given
    yes = ConsentEvent(pk=3, kind="express", source="account", at=later)
    found = which_stands([yes, bought, no], served, at=NOW + timedelta(days=4000))
    assert (found.given, found.ground, found.until) == (True, "express", None)


def test_an_old_address_takes_its_answers_with_it(luc: Customer) -> None:
    answer(luc)
    luc.email = "luc@elsewhere.example"
    luc.save()
    assert not stands(luc, address=luc.email)
    assert stands(luc)  # the old one said yes, and can still take it back
    assert Place(luc.group_id, OFFERS, "luc@example.com") in given_consents([luc], at=NOW)


def test_senders_go_by_the_address_whichever_record_it_is_on(luc: Customer) -> None:
    twin = Customer.objects.create(group=luc.group, name="L. Tremblay", email="luc@example.com")
    answer(luc)
    assert stands(twin)
    answer(twin, ConsentKind.WITHDRAWN, now=NOW + timedelta(hours=1))
    assert not stands(luc, hours=1)
    elsewhere = Group.objects.create(slug="other", name="Other")
    stranger = Customer.objects.create(group=elsewhere, name="Luc Tremblay", email="luc@example.com")
    assert not stranger.consents.exists()
    assert not stands(stranger)


def test_pages_are_told_of_another_record_s_answers_for_a_proved_address_only(luc: Customer) -> None:
    twin = Customer.objects.create(group=luc.group, name="L. Tremblay", email="luc@example.com")
    answer(twin)
    place = Place(luc.group_id, OFFERS, "luc@example.com")
    assert not all_standings([luc], at=NOW)[place].given
    assert all_standings([luc], at=NOW, proved=["luc@example.com"])[place].given


def test_a_yes_after_another_record_s_no_is_written_down_again(luc: Customer) -> None:
    twin = Customer.objects.create(group=luc.group, name="L. Tremblay", email="luc@example.com")
    answer(luc)
    answer(twin, ConsentKind.WITHDRAWN, now=NOW + timedelta(hours=1))
    answer(luc, now=NOW + timedelta(hours=2))
    assert stands(luc, hours=3)


def test_a_withdrawal_by_address_counts_on_every_record_and_twice_is_the_same(luc: Customer) -> None:
    twin = Customer.objects.create(group=luc.group, name="L. Tremblay", email="Luc@Example.com")
    other = Customer.objects.create(group=luc.group, name="Anne Roy", email="anne@example.com")
    answer(luc)
    answer(luc, purpose="maintenance_due")
    said = {
        "group": luc.group,
        "channel": "email",
        "address": "LUC@example.com",
        "words": "x",
        "language": "fr",
    }
    assert withdraw_for_address(**said, purpose="offers") == 2
    assert withdraw_for_address(**said, purpose="offers") == 2
    kept = ConsentEvent.objects.filter(kind=ConsentKind.WITHDRAWN)
    assert {(one.customer, one.purpose, one.source) for one in kept} == {
        (luc, "offers", "message"), (twin, "offers", "message"),
    }  # fmt: skip
    assert kept.count() == 2
    # Without a purpose, everything by that channel; and whose message it was is named, whatever their record has.
    assert withdraw_for_address(**said, customer=other) == 3
    assert kept.filter(purpose="maintenance_due").count() == 3


def test_withdrawing_all_takes_back_every_yes_once(luc: Customer) -> None:
    answer(luc)
    answer(luc, channel="sms", address="+15145550123")
    answer(luc, "implied_purchase", purpose="maintenance_due", address="old@example.com")
    said = {"customer": luc, "language": "fr", "ip": "", "agent": ""}
    assert withdraw_consents(**said) == 3
    assert withdraw_consents(**said) == 0
    assert ConsentEvent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 3


def test_taking_everything_back_includes_what_is_implied(luc: Customer) -> None:
    luc.served_at = NOW
    assert withdraw_consents(customer=luc, language="fr") == len(TOPICS)
    assert not given_consents([luc], at=NOW + timedelta(days=365))


def test_standings_are_read_in_one_query(luc: Customer, django_assert_num_queries: Any) -> None:
    for topic in TOPICS:
        answer(luc, channel=topic.channel, purpose=topic.purpose,
               address="luc@example.com" if topic.channel == "email" else "+15145550123")  # fmt: skip
    with django_assert_num_queries(1):
        assert {place.topic for place in given_consents([luc], at=NOW)} == set(TOPICS)
    with django_assert_num_queries(1):
        assert stands(luc)


def test_a_guest_who_ticks_a_box_for_an_address_does_not_take_back_its_owner_s_no(luc: Customer) -> None:
    stranger = Customer.objects.create(group=luc.group, name="X Y", email="luc@example.com")
    answer(luc, "withdrawn")
    answer(stranger, source="form", now=NOW + timedelta(hours=1))
    assert not stands(luc, hours=2)
    # The same words by somebody who has proved it is another answer.
    user = User.objects.create_user("luc@example.com")
    answer(stranger, source="form", user=user, now=NOW + timedelta(hours=3))
    assert stands(luc, hours=4)
    # Proved once, a yes from the form counts like any other.
    answer(stranger, source="form", words_version="other", now=NOW + timedelta(hours=5))
    assert stands(luc, hours=6)


def test_every_yes_that_stands_is_found_for_whichever_address_it_was_given(luc: Customer) -> None:
    answer(luc)
    answer(luc, address="old@example.com")
    answer(luc, address="older@example.com")
    answer(luc, "withdrawn", address="older@example.com", now=NOW + timedelta(hours=1))
    found = given_consents([luc], at=NOW + timedelta(hours=2))
    assert {place.address for place in found} == {"luc@example.com", "old@example.com"}
