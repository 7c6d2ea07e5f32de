import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from notifications.models import Message, State
from tests.booking.management.socket_proxy import SocketProxy
from tests.notifications.letters import letter
from tests.notifications.processes import database_server, environment, python

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(condition, seconds=40):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


def states():
    return list(Message.objects.order_by("created_at").values_list("state", flat=True))


def plan(number):
    letter(about=f"appointment:{number}").save()


@pytest.fixture
def loop(tmp_path):
    """`manage.py dispatch` as a process of its own, and a way to read what it says."""
    processes = []

    def loop(**more):
        log = (tmp_path / "log").open("w")
        demo = {"DEMO": "1", "EMAIL_URL": "demo://", "SMS_URL": "demo://"}
        process = subprocess.Popen(
            python("manage.py", "dispatch"), env=environment(**demo, **more), cwd=settings.BASE_DIR,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        processes.append(process)
        log.close()
        return process, (tmp_path / "log").read_text

    yield loop
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_once_sends_everything_that_is_due_and_ends(settings):
    settings.EMAIL_URL = "demo://"
    for number in range(25):
        plan(number)
    call_command("dispatch", "--once")
    assert set(states()) == {State.ACCEPTED}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_loop_sends_what_comes_and_stops_cleanly(loop, number):
    process, said = loop()
    plan(1)
    wait_for(lambda: states() == [State.ACCEPTED])
    plan(2)
    wait_for(lambda: states() == [State.ACCEPTED] * 2, seconds=5)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert said().strip().endswith("Stopped; nothing is half sent.")


def test_the_loop_outlives_an_absent_database_and_says_so_once(loop):
    # Not below tmp_path: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        proxy = SocketProxy(Path(folder), *database_server())
        proxy.up()
        process, said = loop(database_host=folder)
        plan(1)
        wait_for(lambda: states() == [State.ACCEPTED])
        proxy.down()
        plan(2)
        wait_for(lambda: "does not answer" in said())
        time.sleep(4.5)  # two more looks
        assert said().count("does not answer") == 1
        proxy.up()
        wait_for(lambda: states() == [State.ACCEPTED] * 2, seconds=40)
        wait_for(lambda: "is back" in said())
        process.terminate()
        assert process.wait(15) == 0
        assert "Traceback" not in said()
        proxy.down()
