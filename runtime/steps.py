"""The steps between a running database and a running site; each is quick when nothing changed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.autoreload import file_changed

from booking.demo.build import make_demo as build_demo
from runtime.catalogues import compile_catalogues


def migrate() -> str:
    """Apply what is missing; says how many."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return f"{len(plan)} applied" if plan else "nothing to do"


def compile_translations() -> str:
    """Compile what changed in locale/, and have this process read it anew: what the demo writes is in words too."""
    done = [path for locale in settings.LOCALE_PATHS for path in compile_catalogues(Path(locale))]
    for path in done:
        file_changed.send(sender=None, file_path=path.with_suffix(".mo"))
    return f"{len(done)} compiled" if done else "nothing to do"


def collect_static() -> str:
    """Collect, hash and compress the static files, unless they are the ones of last time."""
    stamp = Path(settings.STATIC_ROOT).with_name("static.stamp")
    print_of_files = _fingerprint()
    if stamp.exists() and stamp.read_text() == print_of_files and Path(settings.STATIC_ROOT).is_dir():
        return "nothing to do"
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(print_of_files)
    return "collected"


def make_demo(out: Callable[[str], None]) -> str:
    """Create or complete the demo dealership; its own steps are told as they end."""
    told = 0

    def say(line: str) -> None:
        nonlocal told
        out(f"{'' if told else chr(10)}  {line}\n")
        told += 1

    build_demo(say=say)
    return "  ready" if told else "nothing to do"


def close_database() -> None:
    """Give back what the steps took: the supervisor needs no database of its own."""
    for one in connections.all(initialized_only=True):
        one.close()
        close_pool = getattr(one, "close_pool", None)
        if close_pool:
            close_pool()


def _fingerprint() -> str:
    """A hash of every static file's name, size and time, and of how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
