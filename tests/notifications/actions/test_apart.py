"""Never two messages to one person within two hours: asserted on what the provider took."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from customers.models import Customer
from lib import clock
from notifications.actions import apart, dispatch
from notifications.actions.apart import APART
from notifications.models import Cadence, Channel, Message, State, Way
from tests.booking.storm import at_once
from tests.notifications.letters import letter, payload_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def luc(dealership):
    return Customer.objects.create(
        group=dealership.group, name="Luc", phone="+14505550142", email="luc@example.com"
    )


@pytest.fixture(autouse=True)
def at_any_hour(dealership):
    """Nothing is quiet, whatever the time of day at which the tests run."""
    for kind in ("reminder_1d", "reminder_3d", "expected", "retorque", "reconfirm"):
        when = {"minutes": 30} if kind == "expected" else {"days": -1, "at": "16:00"}
        Cadence.objects.create(
            dealership=dealership, kind=kind, way=Way.BOTH, lasts_minutes=300, quiet_from="08:00",
            quiet_until="08:00", **when,
        )  # fmt: skip


def due(
    dealership, kind="reminder_1d", channel=Channel.SMS, customer=None, *, soon=timedelta(days=1), **fields
):
    """A message that is due now, about a visit in a day."""
    fields.setdefault("expires_at", clock.now() + timedelta(hours=6))
    payload = payload_of(kind, starts_at=(clock.now() + soon).isoformat())
    message = letter(kind, channel, dealership=dealership, customer=customer, payload=payload, **fields)
    message.save()
    return message


def sent(dealership, ago, kind="confirmation", channel=Channel.SMS, customer=None, **fields):
    """A message that has left that long ago."""
    state = {"state": State.ACCEPTED, "sent_at": clock.now() - ago, "about": "appointment:OTHER22"}
    return due(dealership, kind, channel, customer, **state | fields)


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_a_reminder_waits_until_two_hours_after_another_message(dealership, luc, provider):
    other = sent(dealership, timedelta(minutes=30), customer=luc, channel=Channel.EMAIL)
    message = due(dealership, customer=luc)

    dispatch.send_batch()

    assert provider.taken == []
    assert state_of(message) == State.PENDING
    assert message.next_try_at == other.sent_at + APART


def test_after_two_hours_it_goes(dealership, luc, provider):
    sent(dealership, APART + timedelta(seconds=5), customer=luc)
    message = due(dealership, customer=luc)

    dispatch.send_batch()

    assert provider.numbers == [message.pk]


def test_what_cannot_wait_so_long_is_dropped(dealership, luc, provider):
    sent(dealership, timedelta(minutes=30), customer=luc)
    message = due(dealership, "retorque", customer=luc, expires_at=clock.now() + timedelta(minutes=85))

    dispatch.send_batch()

    assert provider.taken == []
    assert state_of(message) == State.CANCELLED
    assert message.error == "too close to another message"


def test_who_has_no_record_is_known_by_the_address(dealership, provider):
    sent(dealership, timedelta(minutes=30))
    message = due(dealership)
    other = due(dealership, to="+14505550199", about="appointment:ELSE222")

    dispatch.send_batch()

    assert provider.numbers == [other.pk]
    assert state_of(message) == State.PENDING


def test_an_answer_to_what_somebody_did_waits_for_nothing(dealership, luc, provider):
    sent(dealership, timedelta(minutes=1), customer=luc)
    message = due(dealership, "moved", customer=luc)

    dispatch.send_batch()

    assert provider.numbers == [message.pk]


def test_the_same_news_by_both_channels_is_one(dealership, luc, provider):
    text = due(dealership, "reconfirm", Channel.SMS, luc)
    mail = due(dealership, "reconfirm", Channel.EMAIL, luc)

    dispatch.send_batch()

    assert set(provider.numbers) == {text.pk, mail.pk}


def test_the_same_news_of_another_visit_is_another_message(dealership, luc, provider):
    due(dealership, customer=luc)
    due(dealership, customer=luc, about="appointment:SECOND2")

    dispatch.send_batch()

    assert len(provider.taken) == 1


def test_a_sign_in_code_is_no_news(dealership, luc, provider):
    sent(dealership, timedelta(minutes=1), "account_code", about="")
    message = due(dealership, customer=luc)

    dispatch.send_batch()

    assert provider.numbers == [message.pk]


def test_one_of_which_nobody_knows_whether_it_arrived_counts(dealership, luc, provider):
    called = {"called_at": clock.now() - timedelta(minutes=5), "about": "appointment:OTHER22"}
    due(dealership, "moved", customer=luc, state=State.UNKNOWN, **called)
    message = due(dealership, customer=luc)

    dispatch.send_batch()

    assert state_of(message) == State.PENDING
    assert provider.taken == []


def test_one_that_never_left_does_not_count(dealership, luc, provider):
    due(
        dealership,
        "moved",
        customer=luc,
        state=State.FAILED,
        called_at=clock.now(),
        about="appointment:OTHER22",
    )
    message = due(dealership, customer=luc)

    dispatch.send_batch()

    assert provider.numbers == [message.pk]


def deliver_at_once(messages):
    """Each is claimed by a sender of its own; all look before any has called the provider."""
    Message.objects.update(state=State.SENDING, lease_until=Now() + timedelta(seconds=90), lease_generation=1)

    def deliver(pk):
        dispatch.deliver(Message.objects.select_related("dealership").get(pk=pk))

    at_once([partial(deliver, message.pk) for message in messages])


def test_two_senders_at_once_send_one_of_two(dealership, luc, provider):
    messages = [
        due(dealership, kind, customer=luc, about=f"appointment:VISIT{number}2")
        for number, kind in enumerate(["reminder_1d", "reminder_3d"] * 3)
    ]
    deliver_at_once(messages)

    assert len(provider.taken) == 1
    assert sorted(state_of(message) for message in messages) == sorted([State.ACCEPTED, *[State.PENDING] * 5])


def test_at_once_too_a_person_is_one_by_two_addresses(dealership, luc, provider):
    messages = [
        due(
            dealership,
            customer=luc,
            channel=Channel.EMAIL,
            to=f"luc{number}@example.com",
            about=f"appointment:VISIT{number}2",
        )
        for number in range(6)
    ]
    deliver_at_once(messages)

    assert len(provider.taken) == 1


def test_at_once_too_a_number_that_two_records_share_is_one(dealership, provider):
    people = [Customer.objects.create(group=dealership.group, name=f"Client {number}") for number in range(6)]
    messages = [due(dealership, customer=one, about=f"appointment:VISIT{one.pk}") for one in people]
    deliver_at_once(messages)

    assert len(provider.taken) == 1


def test_the_cadence_is_read_once_for_a_batch(dealership, provider, django_assert_max_num_queries):
    for number in range(6):
        due(dealership, to=f"+1450555010{number}", about=f"appointment:VISIT{number}2")
    with django_assert_max_num_queries(200) as queries:
        dispatch.send_batch()

    assert sum("notifications_cadence" in query["sql"] for query in queries) == 1
    assert len(provider.taken) == 6


def test_what_starts_at_once_waits_for_who_looks_at_the_same_person(dealership, luc):
    """Else a reminder that looks at that moment would not see it, and leave beside it."""
    message = due(
        dealership, "confirmation", customer=luc, state=State.SENDING, lease_until=clock.now() + APART
    )
    started = []
    thread = threading.Thread(target=lambda: (started.append(apart.start_apart(message)), connection.close()))
    with transaction.atomic():
        apart._lock(apart._people(message))
        thread.start()
        thread.join(0.5)
        assert started == []
    thread.join()
    assert [type(verdict).__name__ for verdict in started] == ["Send"]
