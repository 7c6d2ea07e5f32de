"""Starting, recognising and ending operating-system processes."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runtime.accounts import Account

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a child must not import or allocate more than it has to.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Program:
    """What to run, how to stop it, and what must be true before each start."""

    name: str
    argv: Sequence[str]
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)  # added to ours
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    prepare: Callable[[], None] = _nothing


def launch(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own, its output appended to `log`.

    Its own session keeps the terminal's Ctrl-C away from it, so that children stop in our order. On Linux the
    kernel sends it its stop signal if we die without having been able to.
    """
    with log.open("ab") as output:
        account = program.account
        return subprocess.Popen(
            program.argv,
            cwd=program.cwd,
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_die_with_parent(program.stop_signal),  # noqa: PLW1509 - no other thread holds a lock here
        )


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process is over, without collecting it: until then nobody else can be given its number."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def stop(process: subprocess.Popen[bytes], program: Program) -> None:
    """Ask the process to stop, wait, then end it and whatever it left in its session."""
    if not has_ended(process):
        process.send_signal(program.stop_signal)
        wait_until(lambda: has_ended(process), program.stop_seconds)
    end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> int:
    """Kill what remains of the process's group, and collect the process; returns its exit code.

    A parent that was killed by force leaves its workers behind, holding the port or the queue.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def recorded_pid(file: Path) -> int | None:
    """The process number on a pid file's first line."""
    try:
        return abs(int(file.read_text().split("\n", 1)[0])) or None
    except (FileNotFoundError, ValueError):
        return None


def is_server(pid: int, executable: str, directory: Path) -> bool:
    """Whether `pid` is alive, runs `executable` and works in `directory`, as our servers do in their data.

    A pid file alone proves nothing: after a restart of the machine its number may be anybody's.
    """
    return _identity(pid, directory) == (executable, True)


def is_stranger(pid: int, executable: str, directory: Path) -> bool:
    """Whether `pid` is surely a living process other than that server; False when it can't be told."""
    found = _identity(pid, directory)
    return found is not None and found != (executable, True)


def _identity(pid: int, directory: Path) -> tuple[str, bool] | None:
    """What `pid` runs and whether it works in `directory`; None when it is dead or can't be looked at."""
    try:
        os.kill(pid, 0)
        proc = Path("/proc") / str(pid)
        if proc.is_dir():
            argv0 = proc.joinpath("cmdline").read_bytes().split(b"\0", 1)[0].decode(errors="replace")
            if not argv0:  # a dead process that nobody has collected, or the kernel's own
                return ("", False)
            # Servers write their title over argv: "valkey-server unixsocket:/tmp/…"
            name = Path(argv0.split(" ", 1)[0].rstrip(":")).name
            return (name, proc.joinpath("cwd").resolve(strict=True) == directory.resolve())
    except OSError:
        return None
    return _identity_by_ps(pid, directory)


def _identity_by_ps(pid: int, directory: Path) -> tuple[str, bool] | None:
    """The same where there is no /proc; the server's command line names its data."""
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    words = done.stdout.split()
    return (Path(words[0]).name, str(directory) in done.stdout) if words else None


def stop_server(pid: int, still: Callable[[], bool], signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """End a server that is not our child: each signal in turn, with the seconds it has to work."""
    for number, seconds in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not still(), seconds):
            return


def wait_until(true: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Poll `true` until it holds; False when `seconds` have passed without."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    parent, libc = os.getpid(), _LIBC

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the request
            os._exit(1)

    return ask_kernel
