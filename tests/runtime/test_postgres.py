"""The embedded PostgreSQL through crashes, leftovers and long paths."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from runtime import paths, postgres_binaries
from runtime.errors import StartError
from runtime.postgres import EmbeddedPostgres
from tests.runtime.conftest import is_alive, postmaster, rows

MakePostgres = Callable[..., EmbeddedPostgres]
MakeVar = Callable[[str], Path]


@pytest.fixture
def server(make_postgres: MakePostgres) -> EmbeddedPostgres:
    server = make_postgres("var")
    server.start()
    server.ensure_database()
    return server


def test_it_starts_answers_and_stops(server: EmbeddedPostgres) -> None:
    assert server.is_running()
    assert rows(server.var, "SHOW timezone") == [("UTC",)]
    assert rows(server.var, "SHOW listen_addresses") == [("",)]

    server.stop()

    assert not server.is_running()
    assert not server.answers()


def test_a_run_keeps_every_durability_setting(make_postgres: MakePostgres, var: Path) -> None:
    server = make_postgres(var, fast=False)
    server.start()
    server.ensure_database()
    settings = rows(var, "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')")
    assert sorted(settings) == [("fsync", "on"), ("full_page_writes", "on")]


def test_committed_rows_survive_a_killed_postmaster(make_postgres: MakePostgres, var: Path) -> None:
    server = make_postgres(var, fast=False)
    server.start()
    server.ensure_database()
    rows(var, "CREATE TABLE booked AS SELECT 7 AS reference")
    os.kill(postmaster(server), signal.SIGKILL)

    again = make_postgres(var, fast=False)
    again.start()

    assert rows(var, "SELECT reference FROM booked") == [(7,)]


def test_a_stale_pid_that_is_now_a_strangers_stops_nothing(
    server: EmbeddedPostgres, stranger: subprocess.Popen[bytes]
) -> None:
    """As after a restart of the machine: the numbers in the pid and socket lock files are somebody else's."""
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    lock = paths.postgres_socket_dir(server.var) / ".s.PGSQL.5432.lock"
    lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

    assert not server.is_running()
    server.start()

    assert server.answers()
    assert stranger.poll() is None


def test_a_stale_socket_is_replaced(server: EmbeddedPostgres) -> None:
    server.stop()
    (paths.postgres_socket_dir(server.var) / ".s.PGSQL.5432").touch()
    server.start()
    assert server.answers()


def test_a_server_that_outlived_its_starter_is_taken_over(
    make_postgres: MakePostgres, server: EmbeddedPostgres
) -> None:
    before = postmaster(server)
    again = make_postgres(server.var)
    assert again.is_running()

    again.start()

    assert postmaster(again) != before
    assert server.process is not None
    assert server.process.poll() == 0
    assert not is_alive(before)
    assert again.answers()


def test_an_interrupted_creation_is_begun_again(make_postgres: MakePostgres, var: Path) -> None:
    half_made = var / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = make_postgres(var)
    server.start()
    assert server.answers()
    assert not half_made.exists()


def test_a_long_directory_still_has_a_short_socket(make_postgres: MakePostgres, make_var: MakeVar) -> None:
    var = make_var("/".join(["a" * 120, "b" * 120]))
    server = make_postgres(var)
    server.start()
    server.ensure_database()
    assert rows(var, "SELECT 1") == [(1,)]
    assert len(str(paths.postgres_socket_dir(var) / ".s.PGSQL.5432")) < 104


def test_two_run_side_by_side(make_postgres: MakePostgres) -> None:
    one, other = (make_postgres(name) for name in ("one", "other"))
    for server in (one, other):
        server.start()
        server.ensure_database()
    rows(one.var, "CREATE TABLE here ()")

    with pytest.raises(psycopg.errors.UndefinedTable):
        rows(other.var, "TABLE here")
    one.stop()
    assert other.answers()


def test_data_of_another_version_are_refused_with_a_sentence(make_postgres: MakePostgres, var: Path) -> None:
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartError, match=r"made by PostgreSQL 9 and only .* is installed"):
        make_postgres(var).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_as_root_a_private_home_places_the_data_where_the_server_can_go(
    make_postgres: MakePostgres,
    make_var: MakeVar,
) -> None:
    var = make_var("private/var")
    var.parent.chmod(0o700)
    server = make_postgres(var)
    server.start()
    server.ensure_database()
    assert (var / "postgres").is_symlink()
    rows(var, "CREATE TABLE kept ()")
    server.stop()

    again = make_postgres(var)
    again.start()
    assert rows(var, "TABLE kept") == []


@pytest.mark.skipif(
    not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL besides"
)
def test_the_machines_own_postgresql_serves_without_the_package(
    make_postgres: MakePostgres, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "_packaged_folder", lambda: None)
    server = make_postgres(var)
    server.start()
    server.ensure_database()
    assert rows(var, "SELECT 'é' = 'é' COLLATE \"C\", current_setting('server_encoding')") == [(True, "UTF8")]
