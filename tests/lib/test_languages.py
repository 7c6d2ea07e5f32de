import pytest

from lib.languages import is_english, locale_name


@pytest.mark.parametrize("language", ["en", "en-ca", "EN_CA", "en-US"])
def test_english_and_its_variants_are_english(language):
    assert is_english(language)
    assert locale_name(language) == "en_CA"


@pytest.mark.parametrize("language", ["fr", "fr-ca", "", "es", "enx"])
def test_everything_else_is_served_in_french(language):
    assert not is_english(language)
    assert locale_name(language) == "fr_CA"
