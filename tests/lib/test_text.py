import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.text import MOST_MARKS, clean_line, clean_note, fold, without_controls

# Marks, composites, joiners, controls and spaces far more often than chance would give them.
NASTY = st.text(
    st.one_of(
        st.sampled_from(
            "aeoçœ \u0301\u0308\u0323\u20dd\ufb2c\u0958\U0001d160\u200d\u202e\u2066\x00\r\n\t\u2028\ufe0f👩"
        ),
        st.characters(),
    ),
    max_size=60,
)


def line(text: str, limit: int = 1000) -> str:
    return clean_line(text, limit=limit, field="name")


def note(text: str, limit: int = 1000) -> str:
    return clean_note(text, limit=limit, field="note")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Élise\u00a0 Côté\n", "Élise Côté"),
        ("E\u0301lise", "Élise"),
        ("a\x00b\x07c\x7f", "abc"),
        ("abc\u202edef\u2066x\u2069", "abcdefx"),
        ("a\ud800b", "ab"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\r\nb\tc\u2028d\x85e", "a b c d e"),
        ("O\u2019Neil <b>", "O\u2019Neil <b>"),
        ("王小明 👩\u200d🔧", "王小明 👩\u200d🔧"),
        ("", ""),
        (" \x00 ", ""),
    ],
)
def test_a_line_keeps_what_a_person_meant(text, clean):
    assert line(text) == clean


def test_a_line_that_is_too_long_is_refused_with_the_limit():
    with pytest.raises(Refusal, match="80 characters; it has 81") as refusal:
        clean_line("é" * 81, limit=80, field="name")
    assert (refusal.value.field, refusal.value.code) == ("name", "too_long")


def test_the_limit_counts_what_is_kept():
    assert clean_line("  " + "e\u0301" * 80 + "\x00" * 50, limit=80, field="name") == "é" * 80


@pytest.mark.parametrize("clean", [clean_line, clean_note])
def test_a_megabyte_is_refused_without_being_cleaned(clean):
    began = time.perf_counter()
    with pytest.raises(Refusal, match="1000 characters; it has 1048576"):
        clean("e\u0301" * 2**19, limit=1000, field="note")
    assert time.perf_counter() - began < 0.1


def test_a_note_keeps_its_lines_but_not_its_emptiness():
    assert note("  bruit \t à gauche \r\n\r\n\r\n\r\nle  matin\x0bseulement\u2028ok \n\n") == (
        "bruit à gauche\n\nle matin\nseulement\nok"
    )


def test_a_note_that_is_too_long_is_refused():
    with pytest.raises(Refusal, match="500 characters"):
        clean_note("a" * 501, limit=500, field="note")


def test_stacked_marks_are_capped():
    assert (
        unicodedata.normalize("NFD", note("Z" + "\u0335" * 1000 + "algo"))
        == "Z" + "\u0335" * MOST_MARKS + "algo"
    )


def test_letters_with_their_own_marks_are_left_alone():
    for word in ("ᾇ", "ệ", "שָׁלוֹם", "กำ้", "नमस्ते"):
        assert line(word) == unicodedata.normalize("NFC", word)


@pytest.mark.parametrize("clean", [line, note, fold])
def test_a_long_run_of_marks_costs_little_time(clean):
    # Uncapped, composing 200,000 unsorted marks takes half a minute.
    text = "a" + "\u0301\u0323" * 100_000
    before = time.perf_counter()
    clean(text)
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize("clean", [line, note, fold])
@given(text=NASTY)
def test_cleaning_twice_changes_nothing_and_leaves_nothing_harmful(clean, text):
    once = clean(text)
    assert clean(once) == once
    categories = {unicodedata.category(character) for character in once if character not in "\n\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs"}
    once.encode()  # what PostgreSQL receives
    assert once == once.strip()


@given(text=NASTY)
def test_a_clean_line_is_one_composed_line(text):
    clean = line(text)
    assert len(clean.splitlines()) <= 1
    assert unicodedata.is_normalized("NFC", clean)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marie-Ève", "marie eve"),
        ("L’Étoile", "l'etoile"),
        ("CŒUR", "coeur"),
        ("Straße", "STRASSE"),
        ("François  Lemaître", "FRANCOIS LEMAITRE"),
        ("E\u0301te\u0301", "Été"),
        ("İstanbul", "istanbul"),
        ("Smørrebrød", "smorrebrod"),
        ("Saint\u2011Jean", "saint jean"),
        ("ﬁltre", "filtre"),
    ],
)
def test_spellings_of_one_word_fold_together(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Roy", "Roi"), ("Côté", "Cotes"), ("Honda", "Hyundai")])
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_does_not_depend_on_composition(text):
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


def test_controls_become_nothing_and_lines_become_spaces():
    assert without_controls("a\r\nb\x00c\x0bd") == "a bc d"
    assert without_controls("a\r\nb\x00c\x0bd", keep="\n") == "a\nbc\nd"
