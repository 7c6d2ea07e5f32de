"""The children's log files: one fresh file at each start, and a limit while it runs."""

import shutil
from pathlib import Path

KEPT = 3
LARGEST = 50 * 1024 * 1024  # bytes


def rotate(log: Path) -> None:
    """Set aside what an earlier run wrote: worker.log becomes worker.log.1, of which three are kept."""
    if not log.exists() or not log.stat().st_size:
        return
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))


def trim(log: Path, largest: int = LARGEST) -> None:
    """Copy a log that grew too big aside and empty it; its writer appends, so it goes on at the start."""
    if log.exists() and log.stat().st_size > largest:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        with log.open("r+b") as file:
            file.truncate(0)


def last_line(log: Path) -> str:
    """The last line of a log, for a sentence."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except FileNotFoundError:
        lines = []
    return lines[-1] if lines else "it said nothing"
