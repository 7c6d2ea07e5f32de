"""Who may open which address. A new address fails here until its line is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from booking.actions.calls import Caller, ask_for_call
from booking.actions.wait_list import join_with_appointment
from booking.models import ServiceGroup
from booking.waiting import Wishes
from customers.models import AccessRecord
from dealerships.models import Closure, Group, Role, SpecialHours, StaffMember, User
from dealerships.permissions import MAY, may
from notifications.models import Message, State
from tests.desk.conftest import Workshop, add_second_step, open_workshop
from tests.garage import make_staff
from tests.notifications.threads import came_in

# What the desk asks of a role, by address.
DESK = {
    "desk:home": "see_schedule",
    "desk:today": "see_schedule",
    "desk:day": "see_schedule",
    "desk:this-week": "see_schedule",
    "desk:week": "see_schedule",
    "desk:caller": "search_customers",
    "desk:customer": "search_customers",
    "desk:appointment": "search_customers",
    "desk:book": "book",
    "desk:calls": "change_appointments",
    "desk:call-made": "change_appointments",
    "desk:move": "change_appointments",
    "desk:cancel": "change_appointments",
    "desk:step": "change_appointments",
    "desk:capacity": "explain_capacity",
    "desk:capacity-week": "explain_capacity",
    "desk:capacity-to-move": "explain_capacity",
    "desk:capacity-full": "change_capacity",
    "desk:capacity-change": "change_capacity",
    "desk:capacity-copy": "change_capacity",
    "desk:capacity-journal": "change_capacity",
    "desk:capacity-undo": "change_capacity",
    "desk:capacity-wait-list": "explain_capacity",
    "desk:capacity-why": "explain_capacity",
    "desk:capacity-unmet": "explain_capacity",
    "desk:capacity-unmet-sheet": "explain_capacity",
    "desk:capacity-wait-list-priority": "change_capacity",
    "desk:capacity-wait-list-remove": "change_capacity",
    "desk:capacity-people": "change_capacity",
    "desk:capacity-person-add": "change_capacity",
    "desk:capacity-person": "change_capacity",
    "desk:capacity-person-away": "change_capacity",
    "desk:capacity-person-away-today": "change_capacity",
    "desk:capacity-person-leave": "change_capacity",
    "desk:capacity-person-left": "change_capacity",
    "desk:capacity-person-come-back": "change_capacity",
    "desk:capacity-absence": "change_capacity",
    "desk:capacity-caps": "change_capacity",
    "desk:capacity-release": "change_capacity",
    "desk:capacity-conditions": "change_capacity",
    "desk:capacity-groups": "change_capacity",
    "desk:capacity-group-add": "change_capacity",
    "desk:capacity-group": "change_capacity",
    "desk:capacity-group-delete": "change_capacity",
    "desk:capacity-closures": "change_capacity",
    "desk:capacity-closure-add": "change_capacity",
    "desk:capacity-closure-delete": "change_capacity",
    "desk:capacity-hours-add": "change_capacity",
    "desk:capacity-hours-delete": "change_capacity",
    "desk:capacity-carry-over": "change_capacity",
    "desk:capacity-snow": "change_capacity",
    "desk:capacity-snow-prepare": "change_capacity",
    "desk:capacity-snow-switch": "change_capacity",
    "desk:messages-inbox": "write_messages",
    "desk:messages-thread": "write_messages",
    "desk:messages-assign": "write_messages",
    "desk:messages-done": "write_messages",
    "desk:messages-act": "change_appointments",
    "desk:messages-to": "write_messages",
    "desk:messages-cadence": "change_messages",
    "desk:messages-cadence-of": "change_messages",
    "desk:messages-unconfirmed": "write_messages",
    "desk:messages-unconfirmed-answer": "change_appointments",
    "desk:messages-flags": "book",
    "desk:messages-unblock": "write_messages",
    "desk:messages-health": "change_messages",
    "desk:messages-resend": "change_messages",
    "desk:messages-no-shows": "change_messages",
    "desk:messages-retention": "handle_privacy",
    "desk:messages-wording": "change_messages",
    "desk:messages-wording-letter": "change_messages",
    "desk:privacy": "handle_privacy",
    "desk:privacy-data": "handle_privacy",
    "desk:site": "change_site",
    "desk:site-colour": "change_site",
}
# Buttons: they answer a post alone.
BUTTONS = {
    "desk:step",
    "desk:call-made",
    "desk:capacity-full",
    "desk:capacity-wait-list-priority",
    "desk:capacity-wait-list-remove",
    "desk:capacity-snow-switch",
    "desk:messages-assign",
    "desk:messages-done",
    "desk:messages-act",
    "desk:messages-cadence-of",
    "desk:messages-unconfirmed-answer",
    "desk:messages-flags",
    "desk:messages-unblock",
    "desk:messages-resend",
}
# Everybody, signed in or not.
PUBLIC = {
    "embed-script", "robots", "sitemap", "logo", "embed", "book-elsewhere", "healthz", "readyz", "home",
    "dealership-home", "privacy", "brand-css", "find", "book", "book-services", "book-time", "book-hold",
    "book-contact", "book-check", "book-wait-list", "book-call", "book-called", "api-docs", "api-nothing-here",
    "api-v1:api-root", "api-v1:openapi-json", "api-v1:list_dealerships", "api-v1:list_services",
    "api-v1:list_advisors", "api-v1:list_availability", "api-v1:book", "book-fuels", "book-models", "book-photos",
}  # fmt: skip
# Whoever holds the secret of a link, or the cookie that it was exchanged for; tests/booking/views, tests/notifications.
BY_LINK = {
    "review-link", "review", "review-thanks",
    "manage-link", "appointment", "appointment-calendar", "appointment-confirm", "appointment-move",
    "appointment-cancel", "appointment-messages", "appointment-keep", "notifications:stop-messages",
    "notifications:preferences",
    "appointment-wait-list", "wait-list-link", "wait-list", "wait-list-leave", "offer-link", "offer",
    "appointment-again", "appointment-late", "appointment-next-season", "appointment-note", "appointment-photos",
    "appointment-season-reminder", "invitation-link", "photo",
}  # fmt: skip
# Signed in, for one's own; tests/booking/views.
OWN_ACCOUNT = {
    "account-home", "after-sign-in", "open-own", "account-again", "account-channels", "account-close",
    "account-closed", "account-consent", "account-data", "account-data-json", "account-data-zip",
    "account-invitation-end", "account-language", "account-passkey-remove", "account-passkeys", "account-preferences",
    "account-vehicle", "account-vehicle-book", "account-vehicle-remove", "invitation",
}  # fmt: skip
# A key, or one appointment's token; tests/api, tests/config.
BY_KEY = {"api-v1:see", "api-v1:move", "api-v1:cancel", "api-v1:confirm", "api-v1:list_customers",
          "metrics"}  # fmt: skip
# Machines that sign what they say; tests/notifications/views/test_hooks.py.
BY_SIGNATURE = {
    "hooks:inbound-text",
    "hooks:text-status",
    "hooks:telephone-event",
    "hooks:mail-event",
    "hooks:mail-letter",
}
# 404 outside the demo; tests/notifications.
DEMO_ONLY = {
    "notifications:demo-phone",
    "notifications:demo-outbox",
    "notifications:demo-letter",
    "notifications:demo-answer",
    "demo-embed",
    "style-guide",
}
# django-allauth decides for its own pages.
ALLAUTH = ("account_", "mfa_")

SLUGLESS = {"desk:home", "desk:caller", "desk:customer", "desk:privacy", "desk:privacy-data"}


def names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name or str(pattern.pattern)))
        else:
            yield from names(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)


def test_the_access_of_every_address_is_stated():
    stated = {*DESK, *PUBLIC, *BY_LINK, *OWN_ACCOUNT, *BY_KEY, *BY_SIGNATURE, *DEMO_ONLY}
    found = {name for name in names(get_resolver()) if not name.startswith(ALLAUTH)}
    assert found - stated == set(), "say who may open these"
    assert {name for name in stated if name.startswith("desk:")} - found == set(), "these are gone"


def test_nothing_is_stated_twice():
    lists = (DESK, PUBLIC, BY_LINK, OWN_ACCOUNT, BY_KEY, BY_SIGNATURE, DEMO_ONLY)
    assert sum(map(len, lists)) == len({name for one in lists for name in one})


@pytest.fixture
def elsewhere(workshop) -> Workshop:
    """Another dealership of the same group."""
    return open_workshop(slug="riviere", advisors=1)


def waiting(appointment) -> int:
    """Somebody who would come earlier than this appointment."""
    known = appointment.wait_list_entries.first()
    if known is None:
        days = Wishes(appointment.local_date, appointment.local_date)
        known = join_with_appointment(appointment=appointment, wishes=days)
    return known.pk


def promised(there: Workshop) -> int:
    """Somebody who was promised a call."""
    luc = Caller(name="Luc Tremblay", phone="+15145550123", language="fr")
    return ask_for_call(dealership=there.garage.dealership, caller=luc).pk


OF_A_CONVERSATION = (
    "desk:messages-thread",
    "desk:messages-assign",
    "desk:messages-done",
    "desk:messages-act",
)


def conversation(there: Workshop, customer) -> int:
    """Somebody wrote to this dealership."""
    return came_in(there.garage.dealership, "allo", customer=customer).conversation.pk


def stuck(there: Workshop) -> object:
    """An e-mail that was given up."""
    given_up = Message.objects.filter(dealership=there.garage.dealership).first()
    assert given_up is not None
    Message.objects.filter(pk=given_up.pk).update(state=State.DEAD)
    return given_up.pk


def rule(name: str, there: Workshop) -> object:  # noqa: PLR0911 - one line for each
    """The row that an address of the rules, or of a message, names; None for those that name none."""
    if name == "desk:messages-resend":
        return stuck(there)
    dealership, day = there.garage.dealership, there.day
    words = {"reason_fr": "Congé", "reason_en": "Off"}
    days = {"first_day": day, "last_day": day, **words}
    what = name.removeprefix("desk:capacity-")
    if what.startswith("person") and what != "person-add":
        return there.garage.advisors[0].pk
    if what in ("group", "group-delete"):
        names = {"name_fr": "Banc", "name_en": "Rack"}
        return ServiceGroup.objects.get_or_create(dealership=dealership, code="rack", defaults=names)[0].pk
    if what == "absence":
        return Closure.objects.get_or_create(
            dealership=dealership, staff_member=there.garage.advisors[0], defaults=days
        )[0].pk
    if what == "closure-delete":
        own = {"staff_member": None, "statutory": False}
        return Closure.objects.get_or_create(dealership=dealership, **own, defaults=days)[0].pk
    if what == "hours-delete":
        hours = {"opens": time(8), "closes": time(12), **words}
        return SpecialHours.objects.get_or_create(dealership=dealership, day=day, defaults=hours)[0].pk
    return None


def address(name: str, there: Workshop, appointment) -> str:
    if row := rule(name, there):
        return reverse(name, args=[there.garage.dealership.slug, row])
    if name == "desk:call-made":
        return reverse(name, args=[there.garage.dealership.slug, promised(there)])
    if name in ("desk:capacity-wait-list-priority", "desk:capacity-wait-list-remove"):
        return reverse(name, args=[there.garage.dealership.slug, waiting(appointment)])
    values = {
        "desk:home": [],
        "desk:caller": [],
        "desk:customer": [appointment.customer_id],
        "desk:privacy": [appointment.customer_id],
        "desk:privacy-data": [appointment.customer_id],
        "desk:day": ["SLUG", there.day],
        "desk:week": ["SLUG", there.day],
        "desk:capacity-week": ["SLUG", there.day],
        "desk:appointment": ["SLUG", appointment.reference],
        "desk:move": ["SLUG", appointment.reference],
        "desk:cancel": ["SLUG", appointment.reference],
        "desk:messages-to": ["SLUG", appointment.customer_id],
        "desk:messages-cadence-of": ["SLUG", "reminder_1d"],
        "desk:messages-unconfirmed-answer": ["SLUG", appointment.reference],
        "desk:step": ["SLUG", appointment.reference, "arrived"],
        "desk:messages-wording-letter": ["SLUG", "confirmation", "fr"],
    }.get(name, ["SLUG"])
    if name in OF_A_CONVERSATION:
        step = ["confirm"] if name == "desk:messages-act" else []
        values = ["SLUG", conversation(there, appointment.customer), *step]
    return reverse(
        name, args=[there.garage.dealership.slug if value == "SLUG" else value for value in values]
    )


def knock(client: Client, name: str, url: str):
    """Opens a page, or presses the button with a version that is never current, so that nothing changes."""
    return client.post(url, {"version": 0}) if name in BUTTONS else client.get(url)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", DESK)
def test_each_role_opens_what_it_may_in_its_own_dealership_and_nothing_in_another(name, workshop, elsewhere):
    mine, theirs = workshop.book(8), elsewhere.book(8, name="Ann Roy")
    for role in Role:
        client = signed_in(add_second_step(make_staff(workshop.garage.dealership, role)))
        own = knock(client, name, address(name, workshop, mine)).status_code
        if role in MAY[DESK[name]]:
            assert own in (200, 302, 409, 422), role
        else:
            assert own == 403, role
        if name not in SLUGLESS:
            other = knock(client, name, address(name, elsewhere, theirs)).status_code
            # A group administrator works in every dealership of the group.
            expected = (200, 302, 409, 422) if role is Role.GROUP_ADMINISTRATOR else (404,)
            assert other in expected, role


@pytest.mark.parametrize("name", DESK)
def test_strangers_sign_in_customers_are_refused_and_staff_need_their_second_step(name, workshop, settings):
    url = address(name, workshop, workshop.book(8))
    assert knock(Client(), name, url).url.startswith(reverse("account_login"))
    customer = signed_in(User.objects.create_user("client@example.com"))
    assert knock(customer, name, url).status_code == 403
    manager = signed_in(make_staff(workshop.garage.dealership, Role.MANAGER))
    assert knock(manager, name, url).url == reverse("mfa_index")
    settings.DEMO = True
    assert knock(manager, name, url).status_code in (200, 302, 409, 422)
    assert "/account/" not in knock(manager, name, url).headers.get("Location", "")


def test_a_group_administrator_does_not_reach_into_another_group(workshop):
    other = Group.objects.create(slug="autre", name="Autre")
    elsewhere = open_workshop(slug="ailleurs", group=other, advisors=1)
    client = signed_in(add_second_step(make_staff(workshop.garage.dealership, Role.GROUP_ADMINISTRATOR)))
    assert client.get(f"/desk/ailleurs/day/{elsewhere.day}/").status_code == 404
    assert client.get(f"/desk/caller/{elsewhere.book(8).customer_id}/").status_code == 404


def test_who_has_left_is_refused_at_once(workshop):
    user = add_second_step(make_staff(workshop.garage.dealership, Role.ADVISOR))
    client = signed_in(user)
    url = f"/desk/boreal/day/{workshop.day}/"
    assert client.get(url).status_code == 200
    StaffMember.objects.filter(user=user).update(active=False)
    assert client.get(url).status_code == 403


def test_htmx_is_sent_to_sign_in_as_a_whole_page_and_comes_back_to_the_page_in_view(workshop):
    day = f"/desk/boreal/day/{workshop.day}/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{day}"}
    button = address("desk:step", workshop, workshop.book(8))
    answer = Client().post(button, {"version": 1}, headers=headers)
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next={day}"


def test_nobody_comes_back_from_signing_in_to_a_button(workshop):
    button = address("desk:step", workshop, workshop.book(8))
    assert Client().post(button, {"version": 1}).url == f"{reverse('account_login')}?next=/desk/"


def test_what_was_refused_is_not_kept_as_an_opening(workshop):
    booked = workshop.book(8)
    signed_in(User.objects.create_user("client@example.com")).get(
        address("desk:appointment", workshop, booked)
    )
    Client().get(f"/desk/caller/{booked.customer_id}/")
    assert not AccessRecord.objects.exists()


def test_every_role_has_its_line_in_the_list(workshop):
    """The whole table, role by role, so that a change of it is a change here."""
    counter = {
        "see_schedule", "search_customers", "book", "change_appointments", "explain_capacity", "write_messages",
    }  # fmt: skip
    manager = counter | {"change_capacity", "change_messages", "change_site", "handle_privacy"}
    expected = {
        Role.ADVISOR: counter,
        Role.PARTS: {"see_schedule", "search_customers"},
        Role.DELIVERY: {"see_schedule", "search_customers", "book", "write_messages"},
        Role.MANAGER: manager,
        Role.GROUP_ADMINISTRATOR: manager,
        Role.TECHNICIAN: set(),
    }
    for role, allowed in expected.items():
        user = make_staff(workshop.garage.dealership, role)
        held = {action for action in MAY if may(user, action, workshop.garage.dealership)}
        assert held == allowed, role
