"""`make check`: every step runs even when an earlier one failed; a table at the end, exit 1 if any failed."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# As in production, but reaching nothing: no socket of this name exists, so no step can depend on a server.
PRODUCTION = {
    "ALLOWED_HOSTS": "creneau.example",
    "BROKER_URL": "redis://creneau.invalid:6379/0",
    "DATABASE_POOL": "0",
    "DATABASE_URL": "postgres:///creneau?host=/nonexistent",
    "DEBUG": "0",
    "DEMO": "0",
    "EMAIL_URL": "smtp://creneau.invalid:25",
    "PUBLIC_URL": "https://creneau.example",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "TRUSTED_PROXY_COUNT": "1",
}


def steps() -> list[tuple[str, list[str]]]:
    """Every step's name and command."""
    python, manage = sys.executable, [sys.executable, "manage.py"]
    # makemigrations also asks a database for its history when there is one, and warns when there is none.
    no_database = [python, "-W", "ignore::RuntimeWarning", "manage.py"]
    return [
        ("lint", [f"{BIN}/ruff", "check", "."]),
        ("format", [f"{BIN}/ruff", "format", "--check", "."]),
        ("types", [f"{BIN}/mypy"]),
        ("layers", [f"{BIN}/lint-imports"]),
        ("migrations", [*no_database, "makemigrations", "--check", "--dry-run"]),
        ("translations", [python, "scripts/check_translations.py"]),
        ("templates", [f"{BIN}/djlint", "templates", "--lint", "--quiet"]),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        ("dependencies", [f"{BIN}/uv", "pip", "check", "--python", python]),
        ("secrets", [python, "scripts/check_secrets.py"]),
    ]


def run(name: str, command: list[str]) -> bool:
    """Run one step; its output shows only when it fails."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **PRODUCTION},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        passed, output = done.returncode == 0, done.stdout
    except OSError as error:
        passed, output = False, f"{command[0]}: {error.strerror}\n"
    print(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not passed:
        print(output, flush=True)
    return passed


def main() -> int:
    """Run all of them; the exit code."""
    failed = [name for name, command in steps() if not run(name, command)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
