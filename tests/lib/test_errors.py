from django.utils.translation import gettext_lazy, override

from lib.errors import Refusal


def test_a_refusal_is_its_sentence():
    refusal = Refusal("The shop is closed.", code="closed", field="start")
    assert (str(refusal), refusal.code, refusal.field) == ("The shop is closed.", "closed", "start")


def test_a_refusal_without_code_or_field_has_empty_ones():
    refusal = Refusal("No.")
    assert (refusal.code, refusal.field) == ("", "")


def test_a_lazy_sentence_is_translated_when_it_is_shown():
    # "Monday" is in Django's own catalogue.
    refusal = Refusal(gettext_lazy("Monday"))
    with override("fr"):
        assert str(refusal) == "lundi"
    with override("en"):
        assert str(refusal) == "Monday"
