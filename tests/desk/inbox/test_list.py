"""Who is listed in the inbox, in which order, and for whom."""

from __future__ import annotations

import re
from datetime import timedelta

from customers.models import Customer
from dealerships.models import Role, StaffMember
from lib import clock
from notifications.actions.conversations import address_of
from notifications.models import ERASED_ADDRESS, Channel, Conversation, Message
from tests.desk.conftest import open_workshop
from tests.desk.inbox.pages import listed, send, somebody, url
from tests.notifications.threads import came_in


def test_who_waits_longest_comes_first_then_what_is_unread_then_the_newest(workshop, advisor):
    now = clock.now()
    somebody(workshop, 1, at=now - timedelta(minutes=1), for_the_desk=False)
    somebody(workshop, 2, at=now - timedelta(minutes=5))
    somebody(workshop, 3, at=now - timedelta(hours=3))
    old = somebody(workshop, 4, at=now - timedelta(days=2), for_the_desk=False)
    Conversation.objects.filter(pk=old.pk).update(unread=1)
    page = advisor.get("/desk/boreal/messages/")
    assert listed(page) == ["Client 3", "Client 2", "Client 4", "Client 1"]
    waiting = [row.waiting.replace("\u00a0", " ") for row in page.context["rows"]]
    assert waiting == ["3 h", "5 min", "", ""]


def test_the_list_shows_all_who_waits_or_mine(workshop, advisor):
    mine, waiting = somebody(workshop, 1, for_the_desk=False), somebody(workshop, 2)
    julie = StaffMember.objects.get(user=advisor.user)
    Conversation.objects.filter(pk=mine.pk).update(assigned_to=julie)
    assert listed(advisor.get("/desk/boreal/messages/?show=mine")) == ["Client 1"]
    assert listed(advisor.get("/desk/boreal/messages/?show=waiting")) == ["Client 2"]
    page = advisor.get("/desk/boreal/messages/?show=nonsense")
    assert len(listed(page)) == 2
    assert [(tab.show, tab.count, tab.current) for tab in page.context["tabs"]] == [
        ("all", 2, True), ("waiting", 1, False), ("mine", 1, False),
    ]  # fmt: skip
    assert waiting.pk


def test_it_says_whose_the_last_words_are_and_which_numbers_nobody_knows(workshop, advisor, thread):
    came_in(workshop.garage.dealership, "allo", sender="+15145550199")
    send(advisor, thread)
    rows = {row.who: row for row in advisor.get("/desk/boreal/messages/").context["rows"]}
    assert (rows["Luc Tremblay"].ours, rows["Luc Tremblay"].words) == (True, "Oui, à 15 h.")
    unknown = rows["514 555-0199"]
    assert (unknown.ours, unknown.unknown) == (False, True)


def test_the_list_costs_the_same_queries_with_one_conversation_or_three(
    workshop, advisor, django_assert_num_queries
):
    somebody(workshop, 1)
    advisor.get("/desk/boreal/messages/")
    with django_assert_num_queries(8):
        advisor.get("/desk/boreal/messages/")
    somebody(workshop, 2)
    somebody(workshop, 3)
    with django_assert_num_queries(8):
        advisor.get("/desk/boreal/messages/")


def test_htmx_gets_the_rows_and_the_count_alone(workshop, advisor, thread):
    page = advisor.get("/desk/boreal/messages/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'hx-swap-oob="true"' in page
    assert "Luc Tremblay" in page


def test_the_bar_of_every_page_says_in_how_many_something_is_unread(workshop, advisor, thread):
    day = f"/desk/boreal/day/{workshop.day}/"
    page = advisor.get(day)
    assert page.context["inbox_unread"]() == 1
    assert 'id="inbox-badge"' in page.content.decode()
    update = advisor.get(day, headers={"HX-Request": "true", "HX-Target": "board"}).content.decode()
    assert re.search(r'id="inbox-badge"[^>]*hx-swap-oob="true"', update)
    advisor.get(url(thread))
    assert advisor.get(day).context["inbox_unread"]() == 0


def test_parts_see_neither_the_bar_s_count_nor_the_pages(workshop, sign_in, thread):
    parts = sign_in(Role.PARTS)
    assert "inbox-badge" not in parts.get(f"/desk/boreal/day/{workshop.day}/").content.decode()
    assert parts.get("/desk/boreal/messages/").status_code == 403
    assert parts.get(url(thread)).status_code == 403


def test_an_address_that_nobody_knows_is_no_number(workshop, advisor):
    unknown = came_in(
        workshop.garage.dealership, "allo", sender="qui@example.com", channel=Channel.EMAIL
    ).conversation
    assert "unknown address" in advisor.get("/en/desk/boreal/messages/").content.decode()
    page = advisor.get(f"/en{url(unknown)}").content.decode()
    assert "Unknown address" in page
    assert "number" not in page.partition("thread-side")[2].partition("</aside>")[0]


def test_a_number_that_was_forgotten_is_nobody_s(workshop, advisor):
    gone = Conversation.objects.create(
        dealership=workshop.garage.dealership, address=f"{ERASED_ADDRESS}7", channel="sms"
    )
    for path in ("/desk/boreal/messages/", url(gone)):
        page = advisor.get(path).content.decode()
        assert ERASED_ADDRESS not in page
    assert address_of(gone, "sms") == ""
    assert send(advisor, gone).status_code == 422
    assert not Message.objects.filter(about=gone.about).exists()


def test_another_dealerships_and_another_groups_are_not_there(workshop, advisor, thread):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    theirs = somebody(elsewhere, 9)
    assert "Client 9" not in advisor.get("/desk/boreal/messages/").content.decode()
    for path in ("", "assign/", "done/", "act/confirm/"):
        assert advisor.post(url(theirs, path)).status_code == 404
    assert advisor.get(url(theirs)).status_code == 404
    stranger = Customer.objects.create(
        group=elsewhere.garage.dealership.group, name="X", phone="+15145550188"
    )
    other = type(stranger.group).objects.create(slug="autre", name="Autre")
    Customer.objects.filter(pk=stranger.pk).update(group=other)
    assert advisor.get(f"/desk/boreal/messages/to/{stranger.pk}/").status_code == 404
