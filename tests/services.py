"""The servers of one test run, loaded with `-p tests.services` before Django reads its settings.

A plain run, or the controller of a run on several cores, starts PostgreSQL and Valkey in a directory of
its own below var/ and puts their addresses into the environment, which the xdist workers inherit. With
DATABASE_URL or BROKER_URL set, that server is used instead. Nothing else of the caller's environment reaches
the tests: they must not send a real message because somebody's shell has an EMAIL_URL.
"""

import atexit
import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import paths
from runtime.catalogues import compile_catalogues
from runtime.errors import StartError
from runtime.folders import remove_socket_dirs
from runtime.postgres import EmbeddedPostgres
from runtime.valkey import EmbeddedValkey

REPOSITORY = Path(__file__).resolve().parent.parent
# What a developer's shell may hold and a test must not see.
_NOT_OURS = (
    "ALLOWED_HOSTS", "CACHE_URL", "DEBUG", "DEMO", "EMAIL_URL", "HOST", "PORT", "PUBLIC_URL",
    "SECRET_KEY_FALLBACKS", "SMS_URL", "TELEPHONY_SECRET", "TRUSTED_PROXY_COUNT", "EMAIL_WEBHOOK_SECRET",
)  # fmt: skip


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start before pytest-django imports the settings; stop when pytest ends, by Ctrl-C too."""
    options = early_config.known_args_namespace
    if "PYTEST_XDIST_WORKER" not in os.environ and not options.help and not options.version:
        services = Services()
        early_config.add_cleanup(services.stop)
        atexit.register(services.stop)
        try:
            services.start(servers=not options.collectonly)
        except StartError as error:
            services.stop()
            raise pytest.UsageError(str(error)) from None
    return (yield)


class Services:
    """The directory and the servers of one run."""

    def __init__(self) -> None:
        base = REPOSITORY / "var"
        base.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            base.chmod(0o711)
        with _lock(base / "test.lock", wait=True):
            _remove_stale(base)
            self.var = Path(tempfile.mkdtemp(prefix="test-", dir=base))
            self._owned = contextlib.ExitStack()
            self._owned.enter_context(_lock(self.var / "owner.lock", wait=True))
        self.var.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self.postgres = EmbeddedPostgres(self.var, fast=True)
        self.valkey = EmbeddedValkey(self.var)

    def start(self, *, servers: bool) -> None:
        """Set the environment, and start what it does not name already."""
        for name in _NOT_OURS:
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "RATE_LIMITS": "off",
            # Storms want a connection a thread, not a queue for a few.
            "DATABASE_POOL": "0",
            "SECRET_KEY": secrets.token_urlsafe(64),
            # Plain static files: nothing is collected for a test run.
            "STATIC_HASHED": "0",
            "VAR_DIR": str(self.var),
        }
        (self.var / "static").mkdir(exist_ok=True)
        compile_catalogues(REPOSITORY / "locale")
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = paths.embedded_database_url(self.var)
            if servers:
                self.postgres.start()
                self.postgres.ensure_database()
        if not os.environ.get("BROKER_URL"):
            os.environ["BROKER_URL"] = paths.embedded_broker_url(self.var)
            os.environ["CACHE_URL"] = paths.embedded_cache_url(self.var)
            if servers:
                self.valkey.start()

    def stop(self) -> None:
        """Stop the servers and remove everything; safe to call again."""
        if self.var.exists():
            remove(self.var)
        self._owned.close()


def _remove_stale(base: Path) -> None:
    """Remove what killed runs left: the kernel drops a lock with its owner, so a free lock means nobody's."""
    for var in base.glob("test-*"):
        with contextlib.suppress(BlockingIOError), _lock(var / "owner.lock", wait=False):
            remove(var)


def remove(var: Path) -> None:
    """Stop whatever runs on `var`, and remove it with all that belongs to it."""
    EmbeddedValkey(var).stop()
    EmbeddedPostgres(var).stop()
    data = (var / "postgres").resolve()
    if data.parent != var.resolve():  # the data lie outside a home that the server's account can't enter
        shutil.rmtree(data.parent, ignore_errors=True)
    remove_socket_dirs(var)
    shutil.rmtree(var, ignore_errors=True)


@contextlib.contextmanager
def _lock(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold `path`'s lock; raises BlockingIOError when somebody has it and we don't wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
