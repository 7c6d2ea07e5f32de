"""A whole `manage.py up` of a test's own: its processes, its answers, its rows."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg

from runtime import paths
from runtime.processes import Program, launch, wait_until
from tests.runtime.conftest import is_alive

REPOSITORY = Path(__file__).resolve().parents[2]
# The test run has set these for itself; an operator has none of them.
PLAIN = dict.fromkeys(("BROKER_URL", "CACHE_URL", "DATABASE_URL", "SECRET_KEY"), "") | {"DATABASE_POOL": "8"}


@dataclass(frozen=True)
class Answer:
    """What the site answered, and after how many seconds."""

    status: int
    headers: Message
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    """The running site of one VAR_DIR. End it with `interrupt` or `stop`."""

    def __init__(self, var: Path, **env: str) -> None:
        self.var, self.port = var, free_port()
        own = {"VAR_DIR": str(var), "PORT": str(self.port), "DEMO": "1", **env}
        self.env = os.environ | PLAIN | own
        self.output = var / "log" / "up.out"
        argv = [sys.executable, "manage.py", "up", "--no-demo"]
        # Should the test run be killed, the kernel ends the site with it.
        self.process = launch(Program("up", argv, REPOSITORY, self.env), self.output)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python with `words` in the site's environment."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=REPOSITORY,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request on a connection of its own. Raises OSError or HTTPException when nobody answers."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            content = response.read()
        return Answer(response.status, response.headers, content, time.monotonic() - began)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the site's database answers."""
        with psycopg.connect(paths.embedded_database_url(self.var), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def said(self, words: str) -> bool:
        """Whether `up` has printed these words."""
        return words in self.output.read_text()

    def child(self, words: str) -> int:
        """The process number of the one child whose command line has these words."""
        (found,) = [pid for pid in children(self.process.pid) if words in _command_line(pid)]
        return found

    def kill(self, words: str, *more: str) -> None:
        """kill -9, at one go, the children with these words; wait until they and what they had started are gone."""
        pids = [self.child(each) for each in (words, *more)]
        families = [member for pid in pids for member in (pid, *descendants(pid))]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not any(map(is_alive, families)), 10, pause=0.02)

    def has_started(self) -> bool:
        return self.said("Créneau is ready") or self.process.poll() is not None

    def interrupt(self, seconds: float) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(seconds)

    def stop(self) -> None:
        """End it if it still runs, with everything that it started."""
        if self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.interrupt(60)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """The process stands still for as long as the block lasts."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and that live."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in found if is_alive(int(child))]
    return []


def descendants(pid: int) -> list[int]:
    """Those, and what they have started."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def eventually(true: Callable[[], object], seconds: float) -> bool:
    """`wait_until`, where no answer at all counts as not yet."""

    def holds() -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException, psycopg.OperationalError):
            return bool(true())
        return False

    return wait_until(holds, seconds, pause=0.2)


def _command_line(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
