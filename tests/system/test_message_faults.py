"""Each confirmation arrives exactly once by each way, whatever dies, freezes or misbehaves meanwhile.

Asserted on what the mail server and the gateway accepted, not on what our own rows say. One site for all of it, with a
broker and a gateway of the test's own.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import paths
from runtime.fake_gateway import FakeGateway
from runtime.fake_gateway import Server as GatewayServer
from runtime.folders import make_var_dir
from runtime.valkey import EmbeddedValkey
from tests.notifications.transports.mail_server import mail_server
from tests.services import remove
from tests.system.customers import SLUG, Visit, Visits
from tests.system.gateway import hurry
from tests.system.mail import Mailbox
from tests.system.site import REPOSITORY, Site, descendants, eventually, free_port

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="finds the children in /proc"),
]
SENDER = "+14505550134"
TOLD = ("accepted", "delivered")


class Place:
    """The site, and everything outside it that a message meets."""

    def __init__(self, site: Site, mailbox: Mailbox, gateway: FakeGateway, broker: EmbeddedValkey) -> None:
        self.site, self.mailbox, self.gateway, self.broker = site, mailbox, gateway, broker

    def texts(self, visit: Visit) -> list[str]:
        """The id of each hand-over of the visit's confirmation that the gateway accepted."""
        mine = {row[0] for row in self.site.rows(f"SELECT id::text {self._of(visit, 'sms')}")}
        return [one for one in self.handed_over() if one in mine]

    def handed_over(self) -> list[str]:
        """The id of every message that the gateway accepted, as often as it did."""
        lines = self.gateway.book.read_text().splitlines() if self.gateway.book.exists() else []
        return [json.loads(line)["id"] for line in lines]

    def letters(self, visit: Visit) -> list[str]:
        """The Message-ID of each copy of the visit's confirmation that the mail server accepted."""
        return self.mailbox.ids(visit.email)

    def states(self, visit: Visit) -> dict[str, str]:
        return dict(self.site.rows(f"SELECT channel, state {self._of(visit, 'email', 'sms')}"))

    def is_told(self, visit: Visit) -> bool:
        states = self.states(visit)
        return set(states) == {"email", "sms"} and set(states.values()) <= set(TOLD)

    def hurry(self) -> None:
        """Leases, and the pauses before another try, are over now; nobody need wait for them here."""
        self.site.rows("UPDATE notifications_message SET lease_until = now() WHERE state = 'sending'")
        hurry(self.site)

    def _of(self, visit: Visit, *channels: str) -> str:
        names = ", ".join(f"'{channel}'" for channel in channels)
        return (
            f"FROM notifications_message WHERE about = 'appointment:{visit.reference}'"
            f" AND kind = 'confirmation' AND channel IN ({names})"
        )


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    var = Path(os.environ["VAR_DIR"]) / "messages"
    broker = EmbeddedValkey(var / "broker")
    mailbox = Mailbox()
    for folder in (var, broker.var):
        make_var_dir(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(remove, var)
        address = stack.enter_context(mail_server(mailbox))
        gateway, port = _serve_gateway(var, stack)
        broker.start()
        stack.callback(broker.stop)
        site = Site(
            var,
            EMAIL_URL=f"smtp://{address}",
            SMS_URL=f"gateway+http://test:secret@127.0.0.1:{port}/?from={SENDER}",
            BROKER_URL=paths.embedded_broker_url(broker.var),
            CACHE_URL=paths.embedded_cache_url(broker.var),
            RATE_LIMITS="off",
        )
        stack.callback(site.stop)
        gateway.site = f"http://127.0.0.1:{site.port}"
        assert eventually(site.has_started, 100), site.output.read_text()
        seeded = site.command("-m", "tests.system.seed", SLUG)
        assert seeded.returncode == 0, seeded.stderr
        yield Place(site, mailbox, gateway, broker)


@pytest.fixture(scope="module")
def visits(place: Place) -> Visits:
    return Visits(place.site)


def _serve_gateway(var: Path, stack: contextlib.ExitStack) -> tuple[FakeGateway, int]:
    port = free_port()
    gateway = FakeGateway(
        key="test", secret="secret", sender=SENDER, site="http://127.0.0.1", telephony_secret="secret",
        book=var / "gateway.jsonl",
    )  # fmt: skip
    server = GatewayServer(port, gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return gateway, port


def book(place: Place, visits: Visits, count: int = 2) -> list[Visit]:
    made = [visits.new() for _ in range(count)]
    assert [visit.ask(place.site).status for visit in made] == [201] * count
    return made


def check_told_once(place: Place, made: list[Visit], seconds: float = 30) -> None:
    """Each visit's text message and e-mail were accepted, once."""
    assert eventually(lambda: all(place.is_told(visit) for visit in made), seconds), [
        place.states(visit) for visit in made
    ]
    for visit in made:
        assert Counter(map(len, (place.texts(visit), place.letters(visit)))) == {1: 2}, visit


def test_whoever_dies_between_the_commit_and_the_wake_up_call_the_message_goes(
    place: Place, visits: Visits
) -> None:
    visit = visits.new()
    done = place.site.command("-m", "tests.system.book_and_die", str(visit.number), visit.start)
    assert done.returncode == 9, done.stdout + done.stderr
    ((reference,),) = place.site.rows(
        f"SELECT reference FROM booking_appointment WHERE contact_email = '{visit.email}'"  # noqa: S608
    )
    visit.known_reference = reference
    check_told_once(place, [visit], seconds=15)


def test_a_mail_server_that_asks_to_come_again_gets_the_letter_once(place: Place, visits: Visits) -> None:
    place.mailbox.greylists = True
    try:
        (visit,) = book(place, visits, 1)
        assert eventually(lambda: visit.email in place.mailbox.turned_away, 20)
        assert eventually(lambda: place.hurry() or place.is_told(visit), 20), place.states(visit)
    finally:
        place.mailbox.greylists = False
    assert (len(place.letters(visit)), len(place.texts(visit))) == (1, 1)


@pytest.mark.parametrize("fault", ["stalls", "drops"])
def test_a_mail_server_that_falls_silent_with_the_letter_in_hand_can_tell_its_copies(
    place: Place, visits: Visits, fault: str
) -> None:
    setattr(place.mailbox, fault, True)
    try:
        (visit,) = book(place, visits, 1)
        assert eventually(lambda: place.letters(visit), 20)
    finally:
        if fault == "drops":
            setattr(place.mailbox, fault, False)
        else:
            assert eventually(lambda: place.states(visit)["email"] == "pending", 30), place.states(visit)
            place.mailbox.stalls = False
    assert eventually(lambda: place.hurry() or place.is_told(visit), 30), place.states(visit)
    assert (len(place.letters(visit)), len(set(place.letters(visit)))) == (2, 1)
    assert len(place.texts(visit)) == 1


def test_senders_that_freeze_for_longer_than_their_lease_and_wake_again_repeat_nothing(
    place: Place, visits: Visits
) -> None:
    place.gateway.set_mode("slow", times=2)
    made = book(place, visits, 2)
    assert eventually(lambda: all(place.texts(visit) for visit in made), 20)
    sleepers = [place.site.child("celery"), place.site.child("manage.py dispatch")]
    sleepers += [member for pid in sleepers for member in descendants(pid)]
    for pid in sleepers:
        os.kill(pid, signal.SIGSTOP)
    other = _start(place, "manage.py", "dispatch")
    try:
        place.hurry()
        assert eventually(lambda: place.hurry() or all(map(place.is_told, made)), 40), [
            place.states(visit) for visit in made
        ]
    finally:
        for pid in sleepers:
            os.kill(pid, signal.SIGCONT)
        _end(other)
    check_told_once(place, book(place, visits))  # they work again
    for visit in made:
        assert len(place.texts(visit)) == 1
        assert len(set(place.letters(visit))) == 1
        assert place.is_told(visit)


def test_two_of_each_that_beats_and_sends_tell_everybody_once(place: Place, visits: Visits) -> None:
    beside = [
        _start(place, "manage.py", "dispatch"),
        _start(place, "-m", "celery", "-A", "config", "beat", "--schedule", str(place.site.var / "second-beat")),
    ]  # fmt: skip
    try:
        check_told_once(place, book(place, visits, 6))
    finally:
        for process in beside:
            _end(process)


def test_a_broker_that_is_started_again_ten_times_costs_no_message(place: Place, visits: Visits) -> None:
    made = []
    for _time in range(10):
        place.broker.stop()
        made += book(place, visits, 1)
        place.broker.start()
    check_told_once(place, made)


def test_a_database_that_is_started_again_costs_no_message(place: Place, visits: Visits) -> None:
    made = book(place, visits)
    os.kill(place.site.child("bin/postgres"), signal.SIGINT)  # a fast shutdown; `up` starts it again
    assert eventually(lambda: place.site.said("postgres stopped"), 15)
    assert eventually(lambda: place.site.ask("GET", "/readyz").status == 200, 30)
    # Who was sending at that moment keeps its lease until it ends.
    assert eventually(lambda: place.hurry() or all(map(place.is_told, made)), 30)
    check_told_once(place, made)
    check_told_once(place, book(place, visits))


def test_in_the_end_no_text_message_was_accepted_twice(place: Place) -> None:
    handed_over = Counter(place.handed_over())
    assert len(handed_over) > 20
    assert set(handed_over.values()) == {1}
    audit = place.site.command("manage.py", "audit")
    assert audit.returncode == 0, audit.stdout


def _start(place: Place, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env=place.site.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    process.kill()
    process.wait()
