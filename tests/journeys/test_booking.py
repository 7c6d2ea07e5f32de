"""The main job, as a customer does it on a phone: book, see, move, cancel; in both languages, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from booking.actions.expiry import release_expired_holds
from booking.answers import manage_token
from booking.models import Appointment, CapacityPool, Hold, HoldState, Status
from lib import clock
from notifications.models import Message
from tests.booking.storm import assert_sound
from tests.garage import Garage
from tests.journeys.conftest import assert_accessible

Visit = Callable[..., Page]


@dataclass(frozen=True)
class Words:
    """What the page says, by language: a journey finds everything by role and name."""

    prefix: str
    book: str
    make: str
    model: str
    year: str
    go_on: str
    tires: str
    on_rims: str
    with_me: str
    drop_off: str
    choose: str
    name: str
    mobile: str
    email: str
    confirm: str
    booked: str
    move: str
    cancel: str
    cancel_it: str
    move_here: str
    cancelled: str


FRENCH = Words(
    "", "Prendre rendez-vous", "Marque", "Modèle", "Année", "Continuer", "Changement de pneus", "Sur jantes", "Avec moi",
    "Je le dépose", "Choisir cette plage", "Nom", "Cellulaire", "Courriel", "Confirmer le rendez-vous", "C’est réservé",
    "Déplacer", "Annuler", "Annuler le rendez-vous", "Déplacer à cette heure", "Rendez-vous annulé",
)  # fmt: skip
ENGLISH = Words(
    "/en", "Book service", "Make", "Model", "Year", "Continue", "Tire change", "On rims", "With me", "I drop it off",
    "Choose this time", "Name", "Mobile", "E-mail", "Confirm the appointment", "It’s booked", "Move", "Cancel",
    "Cancel the appointment", "Move to this time", "Appointment cancelled",
)  # fmt: skip
BOTH = pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def field(page: Page, label: str):
    """The field whose label begins with the word; marks such as (facultatif) follow it."""
    fields = page.locator("input:not([type=checkbox]):not([type=radio])")
    return page.get_by_label(re.compile(rf"^{label}\b")).and_(fields)


def say_the_vehicle(page: Page, words: Words) -> None:
    field(page, words.make).fill("Honda")
    field(page, words.model).fill("Civic")
    field(page, words.year).fill("2019")
    press(page, words.go_on)


def say_the_work(page: Page, words: Words, *, javascript: bool) -> None:
    page.get_by_role("checkbox", name=re.compile(words.tires)).check()
    if not javascript and not page.get_by_role("radio", name=words.on_rims).is_visible():
        press(page, words.go_on)
    page.get_by_role("radio", name=words.on_rims).check()
    page.get_by_role("radio", name=words.with_me).check()
    press(page, words.go_on)


def say_who_comes(page: Page, words: Words) -> None:
    field(page, words.name).fill("Éloïse L’Heureux-Nguyễn")
    field(page, words.mobile).fill("514 555-0123")
    field(page, words.email).fill("eloise@example.com")
    press(page, words.go_on)


def book(
    page: Page, words: Words, *, javascript: bool = True, look: Callable[[Page], object] = Page.title
) -> None:
    """From the dealership's home to the confirmation; `look` sees every page on the way."""
    look(page)
    page.get_by_role("link", name=words.book).first.click()
    look(page)
    say_the_vehicle(page, words)
    look(page)
    say_the_work(page, words, javascript=javascript)
    look(page)
    press(page, words.choose)
    look(page)
    say_who_comes(page, words)
    look(page)
    press(page, words.confirm)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words.booked))
    look(page)


@BOTH
@pytest.mark.parametrize("width", [390, 1280])
def test_a_guest_books_and_every_page_is_accessible(
    visit: Visit, garage: Garage, words: Words, width: int
) -> None:
    book(visit(f"{words.prefix}/boreal/", width=width), words, look=assert_accessible)

    appointment = Appointment.objects.get()
    assert (appointment.contact_name, appointment.minutes) == ("Éloïse L’Heureux-Nguyễn", 45)
    assert appointment.language == ("en" if words is ENGLISH else "fr")
    assert set(Message.objects.filter(kind="confirmation").values_list("channel", "language")) == {
        ("email", appointment.language),
        ("sms", appointment.language),
    }
    assert_sound()


@BOTH
def test_it_works_without_javascript(visit: Visit, garage: Garage, words: Words) -> None:
    page = visit(f"{words.prefix}/boreal/", javascript=False)

    book(page, words, javascript=False)

    appointment = Appointment.objects.get()
    page.get_by_role("link", name=words.move, exact=True).click()
    page.get_by_role("radio").last.check()
    press(page, words.move_here)
    appointment.refresh_from_db()
    assert appointment.version == 2
    page.get_by_role("link", name=words.cancel, exact=True).click()
    press(page, words.cancel_it)
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert_sound()


@BOTH
def test_the_link_of_the_message_shows_moves_and_cancels(visit: Visit, garage: Garage, words: Words) -> None:
    book(visit(f"{words.prefix}/boreal/"), words)
    appointment = Appointment.objects.get()
    link = _link_of(appointment)

    elsewhere = visit(link)
    assert_accessible(elsewhere)
    assert elsewhere.url.endswith(f"{words.prefix}/boreal/appointment/")
    elsewhere.get_by_role("link", name=words.move, exact=True).click()
    assert_accessible(elsewhere)
    elsewhere.get_by_role("radio").last.check()
    press(elsewhere, words.move_here)
    expect(elsewhere).to_have_url(re.compile(r"/boreal/appointment/$"))
    moved = Appointment.objects.get()
    assert (moved.reference, moved.version) == (appointment.reference, 2)
    assert moved.starts_at != appointment.starts_at

    elsewhere.get_by_role("link", name=words.cancel, exact=True).click()
    assert_accessible(elsewhere)
    press(elsewhere, words.cancel_it)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text(words.cancelled)
    assert_accessible(elsewhere)
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert_sound()


def _link_of(appointment: Appointment) -> str:
    return f"/m/{manage_token(appointment)}"


def test_a_lost_time_offers_others_and_keeps_what_was_typed(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/")
    page.get_by_role("link", name=FRENCH.book).first.click()
    say_the_vehicle(page, FRENCH)
    say_the_work(page, FRENCH, javascript=True)
    press(page, FRENCH.choose)
    say_who_comes(page, FRENCH)
    held = Hold.objects.get(state=HoldState.HELD)
    Hold.objects.update(expires_at=clock.now())
    release_expired_holds()
    for advisor in garage.advisors:
        garage.book(
            held.starts_at, now=clock.now(), basket=garage.basket(advisor=advisor.pk), name="Plus rapide"
        )

    press(page, FRENCH.confirm)

    expect(
        page.get_by_text("Quelqu’un vient de prendre cette plage. En voici trois proches.")
    ).to_be_visible()
    assert_accessible(page)
    assert Appointment.objects.filter(contact_name__startswith="Éloïse").count() == 0
    page.get_by_role("alert").get_by_role("button").first.click()
    press(page, FRENCH.confirm)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(FRENCH.booked))
    assert Appointment.objects.get(contact_name__startswith="Éloïse").contact_email == "eloise@example.com"
    assert_sound()


def test_the_language_switch_and_back_lose_nothing(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/book/")
    say_the_vehicle(page, FRENCH)
    page.get_by_role("link", name="English").first.click()
    expect(page).to_have_url(re.compile("/en/boreal/book/services/"))
    page.go_back()
    page.go_back()
    expect(field(page, FRENCH.make)).to_have_value("Honda")


def test_a_refused_form_keeps_what_was_typed_and_says_why(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/book/")
    field(page, FRENCH.make).fill("Honda")
    field(page, FRENCH.year).fill("19")
    press(page, FRENCH.go_on)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(field(page, FRENCH.make)).to_have_value("Honda")
    expect(field(page, FRENCH.year)).to_have_value("19")
    assert page.title().startswith("Erreur")
    assert_accessible(page)


def test_two_clicks_on_confirm_make_one_appointment(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/")
    page.get_by_role("link", name=FRENCH.book).first.click()
    say_the_vehicle(page, FRENCH)
    say_the_work(page, FRENCH, javascript=True)
    press(page, FRENCH.choose)
    say_who_comes(page, FRENCH)

    page.get_by_role("button", name=FRENCH.confirm).dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(FRENCH.booked))
    assert Appointment.objects.count() == 1
    assert_sound()
