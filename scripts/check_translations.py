"""Fails when the French catalogue is not exactly what the code asks for, complete and compilable.

Works on a copy of the repository, so that the check changes nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

REPOSITORY = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
sys.path.insert(0, str(REPOSITORY))

from runtime.catalogues import compile_catalogues  # noqa: E402 - the repository is no installed package


def main() -> int:
    """Print each problem; the exit code."""
    if not shutil.which("xgettext"):
        print("This needs the program xgettext: install gettext (on Debian: sudo apt-get install gettext).")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "repository"
        _copy_sources(copy)
        _make_messages(copy)
        compile_catalogues(copy / "locale")
        problems = _problems(polib.pofile(str(copy / CATALOGUE)))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _copy_sources(copy: Path) -> None:
    """Copy what git tracks or would track, without the parts that hold no words."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        source = REPOSITORY / name
        if (
            source.is_file()
            and source.suffix in {".py", ".html", ".txt", ".po"}
            and not name.startswith("tests/")
        ):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy / name)
    (copy / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)


def _make_messages(copy: Path) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "fr", "--verbosity", "0"],
        cwd=copy,
        env={**os.environ, "VAR_DIR": str(copy.parent / "var")},
        check=True,
    )


def _problems(catalogue: polib.POFile) -> list[str]:
    """One line a problem: missing, fuzzy, no longer used, or with other placeholders than the English."""
    problems = [f"no longer used: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    for entry in catalogue:
        if entry.obsolete:
            continue
        where = ", ".join(f"{name}:{line}" for name, line in entry.occurrences[:2])
        if entry.fuzzy:
            problems.append(f"to be checked (fuzzy): {entry.msgid!r} ({where})")
        elif not entry.translated():
            problems.append(f"not translated: {entry.msgid!r} ({where})")
        elif not _same_placeholders(entry):
            problems.append(f"other placeholders than the English: {entry.msgid!r} ({where})")
    return problems


def _same_placeholders(entry: polib.POEntry) -> bool:
    """A plural's forms may each leave some out ("one car"), but none may have one of its own."""
    wanted = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    if entry.msgid_plural:
        return all(set(_PLACEHOLDER.findall(form)) <= wanted for form in entry.msgstr_plural.values())
    return set(_PLACEHOLDER.findall(entry.msgstr)) == wanted


if __name__ == "__main__":
    sys.exit(main())
