"""Real servers and processes in directories of their own; nothing here uses Django's database."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from runtime import paths
from runtime.folders import make_var_dir, remove_socket_dirs
from runtime.postgres import EmbeddedPostgres


@contextlib.contextmanager
def var_dirs() -> Iterator[Callable[[str], Path]]:
    """Makes VAR_DIRs where any account may go (pytest's are private), and clears up after them."""
    base = Path(tempfile.mkdtemp(prefix="creneau-run-"))
    base.chmod(0o711)
    made: list[Path] = []

    def make(name: str) -> Path:
        var = base / name
        make_var_dir(var)
        made.append(var)
        return var

    yield make
    for var in made:
        data = (var / "postgres").resolve()
        if data.parent != var.resolve():
            shutil.rmtree(data.parent, ignore_errors=True)
        remove_socket_dirs(var)
    shutil.rmtree(base)


@pytest.fixture
def make_var() -> Iterator[Callable[[str], Path]]:
    with var_dirs() as make:
        yield make


@pytest.fixture
def make_postgres(make_var: Callable[[str], Path]) -> Iterator[Callable[..., EmbeddedPostgres]]:
    """Makes servers that are stopped after the test."""
    made: list[EmbeddedPostgres] = []

    def make(var: Path | str, *, fast: bool = True) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(make_var(var) if isinstance(var, str) else var, fast=fast))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def var(make_var: Callable[[str], Path]) -> Path:
    return make_var("var")


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A live process that has nothing to do with us."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def rows(var: Path, query: str) -> list[tuple[object, ...]]:
    """What a query on the embedded server answers."""
    with psycopg.connect(paths.embedded_database_url(var), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def is_alive(pid: int) -> bool:
    """Whether a process runs; a dead one that init has not collected yet does not."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def postmaster(server: EmbeddedPostgres) -> int:
    """The process number of a running server."""
    return int((server.data / "postmaster.pid").read_text().split()[0])
