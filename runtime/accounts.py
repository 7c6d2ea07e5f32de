"""The account that runs PostgreSQL: ourselves, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from runtime.errors import StartError


@dataclass(frozen=True)
class Account:
    """An account by its numbers."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """The account PostgreSQL runs under, or None for our own: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise StartError(
            "PostgreSQL can't run as root and this machine has no account 'nobody': "
            "start Créneau as an ordinary user, or set DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def can_enter(account: Account | None, directory: Path) -> bool:
    """Whether `account` can reach into `directory`; tried, not computed, so that ACLs count."""
    if account is None:
        return os.access(directory, os.X_OK)
    done = subprocess.run(
        ["test", "-x", str(directory)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def give(path: Path, account: Account | None, mode: int) -> None:
    """Make `path` the account's (when it is not ours) with exactly `mode`."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)
