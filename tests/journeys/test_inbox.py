"""The inbox: a customer writes, the desk sees it, answers, and is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from booking.actions.events import work_on_events
from booking.models import Appointment, Status
from dealerships.models import Dealership, User
from lib import clock
from notifications.models import Channel, Conversation, Message, State, Suppression
from tests.booking.letters import was_mailed
from tests.booking.texts import LUC, SHOP, was_sent, write
from tests.garage import Garage
from tests.journeys.conftest import EVERYWHERE, assert_accessible
from tests.journeys.test_desk import julie as julie  # noqa: PLC0414 - a fixture
from tests.journeys.test_desk import sign_in, workday

Visit = Callable[..., Page]


@pytest.fixture
def day(garage: Garage) -> date:
    return workday(garage)


@pytest.fixture
def booked(garage: Garage, day: date) -> Appointment:
    """Luc is booked, was reminded an hour ago, and wrote since; somebody unknown wrote, too."""
    Dealership.objects.filter(pk=garage.dealership.pk).update(sms_sender=SHOP)
    visit = garage.book(garage.at(8, day=day), plate="K4T7QF", now=clock.now())
    now = clock.now()
    Message.objects.filter(kind="confirmation").update(
        state=State.DELIVERED, sent_at=now - timedelta(hours=30), delivered_at=now - timedelta(hours=30)
    )
    was_sent(visit, "reminder_1d", at=now - timedelta(hours=2))
    write(
        "Est-ce que vous pouvez regarder le bruit à l’avant en même temps?", now=now - timedelta(minutes=25)
    )
    write("Avez-vous des pneus 205/55R16?", sender="+15145550199", now=now - timedelta(hours=4))
    return visit


def messages(page: Page, path: str = "") -> None:
    page.goto(f"{page.url.split('/desk/')[0]}/desk/boreal/messages/{path}")


@EVERYWHERE
def test_the_inbox_and_a_thread_are_accessible(
    visit: Visit,
    garage: Garage,
    julie: User,
    booked: Appointment,
    day: date,
    prefix: str,
    width: int,
    other: int,
) -> None:
    page = visit(f"{prefix}/desk/boreal/day/{day}/", width=width)
    sign_in(page)
    assert_accessible(page, other=other)
    messages(page)
    assert_accessible(page, other=other)
    messages(page, "?show=mine")
    assert_accessible(page, other=other)
    thread = Conversation.objects.get(customer=booked.customer)
    messages(page, f"{thread.pk}/")
    assert_accessible(page, other=other)
    unknown = Conversation.objects.get(customer=None)
    messages(page, f"{unknown.pk}/")
    assert_accessible(page, other=other)
    for channel, address in ((Channel.SMS, LUC), (Channel.EMAIL, "luc@example.com")):
        Suppression.objects.create(
            group=garage.dealership.group, channel=channel, address=address, reason="asked"
        )
        messages(page, f"{thread.pk}/")
        assert_accessible(page, other=other)


def test_a_customer_is_answered_and_their_visit_confirmed_from_the_thread(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date
) -> None:
    page = visit(f"/desk/boreal/day/{day}/", width=1280, height=800)
    sign_in(page)
    page.get_by_role("link", name=re.compile("Messages")).click()
    page.get_by_role("link", name="Luc Tremblay").click()
    expect(page.get_by_text("Est-ce que vous pouvez regarder")).to_be_visible()

    page.get_by_role("link", name="C’est noté").click()
    words = page.get_by_role("textbox", name=re.compile("Votre réponse|Your answer"))
    expect(words).to_have_value(re.compile("Oui, c’est noté"))
    expect(page.locator("[data-count]")).to_contain_text("1 ")
    words.fill("x" * 200)
    expect(page.locator("[data-count]")).to_contain_text("2 ")
    words.fill("Oui, on regarde ça.")
    page.locator("[data-answer-box] button[type=submit]").click()
    expect(page.locator(".thread-ours")).to_contain_text("Oui, on regarde ça.")

    message = Message.objects.get(kind="desk_message")
    assert (message.to, message.channel, message.payload["author"]) == (LUC, Channel.SMS, "Advisor")
    assert Conversation.objects.get(customer=booked.customer).waiting_since is None

    page.locator(".side-acts button").first.click()
    expect(page.locator(".side-visit .state-confirmed")).to_be_visible()
    booked.refresh_from_db()
    assert booked.status == Status.CONFIRMED


def test_the_inbox_works_without_a_script(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date
) -> None:
    page = visit("/desk/boreal/messages/", width=390, javascript=False)
    sign_in(page)
    messages(page)
    page.get_by_role("link", name="Luc Tremblay").click()
    page.get_by_role("link", name="C’est noté").click()
    page.locator("[data-answer-box] button[type=submit]").click()
    expect(page.locator(".thread-ours")).to_contain_text("Oui, c’est noté")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_answer_to_an_e_mail_reaches_the_same_thread(
    visit: Visit,
    garage: Garage,
    julie: User,
    booked: Appointment,
    day: date,
    settings: Any,
    javascript: bool,
) -> None:
    settings.DEMO, settings.EMAIL_REPLY_DOMAIN = True, "reponses.example"
    was_mailed(booked, "reminder_3d", at=clock.now() - timedelta(hours=1))
    page = visit("/demo/outbox/?channel=email&kind=reminder_3d", width=390, javascript=javascript)
    page.get_by_text("Répondre à ce courriel").click()
    if javascript:
        assert_accessible(page)
    page.get_by_role("textbox", name="Votre réponse").fill("Bonjour,\n\nAvez-vous reçu mes pneus?\n\nLuc")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre réponse est partie")).to_be_visible()
    work_on_events()

    page.goto(f"{page.url.split('/demo/')[0]}/desk/boreal/messages/")
    sign_in(page)
    messages(page)
    expect(page.get_by_role("list").get_by_text("Avez-vous reçu mes pneus?").first).to_be_visible()
    page.get_by_role("link", name="Luc Tremblay").click()
    theirs = page.locator(".thread-theirs").last
    expect(theirs).to_contain_text("Avez-vous reçu mes pneus?")
    expect(theirs).not_to_contain_text("a écrit")  # what they quoted
    expect(page.get_by_role("radio", name=re.compile("Courriel"))).to_be_checked()
