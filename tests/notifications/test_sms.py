from datetime import UTC, datetime

import pytest

from lib.gsm7 import is_gsm7, segments
from notifications.kinds import KINDS
from notifications.models import Channel
from notifications.render import render
from tests.notifications.letters import letter, payload_of, visit

BY_SMS = [name for name, kind in KINDS.items() if Channel.SMS in kind.channels and kind.says_how_to_stop]
LANGUAGES = ["fr", "en"]
STOP = {"fr": "ARRET pour cesser", "en": "STOP to end"}
# A Wednesday in late September at 10:45: the longest date in French, and nearly so in English.
LONGEST = datetime(2026, 9, 30, 14, 45, tzinfo=UTC)


def sms(kind, language, **changes):
    return render(letter(kind, Channel.SMS, language=language, payload=payload_of(kind, **changes))).sms


def longest(**dealership):
    return {
        "dealership": visit()["dealership"]
        | {"name": "Automobiles Côte-Nord Ôé", "slug": "automobiles-cote-nord-oe"}
        | dealership,
        "starts_at": LONGEST.isoformat(),
        "ready_at": "2026-10-01T21:30:00+00:00",
        "kept_until": LONGEST.isoformat(),
        "vehicle": "Mercedes-Benz Sprinter 3500XD 2024",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BY_SMS)
@pytest.mark.parametrize("worst", [False, True])
def test_one_gsm7_segment_with_its_link_whole_and_how_to_stop(settings, kind, language, worst):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    assert len(settings.PUBLIC_URL) == 30
    text = sms(kind, language, **(longest() if worst else {}))
    assert is_gsm7(text)
    assert segments(text) == 1
    assert text.endswith(f" {STOP[language]}")
    link = text.removesuffix(f" {STOP[language]}").split(" ")[-1]
    if kind == "cancelled":
        slug = "automobiles-cote-nord-oe" if worst else "boreal"
        assert link == f"{settings.PUBLIC_URL}{'/en' if language == 'en' else ''}/{slug}/book/"
    else:
        path = {"wait_list_joined": "l", "wait_list_offer": "o"}.get(kind, "m")
        assert link.startswith(f"{settings.PUBLIC_URL}/{path}/")
        assert len(link) == 30 + 3 + 22


def test_a_short_one_says_everything(settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    text = sms("confirmation", "fr")
    assert text.startswith(
        "Garage Boréal: RDV réservé mar. 8 déc. 7 h 45, Honda Civic 2019, pret vers 11 h 30. Déplacer/annuler: "
    )


def test_the_ready_time_goes_before_the_vehicle_and_the_vehicle_before_the_link(settings):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    assert "Honda Civic 2019" in sms("confirmation", "fr")
    assert "11 h 30" not in sms("confirmation", "fr")
    assert "Mercedes" not in sms("confirmation", "fr", **longest())
    assert "mer. 30 sept. 10 h 45" in sms("confirmation", "fr", **longest())


def test_a_very_long_name_loses_its_end_and_stays_recognisable(settings):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    text = sms("moved", "fr", **longest(name="Concessionnaire automobile de la région des Laurentides inc."))
    assert segments(text) == 1
    assert text.startswith("Concessionnaire au")
    assert text.endswith("ARRET pour cesser")


def test_a_very_long_address_costs_a_second_segment_and_never_its_end(settings):
    settings.PUBLIC_URL = "https://" + "x" * 120 + ".example"
    text = sms("confirmation", "fr")
    assert segments(text) == 2
    assert text.split(" ")[-4].startswith(f"{settings.PUBLIC_URL}/m/")


def test_a_vehicle_in_another_script_does_not_cost_segments():
    text = sms("reminder_1d", "fr", vehicle="比亚迪 😀 “Dolphin”")
    assert is_gsm7(text)
    assert segments(text) == 1
