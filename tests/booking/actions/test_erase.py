"""Erasing a person: what goes, what the law keeps, and that nothing is left anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import serializers
from django.db import InternalError, ProgrammingError, connection, transaction

from booking.actions.annotate import add_note
from booking.actions.cancel import cancel_appointment
from booking.actions.erase import StillComing, erase_customer
from booking.actions.history import CUSTOMER, staff
from booking.actions.photos import add_photo
from booking.actions.progress import mark_arrived, mark_completed
from booking.known import known_of_customer
from booking.models import (
    Appointment,
    AppointmentEvent,
    CallRequest,
    Photo,
    Review,
    Status,
    WaitListEntry,
)
from booking.models.photo import photo_storage
from booking.portability import as_json, sections_of
from customers.actions.access import record_opening, record_search
from customers.actions.consents import record_consent
from customers.consent_words import Topic
from customers.consents import may_send
from customers.details import Contact
from customers.models import (
    ERASED_NAME,
    AccessRecord,
    ConsentEvent,
    Customer,
    RetentionRun,
    VehicleDriver,
)
from dealerships.models import Role, User
from lib import clock, tokens
from notifications.actions.unblock import unblock_address
from notifications.models import (
    Attempt,
    Conversation,
    Incoming,
    Message,
    State,
    Suppression,
    WebhookEvent,
)
from tests.booking.pictures import upload
from tests.booking.waiters import wait
from tests.garage import NOW, Garage, make_garage, make_staff

LATER = NOW + timedelta(days=3)
SECRETS = ("Tremblay", "5550123", "luc@example.com", "grince", "K9Z", "1HGCM82633A004352", "Bruit")


@pytest.fixture
def garage(db: None) -> Iterator[Garage]:
    yield make_garage()
    for photo in Photo.objects.all():
        photo_storage().delete(str(photo.file.name))


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


@pytest.fixture
def visit(garage: Garage, manager: User) -> Appointment:
    """A visit that is over, with everything that may be known of who came."""
    found = garage.book(garage.at(8), plate="K9Z111", note="Ça grince")
    customer = found.customer
    found.vehicle.vin = "1HGCM82633A004352"
    found.vehicle.save()
    Appointment.objects.filter(pk=found.pk).update(problem="Bruit à gauche", vehicle_plate="K9Z111")
    add_photo(dealership=garage.dealership, upload=upload(), appointment=found)
    mark_arrived(appointment=found, by=staff(manager))
    mark_completed(appointment=found, by=staff(manager))
    found.refresh_from_db()
    Review.objects.create(appointment=found, score=2, words="Tremblay n’est pas content")
    AppointmentEvent.objects.create(
        appointment=found, kind="added", actor="customer", source="web", version=1,
        new={"note": "Bruit à droite", "status": "completed"},
    )  # fmt: skip
    event = WebhookEvent.objects.create(
        provider="twilio", event_id="1", kind="text", state="done",
        payload={"from": customer.phone, "words": "Bruit", "to": "+14505550134"},
    )  # fmt: skip
    thread = Conversation.objects.create(
        dealership=garage.dealership, customer=customer, channel="sms", last_words="Bruit"
    )
    Incoming.objects.create(
        conversation=thread,
        event=event,
        channel="sms",
        sender=customer.phone,
        words="Bruit",
        about=found.about,
    )
    stranger = Conversation.objects.create(
        dealership=garage.dealership, address=customer.phone, channel="sms", last_words="Bruit"
    )
    Incoming.objects.create(conversation=stranger, channel="sms", sender=customer.phone, words="Bruit")
    Message.objects.create(
        dedupe_key="desk", dealership=garage.dealership, customer=customer, kind="desk_message", channel="sms",
        to=customer.phone, language="fr", about=thread.about, payload={"words": "Bonjour M. Tremblay"},
        state=State.FAILED, error="550 luc@example.com unknown",
    )  # fmt: skip
    CallRequest.objects.create(
        dealership=garage.dealership, name="Luc Tremblay", phone=customer.phone, promised_by=NOW + timedelta(days=9000),
        done_at=NOW, wish="Bruit",
    )  # fmt: skip
    record_opening(dealership=garage.dealership, user=manager, customer=customer, words="Tremblay")
    for words in (
        "Tremblay 514 555-0123",
        "514 555-0123",
        "5550123",
        "luc@example.com",
        "K9Z 111",
        "33A004352",
    ):
        record_search(dealership=garage.dealership, user=manager, words=words)
    record_consent(
        customer=customer, channel="email", address="luc@example.com", purpose="offers", kind="express",
        source="account", words="Oui", words_version="2026-11", language="fr",
    )  # fmt: skip
    return found


def erase(visit: Appointment, manager: User) -> bool:
    customer = Customer.objects.get(pk=visit.customer_id)
    return erase_customer(customer=customer, dealership=visit.dealership, user=manager, now=LATER)


def everything() -> str:
    """Every row of every table that may hold something about a customer, as text; but what the law keeps."""
    models = [
        Appointment, AppointmentEvent, Customer, VehicleDriver, Review, Message, Conversation, Incoming, WebhookEvent,
        CallRequest, AccessRecord, Photo, WaitListEntry, type(Appointment.objects.get().vehicle),
    ]  # fmt: skip
    return "".join(serializers.serialize("json", model.objects.all()) for model in models)


def test_nothing_is_left_of_who_it_was(visit: Appointment, manager: User) -> None:
    before = everything()
    assert all(secret in before for secret in SECRETS)
    assert erase(visit, manager)
    after = everything()
    assert [secret for secret in SECRETS if secret in after] == []
    assert not AccessRecord.objects.exclude(words="").exists()
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.SEARCH, user=manager).count() == 6
    assert not Photo.objects.exists()


def test_a_vehicle_that_a_guest_only_described_goes_too(
    garage: Garage, visit: Appointment, manager: User
) -> None:
    entry = wait(garage, contact=Contact("Luc Tremblay", "+15145550123", "luc@example.com", "fr"))
    described = entry.basket["vehicle"] | {"plate": "K9Z111", "vin": "1HGCM82633A004352"}
    WaitListEntry.objects.filter(pk=entry.pk).update(
        customer=None, basket=entry.basket | {"vehicle": described}
    )
    assert erase(visit, manager)
    entry.refresh_from_db()
    assert ("vehicle" in entry.basket, entry.basket["services"]) == (False, ["tire_swap"])
    assert "K9Z111" not in everything()


def test_nothing_is_left_of_what_providers_said_and_of_who_was_not_known_yet(
    visit: Appointment, manager: User
) -> None:
    group = visit.dealership.group
    failed = Message.objects.get(dedupe_key="desk")
    Attempt.objects.create(
        message=failed, provider="smtp", seconds=1, outcome="permanent", error="luc@example.com?"
    )
    Message.objects.create(
        dedupe_key=f"missed_call:{group.pk}:+15145550123:2026-11-01", dealership=visit.dealership, kind="missed_call",
        channel="sms", to="+15145550123", language="fr", payload={}, state=State.DELIVERED, sent_at=NOW,
    )  # fmt: skip
    Suppression.objects.create(group=group, channel="email", address="luc@example.com", reason="unreachable")
    unblock_address(dealership=visit.dealership, channel="email", address="luc@example.com", user=manager)
    WebhookEvent.objects.filter(event_id="1").update(error="KeyError('+15145550123')")
    erase(visit, manager)
    left = everything() + serializers.serialize("json", Attempt.objects.all())
    assert [secret for secret in SECRETS if secret in left] == []


def test_what_was_uncertain_is_not_asked_about_any_more(visit: Appointment, manager: User) -> None:
    Message.objects.filter(dedupe_key="desk").update(
        state=State.UNKNOWN, called_at=NOW, lease_until=clock.now() + timedelta(minutes=5)
    )
    erase(visit, manager)
    assert Message.objects.get(dedupe_key="desk").lease_until is None


def test_the_photo_s_file_goes_when_the_erasure_is_certain(
    visit: Appointment, manager: User, django_capture_on_commit_callbacks
) -> None:
    name = str(Photo.objects.get().file.name)
    with django_capture_on_commit_callbacks(execute=True):
        erase(visit, manager)
    assert not photo_storage().exists(name)


def test_the_books_stay(visit: Appointment, manager: User) -> None:
    erase(visit, manager)
    kept = Appointment.objects.get()
    assert (kept.reference, kept.status, kept.starts_at) == (
        visit.reference,
        Status.COMPLETED,
        visit.starts_at,
    )
    assert (kept.contact_name, kept.customer.name) == (ERASED_NAME, ERASED_NAME)
    assert kept.lines.get().service.code == "tire_swap"
    assert kept.vehicle.make == "Honda"
    kinds = list(kept.events.values_list("kind", flat=True))
    assert kinds == ["booked", "added", "arrived", "completed", "added"]
    assert kept.events.first().new["starts_at"] == visit.starts_at.isoformat()
    assert kept.review.score == 2
    assert Message.objects.filter(about=visit.about, kind="confirmation").count() == 2


def test_their_links_open_nothing_any_more(visit: Appointment, manager: User) -> None:
    old = visit.link_digest
    erase(visit, manager)
    kept = Appointment.objects.get()
    assert kept.link_digest != old
    assert kept.link_digest != tokens.digest(tokens.token_for(kept.link_nonce, purpose="manage"))


def test_the_proof_of_consent_stays_withdrawn_and_a_stop_stays_honoured(
    visit: Appointment, manager: User
) -> None:
    group = visit.dealership.group
    for channel, address, reason in (
        ("sms", "+15145550123", Suppression.Reason.ASKED),
        ("email", "luc@example.com", Suppression.Reason.UNREACHABLE),
    ):
        Suppression.objects.create(group=group, channel=channel, address=address, reason=reason)
    erase(visit, manager)
    assert list(Suppression.objects.values_list("reason", flat=True)) == ["asked"]
    assert ConsentEvent.objects.filter(kind="express", address="luc@example.com").exists()
    assert ConsentEvent.objects.filter(kind="withdrawn", address="luc@example.com").exists()
    customer = Customer.objects.get()
    assert not may_send(
        customer=customer, topic=Topic("email", "offers"), address="luc@example.com", at=clock.now()
    )


def test_both_registers_have_their_line_and_twice_is_once(visit: Appointment, manager: User) -> None:
    assert erase(visit, manager)
    assert not erase(visit, manager)
    run = RetentionRun.objects.get()
    assert (run.rule, run.rows, run.at) == ("erasure", 1, LATER)
    act = AccessRecord.objects.get(kind=AccessRecord.Kind.ERASE)
    assert (act.user, act.customer_id) == (manager, visit.customer_id)
    assert Customer.objects.get().erased_at == LATER


def test_who_is_still_coming_is_not_erased(garage: Garage, manager: User) -> None:
    visit = garage.book(garage.at(8))
    with pytest.raises(StillComing, match="30"):
        erase_customer(customer=visit.customer, dealership=garage.dealership, user=manager, now=NOW)
    assert Customer.objects.get().name == "Luc Tremblay"
    cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)
    assert erase_customer(customer=visit.customer, dealership=garage.dealership, user=manager, now=NOW)
    assert not Message.objects.filter(state=State.PENDING).exists()


def test_a_vehicle_that_somebody_else_drives_keeps_its_plate(visit: Appointment, manager: User) -> None:
    anne = Customer.objects.create(group=visit.dealership.group, name="Anne Roy", email="anne@example.com")
    VehicleDriver.objects.create(vehicle=visit.vehicle, customer=anne)
    erase(visit, manager)
    visit.vehicle.refresh_from_db()
    assert (visit.vehicle.plate, visit.vehicle.vin) == ("K9Z111", "1HGCM82633A004352")
    # What means the vehicle means her, too.
    assert set(AccessRecord.objects.exclude(words="").values_list("words", flat=True)) == {
        "K9Z 111",
        "33A004352",
    }
    assert [link.customer for link in visit.vehicle.links.all()] == [anne]
    assert Appointment.objects.get().vehicle_plate == ""


def test_nobody_else_is_touched(visit: Appointment, garage: Garage, manager: User) -> None:
    other = garage.book(garage.at(9), name="Anne Roy")
    before = serializers.serialize("json", [other, other.customer, other.vehicle])
    erase(visit, manager)
    again = Appointment.objects.get(pk=other.pk)
    assert serializers.serialize("json", [again, again.customer, again.vehicle]) == before
    assert (
        Message.objects.filter(about=other.about).exclude(to="").count()
        == Message.objects.filter(about=other.about).count()
    )


def test_a_history_is_still_never_changed_otherwise(visit: Appointment, manager: User) -> None:
    erase(visit, manager)
    for change in ({"new": {}}, {"user": None}):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            AppointmentEvent.objects.update(**change)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        AccessRecord.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.destroying', true)")
        assert cursor.fetchone()[0] in ("", "off", None)


def test_everything_known_is_in_the_export_of_the_staff(visit: Appointment) -> None:
    known = known_of_customer(Customer.objects.get(pk=visit.customer_id))
    document = json.loads("".join(as_json(known)))
    assert set(document) == {name for name, _rows in sections_of(known)}
    for section, words in (
        ("contact", "luc@example.com"), ("vehicles", "1HGCM82633A004352"), ("visits", "Bruit à gauche"),
        ("work", "tire_swap"), ("reviews", "pas content"), ("consents", "Oui"), ("answers", "Bruit"),
        ("messages", "Garage Boréal"), ("looks", "open"),
    ):  # fmt: skip
        assert words in json.dumps(document[section], ensure_ascii=False), section
    assert len(document["photos"]) == 1
    assert {row["kind"] for row in document["messages"]} >= {"confirmation", "desk_message"}


def test_the_record_of_looks_has_no_name_of_the_staff(visit: Appointment, manager: User) -> None:
    known = known_of_customer(Customer.objects.get(pk=visit.customer_id))
    looks = dict(sections_of(known))["looks"]
    assert set(looks[0]) == {"at", "dealership", "what", "from"}


def test_a_note_in_the_history_is_gone(garage: Garage, manager: User) -> None:
    visit = garage.book(garage.at(8))
    add_note(appointment=visit, text="Bruit au freinage", by=CUSTOMER)
    cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW, reason="Tremblay malade")
    erase_customer(customer=visit.customer, dealership=garage.dealership, user=manager, now=NOW)
    quoted = json.dumps([[event.old, event.new] for event in visit.events.all()])
    assert "Bruit" not in quoted
    assert "Tremblay" not in quoted
