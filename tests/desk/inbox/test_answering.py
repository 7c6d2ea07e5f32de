"""What the desk writes, and what keeps it from writing."""

from __future__ import annotations

import uuid

import pytest

from customers.models import Customer
from notifications.models import Channel, Conversation, Message, Suppression
from tests.desk.inbox.pages import LUC, send, somebody, url
from tests.notifications.threads import came_in


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
