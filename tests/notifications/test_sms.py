import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from lib.gsm7 import is_gsm7, segments
from lib.tokens import token_for
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
    assert link in whole_links(kind, language, "automobiles-cote-nord-oe" if worst else "boreal")


def whole_links(kind, language, slug):
    """The links that a text message of this kind may carry."""
    base = "https://rendezvous.example.org"
    home = f"{base}{'/en' if language == 'en' else ''}/{slug}/"
    if kind in ("ready", "retorque"):
        return [home]
    if kind == "cancelled":
        return [f"{home}book/"]
    if kind in ("next_season", "maintenance_due"):
        service = "tire_swap" if kind == "next_season" else "maintenance"
        filled = f"{home}book/?service={service}"
        return [f"{filled}&make=Honda&model=Civic&year=2019", filled]
    payload = payload_of(kind)
    if kind == "wait_list_joined":
        return [f"{base}/l/{token_for(payload['link_nonce'], purpose='wait-list')}"]
    if kind == "wait_list_offer":
        return [f"{base}/o/{token_for(payload['offer_nonce'], purpose='offer')}"]
    manage = f"{base}/m/{token_for(payload['link_nonce'], purpose='manage')}"
    return [f"{manage}/review/" if kind == "review" else manage]


def test_a_short_one_says_everything(settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    text = sms("confirmation", "fr")
    assert text.startswith(
        "Garage Boréal: RDV réservé mar. 8 déc. 7 h 45, Honda Civic 2019, fini vers 11 h 30. Déplacer/annuler: "
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


def test_a_reminder_says_what_can_be_answered_while_there_is_room(settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    assert ". 1=confirmer. Déplacer/annuler: https://rdv.ex/m/" in sms("reminder_3d", "fr")
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    assert "1=confirmer" not in sms("reminder_3d", "fr", **longest())


@pytest.mark.parametrize("kind", ["reconfirm", "reconfirm_again"])
def test_who_is_asked_again_is_always_told_what_to_answer(settings, kind):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    assert "1=confirmer, 2=déplacer" in sms(kind, "fr", **longest())
    assert "1=confirm, 2=move" in sms(kind, "en", **longest())


def cost(language, **changes):
    payload = payload_of("reminder_1d", **changes)
    message = letter("reminder_1d", Channel.SMS, language=language, variant="cost", payload=payload)
    return render(message).sms


def test_the_other_wording_names_what_a_miss_costs(settings):
    settings.PUBLIC_URL = "https://rdv.ex"
    assert cost("fr").startswith(
        "Garage Boréal: 1 h d'atelier à vous mar. 8 déc. 7 h 45, Honda Civic. Un imprévu? "
        "Cédez la place: https://rdv.ex/m/"
    )
    services = [{**visit()["services"][0], "minutes": 45}]
    assert "45 min of workshop time" in cost("en", services=services)
    assert "rappel RDV" in cost("fr", services=[{**services[0], "minutes": 0}])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_wording_fits_one_segment_too(settings, language):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    text = cost(language, **longest())
    assert segments(text) == 1
    assert "atelier" in text or "workshop" in text
    assert text.endswith(STOP[language])


def test_a_vehicle_loses_its_year_then_its_make_before_it_is_left_out(settings):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    seen = {
        sms("moved", "fr", vehicle=vehicle) for vehicle in ("Honda Civic 2019", "Land Rover Discovery 2021")
    }
    assert any(
        ", Honda Civic. " in text or ", Civic. " in text or ", Honda Civic 2019. " in text for text in seen
    )
    assert not any("Rover" in text and "Land Rover" not in text for text in seen)


def test_a_booking_link_that_is_too_long_fills_in_less_and_stays_whole(settings):
    settings.PUBLIC_URL = "https://rendezvous.example.org"
    long = {
        "make": "Mercedes-Benz",
        "model": "Sprinter 3500XD Cargo",
        "vehicle": "Mercedes-Benz Sprinter 3500XD",
    }
    text = sms("next_season", "fr", **long)
    assert "/boreal/book/?service=tire_swap ARRET" in text
    assert "pneus d'hiver" in text


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if Channel.SMS in kind.channels])
def test_french_is_spelled_with_the_letters_that_a_text_message_has(kind):
    """Without `ê` and `ç` a word would stand there misspelled: another one is found for it."""
    folder = Path(settings.BASE_DIR) / "templates" / "messages" / kind
    words = re.sub(r"\{[{%].*?[%}]\}", " ", (folder / "sms.fr.txt").read_text())
    assert is_gsm7(words.replace("’", "'").replace("\u00a0", " "))


def test_a_very_long_name_is_cut_between_words_before_the_car_goes():
    dealership = visit()["dealership"] | {
        "name": "Concessionnaire automobile de la région des Laurentides inc."
    }
    text = sms("reconfirm", "fr", dealership=dealership, vehicle="Kia Rio 2024")
    assert text.startswith("Concessionnaire automobile: ")
    assert "Rio" in sms("moved", "fr", dealership=dealership, vehicle="Kia Rio 2024")


@pytest.mark.parametrize("vehicle", ["Honda Civic 2019", "Land Rover Discovery 2021"])
def test_in_english_the_year_leads_and_goes_first(settings, vehicle):
    settings.PUBLIC_URL = "https://rdv.ex"
    year = vehicle[-4:]
    assert f", {year} {vehicle[:-5]}" in sms("moved", "en", vehicle=vehicle)
    settings.PUBLIC_URL = "https://rendezvous.example.org" + "/x" * 4
    assert year not in sms("moved", "en", vehicle=vehicle).replace("Dec", "")
