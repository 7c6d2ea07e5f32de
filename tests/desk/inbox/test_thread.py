"""What a thread shows, and what can be done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Status
from customers.models import AccessRecord
from dealerships.models import Role, StaffMember
from lib import clock
from notifications.models import Channel, Message, State
from tests.desk.inbox.pages import send, somebody, url
from tests.notifications.threads import came_in


@pytest.mark.parametrize(
    ("files", "said"), [(1, "1 fichier joint n’a"), (3, "3 fichiers joints n’ont"), (0, "")]
)
def test_files_that_came_with_an_e_mail_are_told_and_not_kept(advisor, thread, files, said):
    thread.incoming.update(files=files)
    page = advisor.get(url(thread)).content.decode()
    assert (said in page) if said else ("joint" not in page)


def test_a_thread_costs_the_same_queries_with_one_message_or_many(
    workshop, advisor, thread, django_assert_num_queries
):
    send(advisor, thread)
    advisor.get(url(thread))
    with django_assert_num_queries(19):
        advisor.get(url(thread))
    for number in range(3):
        send(advisor, thread, words=f"encore {number}")
        came_in(workshop.garage.dealership, f"merci {number}", customer=thread.customer, for_the_desk=False)
    with django_assert_num_queries(19):
        advisor.get(url(thread))


def test_opening_reads_it_keeps_the_opening_and_leaves_it_waiting(workshop, advisor, thread):
    advisor.get(url(thread))
    thread.refresh_from_db()
    assert thread.unread == 0
    assert thread.waiting_since
    [opening] = AccessRecord.objects.all()
    assert (opening.customer, opening.user, opening.words) == (thread.customer, advisor.user, "messages")


def test_a_thread_has_both_sides_over_both_ways_with_what_became_of_each(workshop, advisor, thread, booked):
    now = clock.now()
    Message.objects.filter(kind="confirmation", channel=Channel.SMS).update(
        state=State.DELIVERED, sent_at=now - timedelta(hours=1), delivered_at=now - timedelta(hours=1)
    )
    Message.objects.filter(kind="confirmation", channel=Channel.EMAIL).update(
        state=State.FAILED, created_at=now - timedelta(minutes=50)
    )
    send(advisor, thread, words="Oui,\nà 15 h.")
    page = advisor.get(url(thread))
    lines = page.context["lines"]
    assert [(line.side, line.state, line.mood) for line in lines] == [
        ("auto", "livré", ""), ("auto", "non livré", "late"), ("theirs", "", ""), ("ours", "prévu", ""),
    ]  # fmt: skip
    shown = page.content.decode()
    assert "Oui,<br>à 15 h." in shown
    # What opens the customer's own pages is not shown to anybody else.
    assert "/m/" not in "".join(line.words for line in lines)
    assert [one.title for one in page.context["planned"]]


def test_what_was_called_off_unsent_is_not_in_the_thread(workshop, advisor, thread):
    Message.objects.all().update(state=State.CANCELLED)
    page = advisor.get(url(thread))
    assert [line.side for line in page.context["lines"]] == ["theirs"]
    assert page.context["planned"] == []


def test_it_is_assigned_and_marked_as_done_and_put_back(workshop, advisor, thread):
    julie = StaffMember.objects.get(user=advisor.user)
    advisor.post(url(thread, "assign/"), {"member": julie.pk})
    thread.refresh_from_db()
    assert thread.assigned_to == julie
    for nobody in ("999999", "9" * 5000, "julie"):
        assert advisor.post(url(thread, "assign/"), {"member": nobody}).status_code == 404
    advisor.post(url(thread, "assign/"), {"member": ""})
    advisor.post(url(thread, "done/"))
    thread.refresh_from_db()
    assert (thread.assigned_to, thread.waiting_since) == (None, None)
    advisor.post(url(thread, "done/"), {"again": "1"})
    thread.refresh_from_db()
    assert thread.waiting_since


def test_what_the_customer_asks_for_is_the_first_suggestion_and_works(workshop, advisor, thread, booked):
    def first(words):
        came_in(workshop.garage.dealership, words, customer=thread.customer)
        return next(one for one in advisor.get(url(thread)).context["side"].suggestions if one.first)

    assert first("déplacer svp").url.endswith(f"/{booked.reference}/move/")
    assert first("oui").url == url(thread, "act/confirm/")
    advisor.post(url(thread, "act/confirm/"))
    booked.refresh_from_db()
    assert booked.status == Status.CONFIRMED


def test_who_is_late_is_put_on_the_board_from_the_thread(workshop, advisor, thread, booked):
    now = clock.now()
    type(booked).objects.filter(pk=booked.pk).update(starts_at=now, ready_at=now + timedelta(hours=2))
    came_in(workshop.garage.dealership, "en retard de 28 min", customer=thread.customer)
    [late] = [one for one in advisor.get(url(thread)).context["side"].suggestions if one.minutes]
    assert (late.first, late.minutes) == (True, 30)
    advisor.post(late.url)
    booked.refresh_from_db()
    assert booked.late_minutes == 30


def test_delivery_may_write_and_not_change_a_visit(workshop, sign_in, thread, booked):
    delivery = sign_in(Role.DELIVERY)
    assert [one.act for one in delivery.get(url(thread)).context["side"].suggestions] == [False]
    assert delivery.post(url(thread, "act/confirm/")).status_code == 403
    assert send(delivery, thread).status_code == 302


def test_long_words_are_folded_and_whole(workshop, advisor, thread):
    words = "Le bruit revient quand je freine. " * 58
    came_in(workshop.garage.dealership, words, customer=thread.customer)
    came_in(workshop.garage.dealership, "x" * 2000, customer=thread.customer)
    page = advisor.get(url(thread))
    _short, told, unbroken = page.context["lines"][-3:]
    assert (len(told.words) <= 500, f"{told.words} {told.rest}".split()) == (True, words.split())
    assert (len(unbroken.words), len(unbroken.rest)) == (500, 1500)
    assert page.content.decode().count('<details class="thread-rest">') == 2
    assert _short.rest == ""


def test_an_unknown_step_is_not_there_and_one_without_a_visit_says_so(workshop, advisor):
    thread = somebody(workshop, 1)
    assert advisor.post(url(thread, "act/cancel/")).status_code == 404
    answer = advisor.post(url(thread, "act/confirm/"), follow=True)
    assert [str(one) for one in answer.context["messages"]]
