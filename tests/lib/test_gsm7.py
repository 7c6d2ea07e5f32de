import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.gsm7 import is_gsm7, segments, to_gsm7


def test_the_accents_of_the_alphabet_stay():
    text = "é è à ù É Ç ä ö ü ñ ò ì Ä Ö Ü Ñ"
    assert to_gsm7(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ça a reçu", "ca a recu"),
        ("être Noël âgé île maïs tôt goûter", "etre Noel agé ile mais tot gouter"),
        ("À Ê È Î Ô Û", "A E E I O U"),
        ("cœur Œuvre", "coeur OEuvre"),
        ("l’heure ‘dite’ “ici”", "l'heure 'dite' \"ici\""),
        ("«\u00a0Boréal\u00a0»", '"Boréal"'),
        ("lun\u2013ven \u2014 8\u00a0h\u00a030", "lun-ven - 8 h 30"),
        ("129,95\u202f$", "129,95 $"),
        ("attendez…", "attendez..."),
        ("n° 5, 1re, 2e²", "no 5, 1re, 2e2"),
        ("½ journée", "1/2 journée"),
        ("Łódź Đorđe", "Lodz Dorde"),
        ("e\u0301te\u0301", "été"),
        ("a\tb\r\nc", "a b\nc"),
        ("prêt 🚗!", "pret !"),
        ("王 Li", "? Li"),
        ("zero\u200bwidth\u202e", "zerowidth"),
        ("{50 €} [a] ~ \\ | ^", "{50 €} [a] ~ \\ | ^"),
    ],
)
def test_what_the_alphabet_lacks_is_made_plain(text, plain):
    assert to_gsm7(text) == plain


@given(st.text())
def test_any_text_becomes_gsm7_and_stays_so(text):
    plain = to_gsm7(text)
    assert is_gsm7(plain)
    assert to_gsm7(plain) == plain


@given(st.characters())
def test_any_character_becomes_gsm7(character):
    assert is_gsm7(to_gsm7(character))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # An escape is not parted from its character: 152 + 2 do not fit in 153.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 151 + "€" + "a" * 152, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("🚗" * 35, 1),
        ("🚗" * 36, 2),
        # Nor is a surrogate pair: 66 + 2 do not fit in 67.
        ("ê" * 66 + "🚗" + "ê" * 66, 3),
    ],
)
def test_segments_are_counted_as_they_are_billed(text, count):
    assert segments(text) == count


def test_the_reference_reminder_is_one_segment():
    text = (
        "Garage X: rappel RDV mar. 13 oct. 8 h 30, Honda Civic. 1=confirmer. "
        "Déplacer/annuler: https://rdv.ex/abc123 ARRET pour cesser."
    )
    assert (is_gsm7(text), len(text), segments(text)) == (True, 126, 1)


@pytest.mark.parametrize("character", ["ç", "ê", "â", "À", "’", "«", "\u00a0", "–", "`", "\t"])
def test_what_would_cost_half_the_message_is_seen(character):
    assert not is_gsm7(f"Votre rendez-vous {character}")
