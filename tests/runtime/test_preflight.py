"""Each refusal is one sentence that says what to do."""

import os
import socket
from pathlib import Path

import pytest

from runtime import preflight
from runtime.errors import StartError
from runtime.folders import make_var_dir


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            StartError, match=f"Port {port} on 127.0.0.1 is in use: .* set PORT to a free one"
        ):
            preflight.check_address("127.0.0.1", port)
    preflight.check_address("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70000), ("no.such.host.invalid", 8000), ("192.0.2.1", 8000)]
)
def test_an_impossible_address_is_refused(host: str, port: int) -> None:
    with pytest.raises(StartError, match="set "):
        preflight.check_address(host, port)


def test_a_second_start_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    refusal = pytest.raises(StartError, match=rf"already runs on .* \(process {os.getpid()}\): stop it")
    with preflight.lock_var_dir(tmp_path), refusal:
        preflight.lock_var_dir(tmp_path)
    preflight.lock_var_dir(tmp_path).close()


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preflight.check_disk(tmp_path)
    monkeypatch.setattr(preflight, "LEAST_FREE", 2**80)
    with pytest.raises(StartError, match=r"is nearly full .* free some space"):
        preflight.check_disk(tmp_path)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"can't be written .* set VAR_DIR to another directory"):
        make_var_dir(tmp_path / "file" / "var")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    preflight.check_packages()
    monkeypatch.setattr(preflight, "_PACKAGES", ("django", "no_such_package"))
    with pytest.raises(StartError, match=r"Missing Python packages: no_such_package\. Run `make run`"):
        preflight.check_packages()
