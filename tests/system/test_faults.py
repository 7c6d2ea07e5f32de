"""What the site acknowledged, it keeps and tells the customer, whichever of its processes dies or falls silent.

One site for all of it: the tests run in this order, each on what the earlier ones left.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading

import pytest

from tests.runtime.conftest import is_alive
from tests.system.customers import SLUG, Rush, Visit, Visits
from tests.system.gateway import accepted, hurry, misbehave, text_of
from tests.system.mail import Mailbox
from tests.system.site import Answer, Site, children, descendants, eventually, frozen

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="finds the children in /proc"),
]
# The mail server says no more; the gateway tells of the delivery.
SENT = {"email": {"accepted"}, "sms": {"accepted", "delivered"}}


def confirmations(site: Site, visit: Visit) -> dict[str, str]:
    """The state of the visit's confirmation, by channel."""
    messages = site.ask(
        "GET", f"/demo/outbox/?format=json&kind=confirmation&reference={visit.reference}"
    ).json()
    return {message["channel"]: message["state"] for message in messages}


def all_told(site: Site, *visits: Visit, seconds: float = 30) -> bool:
    return eventually(lambda: all(is_told(confirmations(site, visit)) for visit in visits), seconds)


def is_told(states: dict[str, str]) -> bool:
    return states.keys() == SENT.keys() and all(states[channel] in SENT[channel] for channel in SENT)


def check_told_at_once(site: Site, visits: Visits) -> None:
    """Five customers book without waiting, and within 30 s each has their e-mail and text message."""
    made = [visits.new() for _ in range(5)]
    answers = [visit.ask(site) for visit in made]
    assert [answer.status for answer in answers] == [201] * 5
    assert max(answer.seconds for answer in answers) < 2, [answer.seconds for answer in answers]
    assert all_told(site, *made), [confirmations(site, visit) for visit in made]


def check_kept(site: Site, made: list[Visit]) -> None:
    """Every acknowledged booking exists, none twice, and no other came of the same customer's request."""
    rows = site.rows("SELECT contact_email, reference FROM booking_appointment")
    for visit in made:
        found = [reference for email, reference in rows if email == visit.email]
        assert found == [visit.reference], (visit, found)


def audit(site: Site) -> dict[str, int]:
    done = site.command("manage.py", "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    violations: dict[str, int] = json.loads(done.stdout)
    return violations


def test_a_silent_broker_holds_up_neither_booking_nor_message(site: Site, visits: Visits) -> None:
    with frozen(site.child("valkey-server")):
        check_told_at_once(site, visits)
    assert eventually(lambda: site.ask("GET", "/readyz").json()["status"] == "ok", 10)


def test_a_broker_that_lost_everything_costs_no_message(site: Site, visits: Visits) -> None:
    readiness: list[Answer] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            readiness.append(site.ask("GET", "/readyz"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        site.kill("valkey-server")
        for file in (site.var / "valkey").glob("appendonlydir/*.aof"):
            file.write_bytes(b"")
        check_told_at_once(site, visits)
        assert eventually(lambda: readiness[-1].json()["status"] == "ok", 30)
    finally:
        over.set()
        watcher.join()
    assert site.said("valkey stopped (exit -9); starting it again")
    assert {answer.status for answer in readiness} == {200}
    assert {answer.json()["status"] for answer in readiness} == {"degraded", "ok"}


def test_senders_killed_in_the_middle_lose_no_message_and_repeat_no_text(
    site: Site, visits: Visits, mailbox: Mailbox
) -> None:
    made = [visits.new() for _ in range(4)]
    mailbox.stalls = True
    try:
        assert [visit.ask(site).status for visit in made] == [201] * 4
        assert eventually(lambda: any(mailbox.ids(visit.email) for visit in made), 20)
        site.kill("celery", "manage.py dispatch")
    finally:
        mailbox.stalls = False
    # Their leases last 90 s; nobody need wait for that here.
    site.rows("UPDATE notifications_message SET lease_until = now() WHERE state = 'sending'")
    assert all_told(site, *made), [confirmations(site, visit) for visit in made]

    copies = [mailbox.ids(visit.email) for visit in made]
    assert max(map(len, copies)) == 2, "nobody was killed while sending"
    assert [len(set(ids)) for ids in copies] == [1] * 4
    tries = dict(
        site.rows(
            "SELECT about, attempts FROM notifications_message WHERE channel = 'sms' AND kind = 'confirmation'"
        )
    )
    assert [tries[f"appointment:{visit.reference}"] for visit in made] == [1] * 4


def test_whatever_the_gateway_does_each_customer_gets_one_text_message(site: Site, visits: Visits) -> None:
    made: list[Visit] = []
    for mode in ("429", "slow", "500", "duplicate_callbacks", "wrong_json", "timeout_after_accepting"):
        visit = visits.new()
        misbehave(site, mode)
        assert visit.ask(site).status == 201
        tried = "SELECT 1 FROM notifications_message WHERE about = 'appointment:{}' AND channel = 'sms' AND attempts > 0"
        assert eventually(lambda visit=visit, tried=tried: site.rows(tried.format(visit.reference)), 20), mode
        made.append(visit)

    def all_delivered() -> bool:
        hurry(site)
        return all(text_of(site, visit)[1] == "delivered" for visit in made)

    assert eventually(all_delivered, 60), [text_of(site, visit) for visit in made]
    counts = accepted(site)
    assert [counts[text_of(site, visit)[0]] for visit in made] == [1] * len(made)


def test_senders_killed_while_the_gateway_has_their_message_repeat_no_text(
    site: Site, visits: Visits
) -> None:
    asleep, waiting = visits.new(), visits.new()
    with frozen(site.child("fake_gateway")):
        assert asleep.ask(site).status == 201
        assert eventually(lambda: text_of(site, asleep)[1] == "sending", 20)
        site.kill("celery", "manage.py dispatch")
    misbehave(site, "timeout_after_accepting")
    assert waiting.ask(site).status == 201
    assert eventually(lambda: accepted(site)[text_of(site, waiting)[0]], 40)
    site.kill("celery", "manage.py dispatch")
    site.rows("UPDATE notifications_message SET lease_until = now() WHERE state = 'sending'")

    def both_delivered() -> bool:
        hurry(site)
        return {text_of(site, visit)[1] for visit in (asleep, waiting)} == {"delivered"}

    assert eventually(both_delivered, 60), [text_of(site, visit) for visit in (asleep, waiting)]
    counts = accepted(site)
    assert [counts[text_of(site, visit)[0]] for visit in (asleep, waiting)] == [1, 1]


def test_a_killed_database_loses_no_acknowledged_booking(site: Site, visits: Visits) -> None:
    with Rush(site, visits) as rush:
        assert eventually(lambda: len(rush.booked) >= 8, 20)
        # Nobody starts it again for a moment, so that everybody meets its absence.
        with frozen(site.process.pid):
            site.kill("bin/postgres")
            page = site.ask("GET", f"/{SLUG}/")
        before = len(rush.booked)
        assert eventually(lambda: len(rush.booked) >= before + 8, 30), site.output.read_text()
    assert site.said("postgres stopped (exit -9); starting it again")
    assert sum(visit.silences for visit in rush.made) == 0
    assert {answer.status for answer in rush.answers} == {201, 503}
    assert {answer.headers.get_content_type() for answer in rush.answers} == {"application/json"}
    assert (page.status, page.headers.get_content_type()) == (503, "text/html")
    refused = [answer for answer in (*rush.answers, page) if answer.status == 503]
    assert all(answer.headers["Retry-After"] and answer.seconds < 6 for answer in refused)
    check_kept(site, rush.made)
    assert all_told(site, rush.made[-1])


def test_a_killed_web_server_leaves_nothing_half_booked(site: Site, visits: Visits) -> None:
    with Rush(site, visits) as rush:
        for kill in (
            lambda: os.kill(children(site.child("granian"))[0], signal.SIGKILL),
            lambda: site.kill("granian"),
        ):
            before = len(rush.booked)
            assert eventually(lambda before=before: len(rush.booked) >= before + 8, 30)
            kill()
        before = len(rush.booked)
        assert eventually(lambda: len(rush.booked) >= before + 8, 30), site.output.read_text()
    assert sum(visit.silences for visit in rush.made) > 0, "nobody was interrupted"
    assert {answer.status for answer in rush.answers} == {201}
    check_kept(site, rush.made)


def test_in_the_end_everything_adds_up_and_ctrl_c_ends_it_all(site: Site) -> None:
    assert set(accepted(site).values()) == {1}, "a text message was handed over twice"
    violations = audit(site)
    assert violations
    assert set(violations.values()) == {0}
    everything = descendants(site.process.pid)
    assert len(everything) > 5
    assert site.interrupt(15) == 0
    assert not [pid for pid in everything if is_alive(pid)]
