"""The draft in the session, written by several tabs of one browser at the same time."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from booking.views.draft import load_draft, reload_draft, save_draft
from booking.views.journey import Journey, start_journey
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor


def tab(visitor: Visitor) -> Journey:
    """A request that began now in the visitor's browser and is not answered yet."""
    request: HttpRequest = RequestFactory().post(visitor.url("book/"))
    request.session = SessionStore(visitor.client.session.session_key)
    request.user = AnonymousUser()
    return start_journey(request, visitor.garage.dealership.slug)


def stored(visitor: Visitor) -> dict:
    return visitor.client.session[f"draft:{visitor.garage.dealership.slug}"]


@pytest.fixture
def begun(visitor: Visitor) -> Visitor:
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", TIRES)
    return visitor


def test_two_tabs_that_write_different_steps_undo_nothing_of_each_other(begun: Visitor) -> None:
    one, other = tab(begun), tab(begun)
    one.draft.note = "Clé dans la boîte"
    other.draft.contact = dict(LUC)
    other.save()
    one.save()
    assert (stored(begun)["note"], stored(begun)["contact"]) == ("Clé dans la boîte", LUC)
    # Whoever wrote goes on with both.
    assert one.draft.contact == LUC


def test_of_two_tabs_that_write_the_same_answer_the_last_one_counts(begun: Visitor) -> None:
    one, other = tab(begun), tab(begun)
    one.draft.note, other.draft.note = "un", "deux"
    one.save()
    other.save()
    assert stored(begun)["note"] == "deux"


def test_an_answer_that_a_tab_empties_is_emptied(begun: Visitor) -> None:
    one = tab(begun)
    one.draft.services = []
    one.save()
    assert stored(begun)["services"] == []


def test_what_else_the_session_holds_survives_a_tab_that_began_before_it(begun: Visitor) -> None:
    one = tab(begun)
    session = begun.client.session
    session["links"] = {"boreal": "digest"}
    session.save()
    one.draft.note = "x"
    one.save()
    assert begun.client.session["links"] == {"boreal": "digest"}
    assert not one.request.session.modified


def test_what_a_request_has_written_to_its_session_besides_is_kept(begun: Visitor) -> None:
    one = tab(begun)
    one.request.session["seeker"] = "me"
    one.draft.note = "x"
    one.save()
    one.request.session.save()
    assert (begun.client.session["seeker"], stored(begun)["note"]) == ("me", "x")


@pytest.mark.parametrize("busy", [False, True])
def test_a_draft_that_was_booked_meanwhile_does_not_come_back(begun: Visitor, busy: bool) -> None:
    one = tab(begun)
    if busy:
        one.request.session["seeker"] = "me"
    begun.book()
    one.draft.note = "x"
    one.save()
    one.request.session.save()
    assert not begun.client.session.get(f"draft:{begun.garage.dealership.slug}")


def test_a_draft_that_is_filled_anew_takes_the_place_of_any_other(begun: Visitor) -> None:
    one = tab(begun)
    fresh = type(one.draft)(note="new")
    save_draft(one.request, one.dealership, fresh)
    one.request.session.save()
    assert stored(begun)["note"] == "new"
    assert stored(begun)["services"] == []
    assert "loaded" not in stored(begun)


def test_who_was_busy_reads_the_draft_again(begun: Visitor) -> None:
    one = tab(begun)
    other = tab(begun)
    other.draft.note = "x"
    other.save()
    assert one.draft.note == ""
    assert one.reread().draft.note == "x"
    # Not over what the request has written itself.
    one.request.session["seeker"] = "me"
    assert reload_draft(one.request, one.dealership).note == "x"
    assert one.request.session["seeker"] == "me"


def test_a_session_that_is_gone_is_as_a_first_visit(begun: Visitor) -> None:
    one = tab(begun)
    begun.client.session.delete()
    one.draft.note = "x"
    one.save()
    assert load_draft(one.request, one.dealership).note == "x"
