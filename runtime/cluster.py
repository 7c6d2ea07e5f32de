"""PostgreSQL's data directory: where it lies, and making a new one."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from runtime.accounts import Account, can_enter, give
from runtime.errors import StartError
from runtime.paths import DATABASE_USER
from runtime.postgres_binaries import SYSTEM_DATA, Binaries


def place_cluster(var: Path, account: Account | None) -> None:
    """Decide where new data go: `var`/postgres, unless the server's account can't go there (root's home).

    Then `var`/postgres becomes a link to a directory in /var/lib/creneau, so that whoever looks for the data,
    or copies or deletes them, finds them.
    """
    place = var / "postgres"
    if not place.is_symlink() and not place.exists() and not can_enter(account, var):
        SYSTEM_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
        outside = Path(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_DATA))
        outside.chmod(0o711)
        place.symlink_to(outside / "postgres")


def check_reach(data: Path, account: Account | None) -> None:
    """Raise StartError when existing data have come to lie where the server's account can't go."""
    if not can_enter(account, data.parent):
        raise StartError(
            f"PostgreSQL's data in {data} can't be reached by the account 'nobody', which runs it for root: "
            "open the folders above (chmod o+x), or start Créneau as the data's owner."
        )


def data_version(data: Path) -> int | None:
    """The major version that made the data; None when there are none."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def create_cluster(data: Path, binaries: Binaries, account: Account | None) -> None:
    """Make a new data directory with role `app`, UTF-8 and the C.UTF-8 order.

    Made aside and renamed: an interrupted initdb leaves nothing that looks like data.
    """
    aside = data.with_name(f"{data.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    give(aside, account, 0o700)
    done = subprocess.run(
        [binaries.program("initdb"), "-D", str(aside), "-U", DATABASE_USER, *_initdb_options(binaries.major)],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        shutil.rmtree(aside, ignore_errors=True)
        last = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1]
        raise StartError(f"PostgreSQL could not make its data directory {data}: {last}")
    aside.rename(data)


def _initdb_options(major: int) -> list[str]:
    # Trusting every local role is safe because only we can enter the socket's directory, and TCP is off.
    common = ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
    if major >= 17:
        return [*common, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [*common, "--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8"]
