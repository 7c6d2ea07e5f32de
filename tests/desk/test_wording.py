"""The page where the words of every message are reviewed."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from dealerships.models import Role
from desk.wording.grounds import GROUNDS
from notifications.kinds import KINDS, MessageClass
from notifications.models import Cadence, Channel, Message, Way
from notifications.sample_cases import CASES

URL = "/desk/boreal/messages/wording/"


@pytest.fixture
def manager(sign_in) -> Client:
    return sign_in(Role.MANAGER)


def page(client: Client, **asked: str) -> str:
    answer = client.get(URL, asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def frames(text: str) -> list[str]:
    return re.findall(r'<iframe[^>]* src="([^"]+)"', text)


def test_every_kind_is_there_in_both_languages_by_each_of_its_channels(manager: Client) -> None:
    text = page(manager)
    for kind in KINDS.values():
        assert f'id="{kind.name}"' in text
    wordings = [kind for kind in KINDS.values() for _ in ("", *kind.variants)]
    assert len(frames(text)) == 2 * sum(Channel.EMAIL in kind.channels for kind in wordings)
    assert text.count('class="wording-bubble"') == 2 * sum(Channel.SMS in kind.channels for kind in wordings)
    assert not Message.objects.exists()


def test_every_class_has_its_ground() -> None:
    assert set(GROUNDS) == set(MessageClass)


def test_one_kind_in_one_language_says_why_when_and_how_long(manager: Client) -> None:
    text = page(manager, kind="reminder_1d", language="fr")
    assert text.count('<article class="card wording"') == 1
    assert len(frames(text)) == 2  # two wordings
    assert "rappel RDV mar. 8 déc. 7 h 45" in text
    assert "d'atelier" in text
    count = re.search(r"(\d+) caractères · 1 segment|(\d+) characters · 1 segment", text)
    assert count
    assert 60 < int(count[1] or count[2]) <= 160


def test_the_words_are_those_of_this_dealership(manager: Client, workshop) -> None:
    workshop.garage.dealership.name = "Autos du Fjord"
    workshop.garage.dealership.save()
    assert "Autos du Fjord: RDV réservé" in page(manager, kind="confirmation")


def test_the_dealerships_own_cadence_is_told(manager: Client, workshop) -> None:
    Cadence.objects.create(
        dealership=workshop.garage.dealership,
        kind="expected",
        minutes=45,
        lasts_minutes=60,
        way=Way.SMS,
        active=False,
    )
    text = page(manager, kind="expected")
    assert "45\u00a0minutes après le début" in text
    assert 'class="chip chip-closed"' in text


@pytest.mark.parametrize("case", CASES)
def test_each_case_shows(manager: Client, case: str) -> None:
    text = page(manager, kind="confirmation", facts=case)
    assert "None" not in re.sub(r"<[^>]+>", "", text)
    for frame in frames(text):
        assert f"facts={case}" in frame
        assert manager.get(frame).status_code == 200


def test_a_letter_is_framed_alone_and_may_do_nothing(manager: Client) -> None:
    (french, english) = frames(page(manager, kind="review"))
    answer = manager.get(french)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "Comment s’est passée votre visite?" in answer.content.decode()
    assert "How was your visit?" in manager.get(english).content.decode()
    assert 'sandbox=""' in page(manager, kind="review")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_letter_is_as_bright_as_it_was_asked_for(manager: Client, look: str) -> None:
    (frame,) = frames(page(manager, kind="moved", language="fr", look=look))
    letter = manager.get(frame).content.decode()
    assert ("@media all" in letter) == (look == "dark")
    assert "prefers-color-scheme" not in letter
    assert f"color-scheme: {look};" in letter


def test_what_people_type_into_the_address_changes_nothing(manager: Client) -> None:
    text = page(manager, kind="<script>", facts="x", language="de", look="x")
    assert '<article class="card wording" id="confirmation"' in text
    for path in ("nothing/fr/", "confirmation/de/", "missed_call/fr/"):
        assert manager.get(f"{URL}{path}").status_code == 404
    assert manager.get(f"{URL}confirmation/fr/?wording=x&facts=x").status_code == 200


def test_only_those_who_decide_about_messages_enter(sign_in) -> None:
    advisor = sign_in(Role.ADVISOR)
    assert advisor.get(URL).status_code == 403
    assert advisor.get(f"{URL}confirmation/fr/").status_code == 403
