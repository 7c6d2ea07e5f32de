"""Blocked numbers and addresses: seen where somebody looks, lifted by who may, never against a STOP."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from customers.models import AccessRecord
from dealerships.models import Group, Role
from notifications.flags import flags_for
from notifications.models import Suppression

PHONE = "+15145550123"


@pytest.fixture
def booked(workshop):
    return workshop.book(8)


def block(booked, channel="sms", address=PHONE, reason="unreachable", detail="30005 unknown handset"):
    return Suppression.objects.create(
        group=booked.dealership.group, channel=channel, address=address, reason=reason, detail=detail
    )


def addresses(booked):
    return [
        reverse("desk:appointment", args=["boreal", booked.reference]),
        reverse("desk:customer", args=[booked.customer_id]),
        reverse("desk:book", args=["boreal"]) + f"?customer={booked.customer_id}",
    ]


def unblock(client, channel="sms", address=PHONE, **more):
    return client.post(
        reverse("desk:messages-unblock", args=["boreal"]), {"channel": channel, "address": address, **more}
    )


def test_what_is_blocked_is_seen_on_every_page_of_the_customer(advisor, booked):
    for url in addresses(booked):
        assert 'class="alert alert-late flag"' not in advisor.get(url).content.decode()
    block(booked)
    block(booked, "email", "luc@example.com", "complained", "")
    for url in addresses(booked):
        page = advisor.get(url).content.decode()
        assert page.count('class="alert alert-late flag"') == 2, url
        assert "30005 unknown handset" in page


def test_it_is_seen_while_it_is_typed(advisor, booked):
    block(booked)
    url = reverse("desk:messages-flags", args=["boreal"])
    page = advisor.post(url, {"phone": "514 555-0123", "email": ""}).content.decode()
    assert page.count("alert-late") == 1
    assert "<form" not in page  # it stands inside one
    for half in ("514 555", "", "abc"):
        assert "alert-late" not in advisor.post(url, {"phone": half, "email": "luc@"}).content.decode()


def test_who_gave_word_is_written_to_again_and_it_is_kept_who_said_so(advisor, booked):
    block(booked)
    answer = unblock(advisor, customer=booked.customer_id, back=addresses(booked)[0])
    assert answer.url == addresses(booked)[0]
    assert not Suppression.objects.exists()
    kept = AccessRecord.objects.get(kind=AccessRecord.Kind.UNBLOCK)
    assert (kept.user, kept.customer_id) == (advisor.user, booked.customer_id)
    assert kept.words == f"sms {PHONE} (unreachable)"
    unblock(advisor)
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.UNBLOCK).count() == 1


def test_a_stop_is_never_lifted_here(advisor, booked):
    block(booked, reason="asked", detail="")
    page = advisor.get(addresses(booked)[0]).content.decode()
    assert reverse("desk:messages-unblock", args=["boreal"]) not in page
    assert gettext("They answered STOP. Only the word START from this telephone begins it again.") in page
    unblock(advisor)
    assert Suppression.objects.exists()
    assert not AccessRecord.objects.filter(kind=AccessRecord.Kind.UNBLOCK).exists()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "nowhere", "desk:nowhere"]
)
def test_nobody_is_sent_elsewhere_afterwards(advisor, booked, back):
    block(booked)
    assert unblock(advisor, back=back).url.startswith("/desk/boreal/")


def test_odd_fields_are_no_fault_of_ours(advisor, booked):
    block(booked)
    for channel, address, customer in (("\0", PHONE, "1"), ("sms", "\0", "x"), ("fax", "9" * 9000, "9" * 30)):
        assert unblock(advisor, channel, address, customer=customer).status_code == 302
    assert Suppression.objects.exists()


def test_parts_sees_it_and_has_no_button(sign_in, booked):
    block(booked)
    parts = sign_in(Role.PARTS)
    page = parts.get(addresses(booked)[0]).content.decode()
    assert "alert-late flag" in page
    assert reverse("desk:messages-unblock", args=["boreal"]) not in page
    assert unblock(parts).status_code == 403


def test_another_group_s_blocks_are_its_own(advisor, booked):
    other = Group.objects.create(slug="autre", name="Autre")
    Suppression.objects.create(group=other, channel="sms", address=PHONE, reason="unreachable")
    assert "alert-late flag" not in advisor.get(addresses(booked)[0]).content.decode()
    unblock(advisor)
    assert Suppression.objects.exists()


def test_flags_cost_one_query_and_none_without_an_address(booked, django_assert_num_queries):
    block(booked)
    group = booked.dealership.group
    with django_assert_num_queries(1):
        (flag,) = flags_for(group=group, phone=PHONE, email="Luc@Example.com")
    assert (flag.channel, flag.may_be_lifted) == ("sms", True)
    with django_assert_num_queries(0):
        assert flags_for(group=group) == []
