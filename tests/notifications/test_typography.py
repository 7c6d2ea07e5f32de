import pytest

from tests.notifications.typography import NBSP, SELLS, faults


@pytest.mark.parametrize(
    "text",
    [
        "À apporter: la clé", "À apporter : la clé", "Toujours bon ?", "Prêt vers 8 h 30", f"Prêt vers 8{NBSP}h 30",
        "Prêt vers 8h30", "« oui »", "l'heure", "Merci!", "129,95 $", "à 100 km", "deux  espaces", "un email",
        "votre None", "{{ name }}", "Honda, , rouge",
    ],
)  # fmt: skip
def test_the_linter_finds_what_is_wrong_in_french(text):
    assert faults(text, "fr")


@pytest.mark.parametrize(
    "text",
    [
        f"À apporter{NBSP}: la clé de l’auto; prêt vers 8{NBSP}h{NBSP}30, ou 9{NBSP}h?",
        f"«{NBSP}oui{NBSP}» 129,95{NBSP}$ à 100{NBSP}km", "https://example.com/a?b=1: x".replace(": x", ""),
    ],
)  # fmt: skip
def test_the_linter_leaves_good_french_alone(text):
    assert faults(text, "fr") == []


def test_the_linter_knows_english_too_and_what_people_typed():
    assert faults("Bring : the key", "en")
    assert faults("It's ready", "en")
    assert faults("until 5:30 p.m.. Then", "en")
    assert faults("O'Neil is here", "en", typed=("O'Neil",)) == []


@pytest.mark.parametrize(
    "text", ["Profitez de 10 % de rabais", "une offre", "Save 10%", "Gratuit", "20% off"]
)
def test_what_sells_is_found(text):
    assert SELLS.search(text)
