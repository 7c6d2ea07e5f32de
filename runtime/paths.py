"""Where the embedded servers live: pure functions of VAR_DIR, so that settings need nothing running.

A Unix socket's path must stay below 104 bytes (108 on Linux) however long VAR_DIR is, so sockets have a short
directory of their own, named by the hash of VAR_DIR. It lies in /tmp whatever TMPDIR says: a command started
from another shell must find the same socket.
"""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from runtime.errors import StartError

DATABASE_NAME = "creneau"
DATABASE_USER = "app"
POSTGRES_PORT = 5432  # names the socket file only; nothing listens on TCP


def var_dir() -> Path:
    """The absolute directory of data, logs and media: VAR_DIR, or `var` beside manage.py."""
    text = os.environ.get("VAR_DIR", "").strip()
    return (Path(text).expanduser() if text else _repository() / "var").resolve()


def socket_dir(var: Path | None = None) -> Path:
    """The short directory of `var`'s sockets. It may not exist yet.

    Raises StartError when it exists and belongs to somebody else, who could run servers of their own there.
    """
    resolved = str((var or var_dir()).resolve())
    path = _temporary() / f"creneau-{hashlib.sha256(resolved.encode()).hexdigest()[:12]}"
    _refuse_strangers(path, var or var_dir())
    return path


def postgres_socket_dir(var: Path | None = None) -> Path:
    """Where PostgreSQL's socket lies: apart, because when we are root its owner is another account."""
    return socket_dir(var) / "pg"


def valkey_socket(var: Path | None = None) -> Path:
    """Valkey's socket file."""
    return socket_dir(var) / "valkey.sock"


def embedded_database_url(var: Path | None = None, name: str = DATABASE_NAME) -> str:
    """The embedded PostgreSQL's URL, as django-environ and libpq both read it."""
    return f"postgres://{DATABASE_USER}@/{name}?host={postgres_socket_dir(var)}&port={POSTGRES_PORT}"


def embedded_broker_url(var: Path | None = None) -> str:
    """The embedded Valkey's URL for Celery (database 0)."""
    return f"redis+socket://{valkey_socket(var)}"


def embedded_cache_url(var: Path | None = None) -> str:
    """The embedded Valkey's URL for redis-py and django-redis (database 1, apart from the queues)."""
    return f"unix://{valkey_socket(var)}?db=1"


def _repository() -> Path:
    return Path(__file__).resolve().parent.parent


def _temporary() -> Path:
    usual = Path("/tmp")  # noqa: S108 - owner and mode of our directory are checked, and the name must not vary
    return usual if usual.is_dir() and os.access(usual, os.W_OK) else Path(tempfile.gettempdir())


def _refuse_strangers(path: Path, var: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    # Root may work on another account's VAR_DIR (`sudo manage.py audit`): its owner is as good as we are.
    trusted = {os.geteuid()} | ({var.stat().st_uid} if var.exists() else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted:
        raise StartError(
            f"{path} belongs to another account (uid {found.st_uid}), so its sockets can't be trusted: "
            "remove it, or choose another VAR_DIR."
        )
