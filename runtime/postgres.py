"""The embedded PostgreSQL: one server for one VAR_DIR, reached by a Unix socket only."""

import contextlib
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from runtime import paths
from runtime.accounts import server_account
from runtime.cluster import check_reach, create_cluster, data_version, place_cluster
from runtime.errors import StartError
from runtime.folders import log_dir, make_socket_dirs, make_var_dir
from runtime.logs import last_line
from runtime.postgres_binaries import Binaries, find_binaries
from runtime.processes import (
    Program,
    end_group,
    has_ended,
    is_server,
    is_stranger,
    launch,
    recorded_pid,
    stop,
    stop_server,
    wait_until,
)

# Fast shutdown first (rolls back, flushes); immediate after half a minute (recovers at the next start).
_STOP_SIGNALS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

_SETTINGS = {
    "listen_addresses": "",
    "port": str(paths.POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "idle_in_transaction_session_timeout": "15s",
    # Statements and row details hold names and telephone numbers; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """Starts, recognises and stops the server of `var`. Not for two callers at once: `up` holds a lock."""

    def __init__(self, var: Path, *, fast: bool = False) -> None:
        """`fast` gives up durability against a power failure; for tests only."""
        self.var = var
        self.fast = fast
        self.account = server_account()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The data directory."""
        return (self.var / "postgres").resolve()

    def is_running(self) -> bool:
        """Whether a server runs on our data, whoever started it."""
        return self._running_pid() is not None

    def start(self, seconds: float = 30.0) -> None:
        """Start and wait until it answers. Raises StartError with the log's last words when it does not.

        After a postmaster was killed its dying children hold the data for a moment, hence the tries for 10 s.
        """
        program, log = self.program(), log_dir(self.var) / "postgres.log"
        patience = time.monotonic() + 10
        while True:
            program.prepare()
            process = launch(program, log)
            wait_until(lambda process=process: has_ended(process) or self.answers(), seconds)  # type: ignore[misc]
            if not has_ended(process) and self.answers():
                self.process = process
                return
            stop(process, program)
            if time.monotonic() > patience:
                raise StartError(f"PostgreSQL did not start: {last_line(log)} (log: {log})")
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop the server on our data; committed rows are safe. Nothing happens when none runs."""
        pid = self._running_pid()
        if pid is not None:
            stop_server(pid, lambda: not self._gone(pid), _STOP_SIGNALS)
        if self.process is not None:
            end_group(self.process)
            self.process = None

    def program(self) -> Program:
        """What the supervisor runs."""
        make_var_dir(self.var)
        place_cluster(self.var, self.account)
        binaries = self._binaries()
        settings = _SETTINGS | (_FAST_SETTINGS if self.fast else {})
        settings["unix_socket_directories"] = str(paths.postgres_socket_dir(self.var))
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            argv=[binaries.program("postgres"), "-D", str(self.data), *options],
            cwd=Path("/"),
            account=self.account,
            stop_signal=signal.SIGINT,
            stop_seconds=30,
            prepare=self.prepare,
        )

    def prepare(self) -> None:
        """Make everything that a start needs: folders, data, and no leftover of an earlier server.

        A server that still runs on our data (its supervisor was killed) is stopped, so that the new one is
        supervised.
        """
        make_var_dir(self.var)
        make_socket_dirs(self.var, self.account)
        place_cluster(self.var, self.account)
        data = self.data
        check_reach(data, self.account)
        if data_version(data) is None:
            create_cluster(data, self._binaries(), self.account)
        self.stop()
        self._forget_strangers()

    def answers(self) -> bool:
        """Whether it takes connections."""
        with contextlib.suppress(psycopg.OperationalError):
            self._connect("postgres").close()
            return True
        return False

    def ensure_database(self, name: str = paths.DATABASE_NAME) -> None:
        """Create the database when it is missing."""
        with self._connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(
            paths.embedded_database_url(self.var, name), autocommit=True, connect_timeout=2
        )

    def _binaries(self) -> Binaries:
        return find_binaries(self.account, data_version(self.data))

    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _running_pid(self) -> int | None:
        pid = recorded_pid(self._pid_file())
        return pid if pid and is_server(pid, "postgres", self.data) else None

    def _gone(self, pid: int) -> bool:
        if self.process is not None and self.process.pid == pid:
            return has_ended(self.process)
        return not is_server(pid, "postgres", self.data)

    def _forget_strangers(self) -> None:
        """Remove pid files whose number now belongs to another program: PostgreSQL would refuse to start.

        A dead number is left to PostgreSQL, which then also looks for living children of the earlier server.
        """
        lock = paths.postgres_socket_dir(self.var) / f".s.PGSQL.{paths.POSTGRES_PORT}.lock"
        for file in (self._pid_file(), lock):
            pid = recorded_pid(file)
            if pid is not None and is_stranger(pid, "postgres", self.data):
                file.unlink()
