"""The steps before the site runs."""

from pathlib import Path

import pytest
from django.utils import translation

from runtime.steps import compile_translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def fresh_locale(tmp_path: Path, settings) -> Path:
    """A checkout whose catalogue was never compiled, in a process that has already spoken French."""
    po = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(HEADER + 'msgid "Said before it was compiled"\nmsgstr "Dit après"\n')
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


@pytest.mark.usefixtures("fresh_locale")
def test_what_is_written_after_compiling_is_in_the_language_that_was_compiled():
    with translation.override("fr"):
        assert translation.gettext("Said before it was compiled") == "Said before it was compiled"
    assert compile_translations() == "1 compiled"
    with translation.override("fr"):
        assert translation.gettext("Said before it was compiled") == "Dit après"


@pytest.mark.usefixtures("fresh_locale")
def test_nothing_is_compiled_twice():
    compile_translations()
    assert compile_translations() == "nothing to do"
