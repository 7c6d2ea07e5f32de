"""Creating the directories of a run, each with the narrowest rights that work."""

import os
import shutil
from pathlib import Path

from runtime import paths
from runtime.accounts import Account, give
from runtime.errors import StartError


def make_var_dir(var: Path) -> None:
    """Create VAR_DIR and its log folder.

    As root PostgreSQL's account must pass through VAR_DIR, so it may be entered but not listed (0711).
    Raises StartError when it can't be written.
    """
    try:
        if not var.exists():
            var.mkdir(parents=True)
            var.chmod(0o711 if os.geteuid() == 0 else 0o700)
        log_dir(var).mkdir(mode=0o700, exist_ok=True)
        probe = var / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"The data directory {var} can't be written ({error.strerror}): give this account the right to, "
            "or set VAR_DIR to another directory."
        ) from None


def log_dir(var: Path) -> Path:
    """Where each child's output goes."""
    return var / "log"


def make_socket_dirs(var: Path, postgres_account: Account | None) -> None:
    """Create the socket directories: ours, and in it PostgreSQL's, which only its account and root enter."""
    ours = paths.socket_dir(var)
    ours.mkdir(mode=0o700, exist_ok=True)
    paths.socket_dir(var)  # checked again, now that it exists: somebody may have been faster
    ours.chmod(0o700 if postgres_account is None else 0o711)
    inner = paths.postgres_socket_dir(var)
    inner.mkdir(mode=0o700, exist_ok=True)
    give(inner, postgres_account, 0o700)


def remove_socket_dirs(var: Path) -> None:
    """Remove what is left of the sockets; nothing may be running. What can't be removed stays, harmlessly."""
    ours = paths.socket_dir(var)
    shutil.rmtree(ours, ignore_errors=True)
