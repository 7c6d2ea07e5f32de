"""Conversations at the desk: who is listed, what a thread shows, and what is sent."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from booking.models import Status
from customers.models import AccessRecord, Customer
from dealerships.models import Role, StaffMember
from lib import clock
from notifications.actions.conversations import address_of
from notifications.models import ERASED_ADDRESS, Channel, Conversation, Message, State, Suppression
from tests.booking.texts import inbound, was_sent
from tests.desk.conftest import open_workshop
from tests.notifications.threads import came_in

LUC = "+15145550123"


@pytest.fixture
def booked(workshop):
    return workshop.book(8)


@pytest.fixture
def thread(workshop, booked) -> Conversation:
    return came_in(
        workshop.garage.dealership, "Mon auto est-elle prête?", customer=booked.customer
    ).conversation


def url(thread, more="") -> str:
    return f"/desk/boreal/messages/{thread.pk}/{more}"


def send(client, thread, **more):
    form = {"key": str(uuid.uuid4()), "channel": "sms", "words": "Oui, à 15 h.", **more}
    return client.post(url(thread), form)


def somebody(workshop, number: int, **more) -> Conversation:
    """Another customer wrote."""
    dealership = workshop.garage.dealership
    phone = f"+1514555{1000 + number}"
    customer = Customer.objects.create(group=dealership.group, name=f"Client {number}", phone=phone)
    return came_in(dealership, f"mot {number}", customer=customer, sender=phone, **more).conversation


def listed(page) -> list[str]:
    return [row.who for row in page.context["rows"]]


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


@pytest.mark.parametrize(
    ("files", "said"), [(1, "1 fichier joint n’a"), (3, "3 fichiers joints n’ont"), (0, "")]
)
def test_files_that_came_with_an_e_mail_are_told_and_not_kept(advisor, thread, files, said):
    thread.incoming.update(files=files)
    page = advisor.get(url(thread)).content.decode()
    assert (said in page) if said else ("joint" not in page)


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


def test_an_answer_is_sent_once_on_a_double_click(workshop, advisor, thread):
    form = str(uuid.uuid4())
    for _click in range(2):
        answer = send(advisor, thread, key=form)
        assert answer.url == f"{url(thread)}#last"
    [message] = Message.objects.filter(kind="desk_message")
    assert (message.to, message.channel, message.payload["author"]) == (LUC, Channel.SMS, "Advisor")
    thread.refresh_from_db()
    assert thread.waiting_since is None


def test_what_is_refused_keeps_what_was_typed_and_says_why(workshop, advisor, thread):
    Suppression.objects.create(
        group=workshop.garage.dealership.group, channel=Channel.SMS, address=LUC, reason="asked"
    )
    answer = send(advisor, thread, words="C’est prêt", key="00000000-0000-4000-8000-000000000001")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "C’est prêt" in page
    assert 'value="00000000-0000-4000-8000-000000000001"' in page
    assert answer.context["problem"] in page
    assert answer.context["box"]["channel"] == "email"
    assert not Message.objects.filter(kind="desk_message").exists()


def test_a_blocked_number_is_flagged_and_the_other_way_is_chosen(workshop, advisor, thread):
    Suppression.objects.create(
        group=workshop.garage.dealership.group, channel=Channel.SMS, address=LUC, reason="asked"
    )
    page = advisor.get(url(thread))
    assert [flag.channel for flag in page.context["side"].flags] == [Channel.SMS]
    ways = {way["value"]: way["blocked"] for way in page.context["box"]["ways"]}
    assert ways == {"sms": True, "email": False}
    assert page.context["box"]["channel"] == "email"


def test_ready_answers_are_in_the_customers_language_and_work_without_a_script(workshop, advisor, thread):
    Conversation.objects.update(language="en")
    page = advisor.get(url(thread, "?ready=visit"))
    assert page.context["box"]["words"].endswith("appointment: {link}")
    codes = [one["code"] for one in page.context["box"]["ready"]]
    assert codes == ["vehicle", "call", "noted", "visit", "photos"]
    assert page.context["box"]["ready"][0]["name"] == "Véhicule prêt"
    assert advisor.get(url(thread, "?ready=nonsense")).context["box"]["words"] == ""


def test_the_link_to_the_visit_is_never_on_the_page_and_always_in_the_message(
    workshop, advisor, thread, booked
):
    send(advisor, thread, words="Ici: {lien}")
    message = Message.objects.get(kind="desk_message")
    assert message.payload["link_nonce"] == booked.link_nonce
    page = advisor.get(url(thread)).content.decode()
    assert "Ici: {lien}" in page
    assert "/m/" not in page


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


def test_a_conversation_begins_at_the_customers_record(workshop, advisor, booked):
    record = advisor.get(f"/desk/caller/{booked.customer_id}/").content.decode()
    begin = f"/desk/boreal/messages/to/{booked.customer_id}/"
    assert begin in record
    page = advisor.get(begin)
    assert page.status_code == 200
    assert not Conversation.objects.exists()
    answer = advisor.post(begin, {"key": str(uuid.uuid4()), "channel": "sms", "words": "Bonjour"})
    thread = Conversation.objects.get()
    assert answer.url == f"{url(thread)}#last"
    assert advisor.get(begin).url == url(thread)


@pytest.mark.parametrize(
    "refused", [{"words": "  "}, {"channel": "email"}, {"channel": "pigeon"}, {"key": "x"}]
)
def test_a_first_message_that_is_refused_leaves_no_conversation(workshop, advisor, booked, refused):
    group = workshop.garage.dealership.group
    came_in(workshop.garage.dealership, "allo", sender=LUC)  # before anybody knew whose number it is
    Suppression.objects.create(
        group=group, channel=Channel.EMAIL, address=booked.customer.email.lower(), reason="asked"
    )
    key = "00000000-0000-4000-8000-000000000001"
    form = {"key": key, "channel": "sms", "words": "Bonjour", **refused}

    answer = advisor.post(f"/desk/boreal/messages/to/{booked.customer_id}/", form)

    assert answer.status_code == 422
    assert answer.context["problem"]
    assert answer.context["box"]["words"] == form["words"]
    assert answer.context["box"]["key"] == form["key"]
    [unknown] = Conversation.objects.all()
    assert (unknown.customer, unknown.incoming.count()) == (None, 1)
    assert not Message.objects.filter(kind="desk_message").exists()


def test_the_first_message_is_sent_once_on_a_double_click(workshop, advisor, booked):
    form = {"key": str(uuid.uuid4()), "channel": "sms", "words": "Bonjour"}
    for _click in range(2):
        assert advisor.post(f"/desk/boreal/messages/to/{booked.customer_id}/", form).status_code == 302
    assert Conversation.objects.count() == Message.objects.filter(kind="desk_message").count() == 1


def received(workshop, thread, words, *, at, told_at):
    """They wrote `words`; the provider says when in whole seconds, and told us at `told_at`."""
    incoming = came_in(workshop.garage.dealership, words, customer=thread.customer, at=at, for_the_desk=False)
    incoming.event = inbound(words, at=at)
    incoming.event.received_at = told_at
    incoming.event.save()
    incoming.save()
    return incoming


def sent(booked, words, *, at):
    message = was_sent(booked, "desk_message", at=at, words=words, author="Julie")
    return Message.objects.filter(pk=message.pk).update(created_at=at)


def in_order(advisor, thread) -> list[str]:
    return [line.words for line in advisor.get(url(thread)).context["lines"] if line.side != "auto"]


def test_within_a_second_what_came_in_stands_after_what_it_answers_and_before_its_answer(
    workshop, advisor, thread, booked
):
    second = (clock.now() + timedelta(minutes=1)).replace(microsecond=0)
    sent(booked, "Quand?", at=second + timedelta(microseconds=200_000))
    received(workshop, thread, "À 8 h", at=second, told_at=second + timedelta(microseconds=600_000))
    sent(booked, "Parfait", at=second + timedelta(microseconds=900_000))

    assert in_order(advisor, thread)[1:] == ["Quand?", "À 8 h", "Parfait"]


def test_a_provider_s_clock_that_is_ahead_puts_nothing_below_its_answer(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=1)
    received(workshop, thread, "À 8 h", at=now + timedelta(seconds=90), told_at=now)
    sent(booked, "Parfait", at=now + timedelta(seconds=2))

    assert in_order(advisor, thread)[1:] == ["À 8 h", "Parfait"]


def test_what_was_told_late_stands_where_it_was_written(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=30)
    received(workshop, thread, "À 8 h", at=now, told_at=now + timedelta(minutes=20))
    sent(booked, "Êtes-vous là?", at=now + timedelta(minutes=5))

    assert in_order(advisor, thread)[1:] == ["À 8 h", "Êtes-vous là?"]


def test_of_one_moment_theirs_come_first_and_in_turn(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=1)
    for words in ("un", "deux", "trois"):
        received(workshop, thread, words, at=now, told_at=now)
    sent(booked, "Reçu", at=now)

    assert in_order(advisor, thread)[1:] == ["un", "deux", "trois", "Reçu"]


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


def test_who_cannot_be_written_to_is_called_or_asked_for_an_address(workshop, advisor, booked):
    group = workshop.garage.dealership.group
    begin = f"/en/desk/boreal/messages/to/{booked.customer_id}/"
    for channel, address in ((Channel.SMS, LUC), (Channel.EMAIL, booked.customer.email.lower())):
        Suppression.objects.create(group=group, channel=channel, address=address, reason="asked")
    blocked = advisor.get(begin).content.decode()
    assert f'Call instead: <a class="nowrap" href="tel:{LUC}">' in blocked
    assert "<textarea" not in blocked
    Customer.objects.filter(pk=booked.customer_id).update(phone="", email="")
    unknown = advisor.get(begin).content.decode()
    assert "No number and no address is known" in unknown
    assert "Call instead" not in unknown


def test_an_address_that_nobody_knows_is_no_number(workshop, advisor):
    unknown = came_in(
        workshop.garage.dealership, "allo", sender="qui@example.com", channel=Channel.EMAIL
    ).conversation
    assert "unknown address" in advisor.get("/en/desk/boreal/messages/").content.decode()
    page = advisor.get(f"/en{url(unknown)}").content.decode()
    assert "Unknown address" in page
    assert "number" not in page.partition("thread-side")[2].partition("</aside>")[0]


def test_the_note_names_the_mark_of_the_customers_language_and_what_it_becomes(workshop, advisor, thread):
    assert (
        "{lien} becomes the customer’s own link to their visit"
        in advisor.get(f"/en{url(thread)}").content.decode()
    )
    Conversation.objects.update(language="en")
    assert (
        "{link} becomes the customer’s own link to their visit"
        in advisor.get(f"/en{url(thread)}").content.decode()
    )
    alone = somebody(workshop, 1)
    assert "{lien} becomes the address to book at" in advisor.get(f"/en{url(alone)}").content.decode()


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


def test_an_unknown_step_is_not_there_and_one_without_a_visit_says_so(workshop, advisor):
    thread = somebody(workshop, 1)
    assert advisor.post(url(thread, "act/cancel/")).status_code == 404
    answer = advisor.post(url(thread, "act/confirm/"), follow=True)
    assert [str(one) for one in answer.context["messages"]]
