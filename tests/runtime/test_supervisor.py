"""Children that die are started again; children never outlive their supervisor."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.processes import Program, wait_until
from runtime.supervisor import Supervisor
from tests.runtime.conftest import is_alive

FOREVER = ["sleep", "300"]


def family(path: Path) -> list[str]:
    """A parent that writes its child's number to `path`, then sleeps."""
    return ["sh", "-c", f"sleep 300 & echo $! > {path}; wait"]


def read_pid(path: Path) -> int:
    assert wait_until(lambda: path.exists() and path.read_text().strip() != "", 5)
    return int(path.read_text())


def test_a_child_that_dies_is_started_again_and_a_line_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(tmp_path, said.append) as supervisor:
        child = supervisor.start(Program("worker", FOREVER))
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        assert supervisor.watch(until=lambda: child.running and child.process.pid != first, seconds=5)
    assert said == ["worker stopped (exit -9); starting it again in 0.5 s"]


def test_one_that_keeps_dying_is_started_later_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(tmp_path, said.append) as supervisor:
        supervisor.start(Program("worker", ["sh", "-c", "exit 3"]))
        assert supervisor.watch(until=lambda: len(said) == 3, seconds=10)
    log = tmp_path / "worker.log"
    assert said == [
        "worker stopped (exit 3); starting it again in 0.5 s",
        f"worker stopped (exit 3); starting it again in 1 s (log: {log})",
        f"worker stopped (exit 3); starting it again in 2 s (log: {log})",
    ]


def test_what_a_killed_child_leaves_behind_ends_before_its_successor_starts(tmp_path: Path) -> None:
    with Supervisor(tmp_path, print) as supervisor:
        child = supervisor.start(Program("web", family(tmp_path / "pid")))
        left = read_pid(tmp_path / "pid")
        assert child.process is not None
        os.kill(child.process.pid, signal.SIGKILL)
        assert supervisor.watch(until=lambda: not is_alive(left), seconds=5)


def test_leaving_stops_the_children_the_last_started_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    script = "trap 'echo {} >> {}; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    with Supervisor(tmp_path, print) as supervisor:
        children = []
        for name in ("database", "web"):
            children.append(supervisor.start(Program(name, ["sh", "-c", script.format(name, order)])))
            assert wait_until(lambda name=name: "up" in (tmp_path / f"{name}.log").read_text(), 5)
    assert order.read_text().split() == ["web", "database"]
    assert not any(child.running for child in children)


def test_a_child_that_ignores_the_request_is_ended(tmp_path: Path) -> None:
    stubborn = ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"]
    with Supervisor(tmp_path, print) as supervisor:
        child = supervisor.start(Program("worker", stubborn, stop_seconds=0.3))
        assert wait_until(lambda: "up" in child.log.read_text(), 5)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert not child.running


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's request to follow the parent is Linux only")
def test_children_follow_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from runtime.supervisor import Supervisor\nfrom runtime.processes import Program\n"
        "with Supervisor(pathlib.Path(sys.argv[1]), print) as supervisor:\n"
        "    print(supervisor.start(Program('worker', ['sleep', '300'])).process.pid, flush=True)\n"
        "    supervisor.watch()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    assert is_alive(pid)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    assert wait_until(lambda: not is_alive(pid), 5)


def test_the_log_of_the_last_run_is_set_aside(tmp_path: Path) -> None:
    for words in ("first", "second"):
        with Supervisor(tmp_path, print) as supervisor:
            supervisor.start(Program("worker", ["echo", words]))
            assert supervisor.watch(until=lambda: (tmp_path / "worker.log").read_text() != "", seconds=5)
    assert (tmp_path / "worker.log").read_text() == "second\n"
    assert (tmp_path / "worker.log.1").read_text() == "first\n"
