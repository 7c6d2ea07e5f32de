"""What was sent, who comes, privacy and preferences: readable by anybody, on a telephone and at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from booking.models import Appointment
from customers.models import ConsentEvent, RetentionRun
from dealerships.models import Role
from lib import clock
from notifications.models import Attempt, Message, State, Suppression
from notifications.render import preferences_url
from tests.garage import Garage, make_staff
from tests.journeys.conftest import assert_accessible

PHONE, DESK = 390, 1280


@pytest.fixture
def booked(garage: Garage) -> Appointment:
    """A visit to come: its e-mail was given up, and its number answered STOP."""
    now = clock.now()
    first = clock.local(now, garage.dealership.zone).date()
    day = next(one for one in clock.local_days(first + timedelta(days=1), 5) if one.weekday() < 5)
    visit = garage.book(garage.at(10, day=day), now=now)
    Message.objects.filter(about=visit.about, channel="email").update(state=State.DEAD, error="451 try later")
    Attempt.objects.create(message=Message.objects.all()[0], provider="smtp", seconds=0.4, outcome="refused")
    RetentionRun.objects.create(rule="attempts", before=now, rows=12)
    for channel, address, reason in (
        ("sms", "+15145550123", Suppression.Reason.ASKED),
        ("email", "luc@example.com", Suppression.Reason.UNREACHABLE),
    ):
        Suppression.objects.create(
            group=garage.dealership.group, channel=channel, address=address, reason=reason
        )
    return visit


def sign_in(page: Page, site: str, garage: Garage) -> None:
    client = Client()
    client.force_login(make_staff(garage.dealership, Role.MANAGER))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def test_managers_pages_are_readable_at_both_widths(
    visit: Callable[..., Page], garage: Garage, site: str, booked: Appointment
) -> None:
    page = visit("/healthz", width=DESK, height=900)
    sign_in(page, site, garage)
    for path in (
        "boreal/messages/health/", "boreal/messages/no-shows/", "boreal/messages/retention/",
        f"caller/{booked.customer_id}/privacy/", f"boreal/appointment/{booked.reference}/",
    ):  # fmt: skip
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{site}/desk/{path}")
            assert_accessible(page)


def test_a_blocked_number_shows_while_it_is_typed(
    visit: Callable[..., Page], garage: Garage, site: str, booked: Appointment
) -> None:
    page = visit("/healthz", width=DESK, height=900)
    sign_in(page, site, garage)
    page.goto(f"{site}/desk/boreal/book/")
    expect(page.locator(".flag")).to_have_count(0)
    page.fill("#id_phone", "514 555-0123")
    page.locator("#id_email").focus()
    expect(page.locator("#typed-flags .flag")).to_have_count(1)


def test_preferences_are_chosen_without_signing_in(
    visit: Callable[..., Page], garage: Garage, booked: Appointment
) -> None:
    message = Message.objects.create(
        dedupe_key="review", dealership=garage.dealership, customer=booked.customer, kind="review", channel="email",
        to="luc@example.com", language="fr", state=State.ACCEPTED, sent_at=clock.now(),
    )  # fmt: skip
    page = visit("/p/" + preferences_url(message).partition("/p/")[2], width=PHONE)
    assert_accessible(page)
    page.uncheck("#id_topic_2")
    page.click("main button[type=submit]")
    expect(page.locator("#id_topic_1")).to_be_checked()
    expect(page.locator("#id_topic_2")).not_to_be_checked()
    assert list(ConsentEvent.objects.values_list("kind", "purpose")) == [("withdrawn", "offers")]
    assert_accessible(page)
