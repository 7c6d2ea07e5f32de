"""What must be true before anything starts. Each check raises StartError with one sentence."""

import errno
import fcntl
import importlib.util
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from runtime.errors import StartError

LEAST_FREE = 300 * 1024 * 1024  # bytes: PostgreSQL's log of changes alone may take 100 MB
_PACKAGES = ("babel", "celery", "django", "granian", "psycopg", "redis", "whitenoise")


def check_packages() -> None:
    """Every library that a start needs is installed."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise StartError(
            f"Missing Python packages: {', '.join(missing)}. Run `make run`, or install requirements.txt."
        )


def check_disk(var: Path) -> None:
    """VAR_DIR's disk has room to work in."""
    free = shutil.disk_usage(var).free
    if free < LEAST_FREE:
        raise StartError(
            f"The disk of {var} is nearly full ({free // 1024**2} MB free, "
            f"{LEAST_FREE // 1024**2} MB needed): free some space, or set VAR_DIR to another disk."
        )


def check_address(host: str, port: int) -> None:
    """Nothing listens on the address, and we may."""
    if not 1 <= port <= 65535:
        raise StartError(f"PORT is {port}: set it to a number from 1 to 65535.")
    try:
        families = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise StartError(
            f"HOST={host} PORT={port} is not an address of this machine: set HOST and PORT."
        ) from None
    family, kind, protocol, _, address = families[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise StartError(_why_not(error, host, port)) from None


def free_port() -> int:
    """A port of this machine on which nothing listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lock_var_dir(var: Path) -> IO[str]:
    """Take VAR_DIR for this process; keep the returned file open for as long as it runs.

    The kernel drops the lock with the process, so there is no stale one to clean up.
    """
    file = (var / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StartError(
            f"Créneau already runs on {var} (process {holder}): stop it, or set another VAR_DIR and PORT."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop what uses it, or set PORT to a free one."
    if error.errno == errno.EACCES:
        return f"This account may not listen on port {port}: set PORT to 1024 or more."
    return f"Can't listen on {host}:{port} ({error.strerror}): set HOST and PORT."
