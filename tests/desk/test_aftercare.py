"""On the visit's panel: telling that the vehicle is ready, and what the customer said afterwards."""

from __future__ import annotations

import pytest

from booking.actions.history import staff
from booking.actions.progress import mark_arrived, mark_completed
from booking.actions.review import review_visit
from booking.models import EventKind
from notifications.models import Message


@pytest.fixture
def here(workshop, advisor):
    """A vehicle that is in the shop."""
    return mark_arrived(appointment=workshop.book(8), by=staff(advisor.user))


def card(client, visit):
    return client.get(f"/desk/boreal/appointment/{visit.reference}/")


def press(client, visit, step):
    url = f"/desk/boreal/appointment/{visit.reference}/{step}/"
    return client.post(url, {"version": visit.version})


def test_the_customer_is_told_once_by_a_button_that_goes_away(here, advisor):
    assert card(advisor, here).context["steps"] == ["ready", "completed", "undo"]

    assert press(advisor, here, "ready").status_code == 302
    press(advisor, here, "ready")

    assert sorted(Message.objects.filter(kind="ready").values_list("channel", flat=True)) == ["email", "sms"]
    [event] = here.events.filter(kind=EventKind.READY)
    assert event.user == advisor.user
    page = card(advisor, here)
    assert page.context["steps"] == ["completed", "undo"]
    assert "key-round" in {entry.icon for entry in page.context["history"]}


def test_what_has_not_come_cannot_be_ready(workshop, advisor):
    booked = workshop.book(8)
    assert "ready" not in card(advisor, booked).context["steps"]
    assert press(advisor, booked, "ready").status_code == 409
    assert not Message.objects.filter(kind="ready").exists()


@pytest.mark.parametrize(("score", "bad"), [(2, True), (5, False)])
def test_what_the_customer_said_is_on_the_panel(here, advisor, score, bad):
    assert card(advisor, here).context["rating"] is None
    done = mark_completed(appointment=here, by=staff(advisor.user))
    review_visit(appointment=done, score=score, words="Café <froid>")

    page = card(advisor, done)

    assert (page.context["rating"]["score"], page.context["rating"]["bad"]) == (score, bad)
    assert "Café &lt;froid&gt;" in page.content.decode()
    assert ("panel-note-late" in page.content.decode()) is bad
    assert "star" in {entry.icon for entry in page.context["history"]}
