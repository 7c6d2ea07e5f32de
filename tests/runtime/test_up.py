"""`manage.py up` as an operator meets it: one real start, some murders, one Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.processes import wait_until
from tests.runtime.conftest import is_alive, var_dirs

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="finds the children in /proc"),
    pytest.mark.timeout(300),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running `manage.py up`."""

    process: subprocess.Popen[bytes]
    env: dict[str, str]
    output: Path

    def said(self, words: str) -> bool:
        return words in self.output.read_text()

    def child(self, words: str) -> int:
        """The process number of the child whose command line has these words."""
        pid = self.process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if words in Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "):
                return int(child)
        raise AssertionError(f"no child runs {words}")

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.env['PORT']}/readyz", timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def command(*words: str) -> list[str]:
    return [sys.executable, "manage.py", "up", "--no-demo", *words]


@pytest.fixture(scope="module")
def start_env() -> Iterator[dict[str, str]]:
    """The environment of an operator who has set nothing but DEMO; the pages' files stay uncompressed."""
    ours = {"SMS_URL", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "SECRET_KEY", "RATE_LIMITS"}
    env = {name: value for name, value in os.environ.items() if name not in ours}
    with var_dirs() as make:
        var = make("var")
        yield env | {"DEMO": "1", "PORT": str(free_port()), "STATIC_HASHED": "0", "VAR_DIR": str(var)}


@pytest.fixture
def site(start_env: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    output = tmp_path / "output"
    with output.open("wb") as terminal:
        process = subprocess.Popen(command(), cwd=REPOSITORY, env=start_env, stdout=terminal, stderr=terminal)
    site = Site(process, start_env, output)
    try:
        address = f"http://127.0.0.1:{start_env['PORT']}/"
        ready = wait_until(
            lambda: site.said(f"Créneau is ready: {address}\n") or process.poll() is not None, 120
        )
        assert ready, output.read_text()
        assert process.poll() is None, output.read_text()
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_it_serves_repairs_itself_and_stops_without_a_trace(site: Site, start_env: dict[str, str]) -> None:
    # It has just said so; on a busy machine the broker's first answer may still take its time.
    assert wait_until(site.is_ready, 20)

    second = subprocess.run(
        command(), cwd=REPOSITORY, env=start_env, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"already runs on {start_env['VAR_DIR']} (process {site.process.pid})" in second.stderr

    for name, words in (
        ("web", "granian"),
        ("worker", "celery"),
        ("dispatch", "manage.py dispatch"),
        ("gateway", "manage.py fake_gateway"),
        ("valkey", "valkey-server"),
        ("postgres", "bin/postgres"),
    ):
        os.kill(site.child(words), signal.SIGKILL)
        assert wait_until(lambda name=name: site.said(f"{name} stopped (exit -9); starting it again"), 10), (
            name
        )
    assert wait_until(lambda: site.is_ready() and len(site.children()) == 6, 60), site.output.read_text()

    children = site.children()
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(60) == 0
    assert not any(is_alive(child) for child in children)
    assert "Traceback" not in site.output.read_text()


def test_a_port_in_use_is_one_sentence(start_env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = start_env | {"PORT": str(taken.getsockname()[1]), "VAR_DIR": f"{start_env['VAR_DIR']}-other"}
        done = subprocess.run(command(), cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"Port {env['PORT']} on 127.0.0.1 is in use: stop what uses it, or set PORT to a free one.\n"
    )
