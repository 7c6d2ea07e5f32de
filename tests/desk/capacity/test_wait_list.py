"""The wait-list on the desk: who waits, what they were offered, the declared exceptions."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from booking.actions.offers import decline_offer
from booking.models import CapacityPool, EntryState, PoolKind, WaitListEntry, WaitListOffer
from dealerships.models import Role
from lib import clock
from tests.booking.waiters import offer_of, wait, wait_with
from tests.desk.conftest import Workshop
from tests.garage import make_garage

URL = "/desk/boreal/capacity/wait-list/"


@pytest.fixture
def manager(sign_in):
    return sign_in(Role.MANAGER)


def noon(workshop: Workshop) -> datetime:
    today = clock.local(clock.now(), workshop.garage.dealership.zone).date()
    return clock.at_local(today, time(12), workshop.garage.dealership.zone)


def somebody(workshop: Workshop, name: str = "Ann Roy", **more) -> WaitListEntry:
    last = workshop.day + timedelta(days=4)
    return wait(workshop.garage, name, first=workshop.day, last=last, now=noon(workshop), **more)


def shut(workshop: Workshop) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(closed=True)


def listed(client) -> str:
    """The list of those who wait, without the rest of the page."""
    return client.get(URL).content.decode().split('<ol class="wl">')[1].split("</ol>")[0]


def test_nobody_waits_is_said(manager):
    assert gettext("Nobody waits") in manager.get(URL).content.decode()


def test_the_page_says_who_waits_for_what_since_when_and_what_was_offered(manager, workshop):
    entry = somebody(workshop, weekdays=(workshop.day.weekday(),), parts=("am",))
    page = manager.get(URL).content.decode()
    offer = offer_of(entry)
    place = clock.local(offer.starts_at, "America/Toronto")
    for fact in (
        "Ann Roy", "514 555-0123", "ann.roy@example.com", "Changement de pneus", "Honda Civic 2019",
        clock.say_short_date(workshop.day, "fr"),
        f"{clock.say_short_date(place, 'fr')} {clock.say_time(place, 'fr')}",
        clock.say_time(clock.local(offer.expires_at, "America/Toronto"), "fr"),
    ):  # fmt: skip
        assert fact in page, fact


def test_answers_stay_in_sight(manager, workshop):
    entry = somebody(workshop)
    decline_offer(offer=offer_of(entry), now=noon(workshop))
    page = manager.get(URL).content.decode()
    assert page.count('class="wl-place"') == entry.offers.count() == 2


def test_an_appointment_that_would_be_brought_forward_is_linked(manager, workshop):
    booked = workshop.garage.book(workshop.at(9) + timedelta(days=7), now=clock.now())
    wait_with(booked, first=workshop.day, last=workshop.day, now=noon(workshop))
    assert f"/desk/boreal/appointment/{booked.reference[:3]}-" in manager.get(URL).content.decode()


def test_who_is_put_first_comes_first_with_the_reason(manager, workshop):
    shut(workshop)
    ann, bob = somebody(workshop), somebody(workshop, "Bob Roy")
    manager.post(f"{URL}{bob.pk}/priority/", {"reason": "Rappel de sécurité"})

    page = listed(manager)
    assert page.index("Bob Roy") < page.index("Ann Roy")
    assert "Rappel de sécurité" in page
    bob.refresh_from_db()
    assert (bob.priority, bob.priority_by) == (1, manager.user)

    manager.post(f"{URL}{bob.pk}/priority/")
    page = listed(manager)
    assert page.index("Ann Roy") < page.index("Bob Roy")
    assert ann.offers.count() == 0


def test_taking_off_needs_a_reason_and_stays_in_sight(manager, workshop):
    entry = somebody(workshop)
    manager.post(f"{URL}{entry.pk}/remove/", {"reason": ""})
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING

    manager.post(f"{URL}{entry.pk}/remove/", {"reason": "Demandé par téléphone"})
    entry.refresh_from_db()
    assert entry.state == EntryState.LEFT
    assert offer_of(entry) is None
    assert "Demandé par téléphone" in manager.get(URL).content.decode()


def test_a_reason_is_cut_off_by_a_sentence_and_nothing_is_half_done(manager, workshop):
    entry = somebody(workshop)
    answer = manager.post(f"{URL}{entry.pk}/priority/", {"reason": "x" * 121}, follow=True)
    assert "120" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.priority == 0


def test_an_advisor_reads_and_changes_nothing(advisor, workshop):
    entry = somebody(workshop)
    page = advisor.get(URL).content.decode()
    assert "Ann Roy" in page
    assert "/priority/" not in page
    assert advisor.post(f"{URL}{entry.pk}/priority/", {"reason": "x"}).status_code == 403


def test_another_dealership_s_entries_are_not_there(manager, workshop):
    other = make_garage(slug="riviere", today=noon(workshop).date(), group=workshop.garage.dealership.group)
    theirs = wait(other, "Zoé Roy", first=workshop.day, last=workshop.day, now=noon(workshop))
    assert "Zoé Roy" not in manager.get(URL).content.decode()
    assert manager.post(f"{URL}{theirs.pk}/remove/", {"reason": "x"}).status_code == 404


def test_the_page_costs_the_same_for_one_and_for_many(manager, workshop):
    def cost() -> int:
        manager.get(URL)
        with CaptureQueriesContext(connection) as asked:
            manager.get(URL)
        return len(asked)

    somebody(workshop)
    one = cost()
    for number in range(5):
        somebody(workshop, f"Client {number}")
    assert WaitListOffer.objects.count() == 6
    assert cost() == one


def test_what_was_typed_is_not_markup(manager, workshop):
    somebody(workshop, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in manager.get(URL).content.decode()
