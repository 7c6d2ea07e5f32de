"""Who comes: what is asked, what one may agree to, what is known of those who have signed in."""

from __future__ import annotations

import pytest

from booking.models import Appointment
from customers.consent_words import TOPICS
from customers.consents import may_send
from customers.models import ConsentEvent, ConsentKind, Customer
from dealerships.models import User
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor, said

EMAIL_OFFERS, SMS_DUE = "email:offers", "sms:maintenance_due"


def boxes(page: str) -> list[str]:
    return [
        part.split(">")[0] for part in page.split("<input")[1:] if 'name="consents"' in part.split(">")[0]
    ]


def test_nothing_is_agreed_to_beforehand_and_each_purpose_and_channel_has_its_own_box(visitor: Visitor):
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    found = boxes(visitor.get("book/contact/").content.decode())
    assert len(found) == len(TOPICS) == 4
    assert not any("checked" in box for box in found)


def test_who_ticks_nothing_books_and_nothing_is_recorded(visitor: Visitor):
    visitor.book()
    assert not ConsentEvent.objects.exists()


def test_what_is_ticked_is_recorded_with_its_proof(visitor: Visitor):
    visitor.language = "en"
    booked = visitor.book(consents=[EMAIL_OFFERS, SMS_DUE])
    events = {(one.channel, one.purpose): one for one in ConsentEvent.objects.all()}
    assert set(events) == {("email", "offers"), ("sms", "maintenance_due")}
    offers = events["email", "offers"]
    assert (offers.address, offers.kind, offers.source, offers.language) == (
        "luc@example.com", ConsentKind.EXPRESS, "form", "en",
    )  # fmt: skip
    assert offers.words.startswith("Send me your offers and news by e-mail.")
    assert visitor.garage.dealership.name in offers.words
    assert offers.ip == "127.0.0.1"
    assert offers.customer == booked.customer
    assert may_send(customer=booked.customer, topic=TOPICS[2], address="luc@example.com", at=offers.at)


def test_a_box_for_a_channel_that_was_not_given_says_nothing(visitor: Visitor):
    visitor.book(consents=[EMAIL_OFFERS, SMS_DUE], email="")
    assert [one.channel for one in ConsentEvent.objects.all()] == ["sms"]


def test_an_invented_box_is_refused_with_a_sentence(visitor: Visitor):
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    page = visitor.post("book/contact/", {**LUC, "consents": ["sms:everything"]})
    assert page.status_code == 422
    assert "consents" in page.context["form"].errors


def test_a_booking_that_is_refused_records_no_consent(visitor: Visitor, another):
    start = visitor.to_check(consents=[EMAIL_OFFERS])
    form = visitor.confirmation()
    visitor.post("book/contact/", {**LUC, "name": "Quelqu’un d’autre", "consents": [EMAIL_OFFERS]})
    assert visitor.post("book/check/", form).status_code == 409
    assert start
    assert not ConsentEvent.objects.exists()


def test_messages_go_out_in_the_language_that_is_chosen_not_the_page_s(visitor: Visitor):
    assert visitor.book(language="en").language == "en"


def test_the_page_s_language_is_the_one_that_is_proposed(visitor: Visitor):
    visitor.language = "en"
    assert visitor.book().language == "en"


@pytest.fixture
def known(visitor: Visitor) -> Customer:
    """Signed in, with a record here."""
    user = User.objects.create_user("luc@example.com")
    customer = Customer.objects.create(
        group=visitor.garage.dealership.group, user=user, name="Luc Tremblay", phone="+15145550123",
        email="luc@example.com", language="fr",
    )  # fmt: skip
    visitor.client.force_login(user)
    return customer


def test_who_is_signed_in_is_not_asked_who_they_are(visitor: Visitor, known: Customer):
    visitor.to_time()
    answer = visitor.choose(visitor.starts()[0])
    assert answer.headers["Location"] == visitor.url("book/check/")
    assert visitor.post("book/check/", visitor.confirmation()).status_code == 303
    assert Appointment.objects.get().customer == known


def test_a_guest_is_offered_the_way_back_in_and_who_is_signed_in_is_not(visitor: Visitor, known: Customer):
    guest = Visitor(visitor.garage)
    guest.to_time()
    guest.choose(guest.starts()[0])
    words = said("Been here before?")
    assert words in guest.get("book/contact/").content.decode()
    visitor.to_time()
    visitor.choose(visitor.starts()[1])
    assert words not in visitor.get("book/contact/").content.decode()
    assert known


def test_signing_in_on_the_way_keeps_what_was_chosen(visitor: Visitor):
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", TIRES)
    user = User.objects.create_user("luc@example.com")
    Customer.objects.create(
        group=visitor.garage.dealership.group, user=user, name="Luc Tremblay", phone="+15145550123"
    )
    visitor.client.force_login(user)
    answer = visitor.client.get("/account/after-sign-in/", {"next": visitor.url("book/contact/")})
    assert answer.headers["Location"] == visitor.url("book/contact/")
    assert visitor.get("book/time/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(visitor: Visitor, known: Customer, elsewhere: str):
    answer = visitor.client.get("/account/after-sign-in/", {"next": elsewhere})
    assert answer.headers["Location"] == "/account/"
    assert known


def test_an_address_that_nobody_has_proved_is_not_filled_in(visitor: Visitor, known: Customer):
    """Somebody booked in Luc's name with his e-mail address and a number of their own."""
    Customer.objects.filter(pk=known.pk).update(phone="+15145550666")
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    assert visitor.post("book/check/", visitor.confirmation()).status_code == 303
    booked = Appointment.objects.get()
    assert (booked.contact_email, booked.contact_phone) == ("luc@example.com", "")


def test_the_proof_says_the_words_that_were_on_the_screen_whatever_the_language_is_later(visitor: Visitor):
    visitor.to_check(consents=[EMAIL_OFFERS])
    english = Visitor(visitor.garage, "en", visitor.client)
    assert english.post("book/check/", english.confirmation()).status_code == 303
    event = ConsentEvent.objects.get()
    assert event.language == "fr"
    assert event.words.startswith("Envoyez-moi vos offres")
