"""Addresses computed from VAR_DIR alone."""

import os
from pathlib import Path

import environ
import psycopg.conninfo
import pytest

from runtime import paths
from runtime.errors import StartError


def test_the_same_directory_has_the_same_sockets_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "var")
    monkeypatch.chdir(tmp_path)
    names = [str(tmp_path / "var"), "var", "./link", str(tmp_path / "other" / ".." / "var")]
    assert len({paths.socket_dir(Path(name)) for name in names}) == 1


def test_another_temporary_directory_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = paths.embedded_database_url(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert paths.embedded_database_url(tmp_path) == before


def test_django_environ_and_libpq_read_the_url_alike(tmp_path: Path) -> None:
    url = paths.embedded_database_url(tmp_path)
    read = environ.Env.db_url_config(url)
    told = psycopg.conninfo.conninfo_to_dict(url)
    folder = str(paths.postgres_socket_dir(tmp_path))
    assert (read["NAME"], read["USER"], read["OPTIONS"]["host"]) == ("creneau", "app", folder)
    assert (told["dbname"], told["user"], told["host"]) == ("creneau", "app", folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_socket_directory_of_another_account_is_refused(tmp_path: Path) -> None:
    planted = paths.socket_dir(tmp_path)
    planted.mkdir()
    try:
        os.chown(planted, 65534, 65534)
        with pytest.raises(StartError, match="belongs to another account"):
            paths.embedded_database_url(tmp_path)
    finally:
        planted.rmdir()


def test_a_link_in_place_of_the_socket_directory_is_refused(tmp_path: Path) -> None:
    planted = paths.socket_dir(tmp_path)
    planted.symlink_to(tmp_path)
    try:
        with pytest.raises(StartError, match="can't be trusted"):
            paths.socket_dir(tmp_path)
    finally:
        planted.unlink()
