"""Catalogues compile without gettext, and only when they changed."""

import gettext
import os
from pathlib import Path

import pytest

from runtime.catalogues import compile_catalogues

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
)


@pytest.fixture
def po(tmp_path: Path) -> Path:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "django.po"
    po.write_text(
        HEADER
        + '\nmsgid "Book service"\nmsgstr "Prendre rendez-vous"\n'
        + '\n#, fuzzy\nmsgid "Guess"\nmsgstr "Au hasard"\n'
        + '\nmsgid "%(n)s car"\nmsgid_plural "%(n)s cars"\nmsgstr[0] "%(n)s auto"\nmsgstr[1] "%(n)s autos"\n',
        encoding="utf-8",
    )
    return po


def test_it_compiles_what_gettext_reads_and_leaves_guesses_out(po: Path, tmp_path: Path) -> None:
    assert compile_catalogues(tmp_path) == [po]
    with po.with_suffix(".mo").open("rb") as compiled:
        french = gettext.GNUTranslations(compiled)
    assert french.gettext("Book service") == "Prendre rendez-vous"
    assert french.gettext("Guess") == "Guess"
    assert french.ngettext("%(n)s car", "%(n)s cars", 0) == "%(n)s auto"


def test_it_compiles_again_only_after_a_change(po: Path, tmp_path: Path) -> None:
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []
    later = po.with_suffix(".mo").stat().st_mtime + 1
    os.utime(po, (later, later))
    assert compile_catalogues(tmp_path) == [po]
    assert [path.name for path in po.parent.iterdir()] != []
