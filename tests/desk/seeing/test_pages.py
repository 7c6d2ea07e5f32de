"""The managers' pages: health, who comes, privacy, what is destroyed when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from booking.actions.cadence import change_cadence
from booking.actions.cancel import cancel_appointment
from booking.actions.erase import erase_customer
from booking.actions.history import CUSTOMER
from booking.models import Appointment
from booking.no_shows import REMINDER
from booking.retention import RULES
from customers.models import AccessRecord, Customer, RetentionRun
from dealerships.models import Group, Role
from desk.seeing.no_shows import compare, wording_name
from desk.seeing.provider_names import NAMES
from lib import clock
from lib.proportions import Share
from notifications.kinds import KINDS
from notifications.models import Attempt, Breaker, Message, State
from notifications.transports import SCHEMES
from tests.desk.conftest import open_workshop


@pytest.fixture
def manager(sign_in):
    return sign_in(Role.MANAGER)


@pytest.fixture
def booked(workshop):
    return workshop.book(8)


def url(name, *more):
    return reverse(f"desk:{name}", args=["boreal", *more])


def dead_email(booked, **fields):
    message = Message.objects.get(about=booked.about, kind="confirmation", channel="email")
    Message.objects.filter(pk=message.pk).update(state=State.DEAD, error="451 try later", **fields)
    return message.pk


def test_the_health_page_tells_what_waits_and_what_is_stuck(manager, booked):
    pk = dead_email(booked)
    Message.objects.filter(kind="confirmation", channel="sms").update(
        state=State.UNKNOWN, lease_until=clock.now() + timedelta(minutes=9)
    )
    Attempt.objects.create(message_id=pk, provider="smtp", seconds=0.4, outcome="refused")
    page = manager.get(url("messages-health")).content.decode()
    assert gettext("SMTP server") in page
    assert page.partition("seeing-stuck")[2].count(booked.customer.name) == 2
    assert "451 try later" in page
    assert url("messages-resend", pk) in page
    # A text message is never sent a second time.
    assert page.count("/resend/") == 1
    assert gettext("Never sent twice. If it matters, call the customer.") in page


def name_of(scheme: str) -> str:
    """Under which name calls of a transport with this scheme are kept."""
    return {"smtps": "smtp", "smtp+tls": "smtp", "gateway+http": "gateway"}.get(scheme, scheme)


def test_every_provider_that_can_be_chosen_is_told_by_a_name_and_never_by_its_code(manager, booked):
    message = Message.objects.first()
    codes = {name_of(scheme) for schemes in SCHEMES.values() for scheme in schemes}
    for code in (*codes, "carrier-pigeon"):
        Attempt.objects.create(message=message, provider=code, seconds=0.4, outcome="refused")
    page = manager.get(f"/en{url('messages-health')}")
    shown = {one["name"] for one in page.context["providers"]}
    assert codes <= set(NAMES)
    assert shown == {str(NAMES[code]) for code in codes} | {gettext("Another provider")}
    table = page.content.decode().partition("providers-table")[2].partition("</table>")[0]
    assert {"Twilio", "SendGrid"} <= shown
    assert not [code for code in (*codes, "carrier-pigeon") if f">{code}<" in table]


@pytest.mark.parametrize(("seconds", "said"), [(90, "s"), (2835, "47\u00a0min")])
def test_a_provider_that_is_left_alone_says_for_how_long(manager, booked, seconds, said):
    Breaker.objects.create(provider="twilio", failures=6, open_until=clock.now() + timedelta(seconds=seconds))
    [twilio] = manager.get(f"/en{url('messages-health')}").context["providers"]
    assert (twilio["name"], twilio["bad"]) == ("Twilio", True)
    assert twilio["state"].startswith("left alone for ")
    assert f"{said} more" in twilio["state"]


def test_a_late_queue_is_said_first(manager, booked):
    Message.objects.filter(kind="confirmation").update(next_try_at=clock.now() - timedelta(minutes=12))
    page = manager.get(url("messages-health")).content.decode()
    assert "12" in page.partition('class="alert alert-late')[2][:600]


def test_a_dead_e_mail_is_planned_again_once_and_from_now_on(manager, booked):
    pk = dead_email(booked, attempts=9, not_before=clock.now() - timedelta(days=2))
    for _time in range(2):
        manager.post(url("messages-resend", pk))
    message = Message.objects.get(pk=pk)
    assert (message.state, message.attempts, message.error) == (State.PENDING, 0, "")
    assert message.not_before > clock.now() - timedelta(minutes=1)


def test_what_is_of_no_use_any_more_is_not_sent_again(manager, booked):
    pk = dead_email(booked)
    cancel_appointment(appointment=booked, by=CUSTOMER)
    assert url("messages-resend", pk) not in manager.get(url("messages-health")).content.decode()
    manager.post(url("messages-resend", pk))
    assert Message.objects.get(pk=pk).state == State.DEAD


@pytest.mark.parametrize("changes", [{"version": 2}, {"expires_at": clock.now()}, {"channel": "sms", "dedupe_key": "x"},
                                     {"about": "wait_list:1"}])  # fmt: skip
def test_neither_is_an_old_version_an_expired_one_or_a_text(manager, booked, changes):
    pk = dead_email(booked, **changes)
    manager.post(url("messages-resend", pk))
    assert Message.objects.get(pk=pk).state == State.DEAD


def test_another_dealership_s_message_is_not_found(manager, booked):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    pk = dead_email(elsewhere.book(8, name="Ann Roy"))
    assert manager.post(url("messages-resend", pk)).status_code == 404


def test_the_page_of_who_comes_says_nothing_from_a_few_cases(manager, booked):
    past = clock.now() - timedelta(days=3)
    Appointment.objects.update(
        status="completed",
        starts_at=past,
        ready_at=past + timedelta(hours=2),
        created_at=past - timedelta(days=10),
    )
    page = manager.get(url("messages-no-shows") + "?weeks=4").content.decode()
    assert gettext("too few to say") in page
    assert "100" not in page.partition("rates-table")[2].partition("</table>")[0].replace('max="100"', "")
    assert manager.get(url("messages-no-shows") + "?weeks=x").context["weeks"] == 12


def test_the_reminder_that_is_compared_is_told_as_it_goes_out_here(manager, booked):
    past = clock.now() - timedelta(days=3)
    Appointment.objects.update(status="completed", starts_at=past, ready_at=past + timedelta(hours=2))
    there = f"/en{url('messages-no-shows')}"
    assert "At present: the day before the visit at 4:00 p.m." in manager.get(there).content.decode()
    usual = KINDS[REMINDER].usual
    for when, words in (
        (replace(usual, days=-2), "At present: 2 days before the visit at 4:00 p.m."),
        (replace(usual, active=False), "Switched off at present."),
    ):
        change_cadence(dealership=booked.dealership, kind=REMINDER, when=when, by=manager.user)
        assert words in manager.get(there).content.decode()


def test_ten_cases_bring_no_verdict_and_many_bring_an_interval():
    few = compare(wording_name("cost"), Share(9, 10), Share(5, 10))
    assert "10" in few
    assert "%" not in few
    many, apart = (
        compare(wording_name("cost"), Share(90, 100), Share(92, 100)),
        compare(wording_name("cost"), Share(700, 1000), Share(900, 1000)),
    )
    assert gettext("A difference of zero remains possible.") in many
    assert gettext("Zero is outside the interval.") in apart
    assert wording_name("cost") in apart
    assert "+20,0" in apart


def test_the_export_at_the_desk_is_whole_and_kept_in_the_record(manager, booked):
    answer = manager.get(reverse("desk:privacy-data", args=[booked.customer_id]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    document = answer.json()
    assert document["visits"][0]["reference"] == booked.reference
    kept = AccessRecord.objects.get(kind=AccessRecord.Kind.EXPORT)
    assert (kept.user, kept.customer_id) == (manager.user, booked.customer_id)


def test_erasing_needs_the_name_and_no_visit_ahead(manager, booked):
    there = reverse("desk:privacy", args=[booked.customer_id])
    for name in ("", "Anne Roy"):
        assert manager.post(there, {"name": name}).status_code == 422
    refused = manager.post(there, {"name": "luc  tremblay"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
    cancel_appointment(appointment=booked, by=CUSTOMER)
    assert manager.post(there, {"name": "luc  tremblay"}).url == there
    assert Customer.objects.get(pk=booked.customer_id).erased_at
    page = manager.get(there).content.decode()
    assert gettext("Erase for good") not in page
    assert manager.post(there, {"name": "x"}).status_code == 302  # twice is harmless
    for address in (
        reverse("desk:customer", args=[booked.customer_id]), url("appointment", booked.reference),
        reverse("desk:day", args=["boreal", booked.local_date]),
    ):  # fmt: skip
        shown = manager.get(address)
        assert shown.status_code == 200
        assert "Tremblay" not in shown.content.decode()


def stranger_of(group) -> Customer:
    return Customer.objects.create(group=group, name="Anne Roy")


def test_another_group_s_customer_is_not_there(manager, workshop):
    stranger = stranger_of(Group.objects.create(slug="autre", name="Autre"))
    for name in ("privacy", "privacy-data"):
        assert manager.get(reverse(f"desk:{name}", args=[stranger.pk])).status_code == 404


def test_the_register_lists_every_rule_and_the_runs(manager, workshop):
    RetentionRun.objects.create(rule="attempts", before=clock.now() - timedelta(days=90), rows=4321)
    erase_customer(
        customer=stranger_of(workshop.garage.dealership.group),
        dealership=workshop.garage.dealership,
        user=None,
    )
    page = manager.get(url("messages-retention")).content.decode()
    assert all(str(rule.what) in page for rule in RULES)
    assert "4321" in page.replace("\u00a0", "").replace("\u202f", "")
    assert gettext("A customer, at their request") in page


def test_the_register_shows_the_group_s_own_erasures_and_the_jobs_of_everybody(manager, workshop, sign_in):
    elsewhere = open_workshop(slug="riviere", advisors=1)
    other = Group.objects.create(slug="autre", name="Autre")
    type(elsewhere.garage.dealership).objects.filter(pk=elsewhere.garage.dealership.pk).update(group=other)
    theirs = sign_in(Role.MANAGER, elsewhere.garage)
    now = clock.now()
    RetentionRun.objects.create(rule="attempts", at=now - timedelta(days=9), before=now, rows=4321)
    for garage, days in ((workshop.garage, 8), (elsewhere.garage, 7), (elsewhere.garage, 6)):
        garage.dealership.refresh_from_db()
        erase_customer(
            customer=stranger_of(garage.dealership.group), dealership=garage.dealership, user=None,
            now=now - timedelta(days=days),
        )  # fmt: skip

    ours = manager.get(url("messages-retention")).context["runs"]
    foreign = theirs.get("/desk/riviere/messages/retention/").context["runs"]
    by_request = gettext("A customer, at their request")
    assert [run["what"] == by_request for run in ours] == [True, False]
    assert [run["what"] == by_request for run in foreign] == [True, True, False]
    assert [run["rows"] for run in (ours[-1], foreign[-1])] == ["4\u00a0321", "4\u00a0321"]
