"""Every kind of message, in both languages, by each channel, in each wording, with facts that strain it."""

import functools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from lib.gsm7 import is_gsm7, segments
from notifications.kinds import KINDS, MessageClass, Subject
from notifications.models import Channel
from notifications.render import render, render_plain
from notifications.sample_cases import CASES, sample_message
from notifications.samples import DEALERSHIP
from notifications.words import dealership_words
from tests.notifications.reading import Text
from tests.notifications.typography import SELLS, URL, faults

LANGUAGES = ["fr", "en"]
PUBLIC_URL = "https://rendezvous.example.org"
STOP = {"fr": "ARRET pour cesser", "en": "STOP to end"}
LETTERS = [
    pytest.param(kind, variant, language, id="-".join(filter(None, (kind.name, variant, language))))
    for kind in KINDS.values()
    for variant in ("", *kind.variants)
    for language in LANGUAGES
]
# Text messages that may take more than one segment, and why.
MAY_BE_LONG = {"desk_message": "a person wrote it: nothing of it is left out"}
# Names that people gave are as long as they are.
NAMES_ARE_LONG = {"long_names", "signs", "emoji"}
WITHOUT_CONSENT = [
    kind
    for kind in KINDS.values()
    if kind.message_class not in (MessageClass.PROMOTIONAL, MessageClass.MAINTENANCE_DUE)
]


def each(channel):
    """The kinds that go by this channel, in each wording and language."""
    wanted = [one for one in LETTERS if channel in one.values[0].channels]
    return pytest.mark.parametrize(("kind", "variant", "language"), wanted)


every_letter, every_text = each(Channel.EMAIL), each(Channel.SMS)


@functools.cache
def message_of(kind, channel, language, case, variant):
    return sample_message(kind, channel=channel, language=language, case=CASES[case], variant=variant)


@functools.cache
def written(kind, channel, language, case, variant=""):
    with override_settings(PUBLIC_URL=PUBLIC_URL):
        return render(message_of(kind, channel, language, case, variant))


def email(kind, language, case, variant=""):
    return written(kind, Channel.EMAIL, language, case, variant)


def typed(kind, channel, language, case, variant):
    """What people wrote, of this sample: the linter has no say in it."""
    payload = message_of(kind, channel, language, case, variant).payload
    names = ("name", "inviter", "advisor", "author", "vehicle", "note", "words", "subject", "body", "plate")
    wrote = (str(payload.get(name) or "") for name in names)
    return (*wrote, payload.get("dealership", {}).get("name", ""))


@every_letter
def test_a_letter_keeps_its_typography_and_leaves_nothing_over(kind, variant, language):
    for case in CASES:
        letter, theirs = (
            email(kind, language, case, variant),
            typed(kind, Channel.EMAIL, language, case, variant),
        )
        page = Text(letter.html)
        for text in (letter.subject, letter.text, page.seen, page.preview):
            assert faults(text, language, typed=theirs) == []
        assert "\n" not in letter.subject


@every_letter
def test_a_letter_escapes_what_people_write(kind, variant, language):
    for case in CASES:
        letter = email(kind, language, case, variant)
        tags = set(Text(letter.html).tags)
        assert tags <= {
            "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "a", "br", "strong",
            "span",
        }  # fmt: skip
        assert "<b>" not in letter.html


@every_letter
def test_a_letter_fetches_nothing_and_so_tells_nobody_that_it_was_read(kind, variant, language):
    for case in CASES:
        html = email(kind, language, case, variant).html
        assert not {"img", "link", "script", "iframe", "object", "form"} & set(Text(html).tags)
        assert "url(" not in html
        assert not re.search(r"\b(?:src|background)=", html)


@every_letter
def test_links_are_whole_and_lead_here(kind, variant, language):
    for case in CASES:
        letter = email(kind, language, case, variant)
        if kind.subject is Subject.ACCOUNT:
            continue  # what the account's pages say is theirs
        for link in Text(letter.html).links:
            assert re.match(rf"{re.escape(PUBLIC_URL)}/|tel:\+1\d{{10}}$|mailto:\S+@\S+$", link), link


@every_letter
def test_html_and_text_say_the_same_facts(kind, variant, language):
    for case in CASES:
        letter = email(kind, language, case, variant)
        page = Text(letter.html)
        assert {link for link in page.links if link.startswith("http")} == set(URL.findall(letter.text))
        seen, text = page.seen, letter.text
        numbers = [set(re.findall(r"\d+", URL.sub(" ", one))) for one in (seen, text)]
        assert numbers[0] == numbers[1]
        payload = message_of(kind, Channel.EMAIL, language, case, variant).payload
        facts = [
            payload.get(name, "") for name in ("vehicle", "plate", "advisor", "note", "inviter", "author")
        ]
        facts += [service[language] for service in payload.get("services", [])]
        for fact in filter(None, facts):
            assert (fact in seen) == (fact in text), fact


@every_letter
def test_a_subject_is_read_whole_on_a_phone(kind, variant, language):
    for case in CASES:
        if case not in NAMES_ARE_LONG:
            assert len(email(kind, language, case, variant).subject) <= 78


@every_letter
def test_a_letter_says_who_writes_where_to_find_them_and_how_to_stop_as_its_class_demands(
    kind, variant, language
):
    for case in CASES:
        letter = email(kind, language, case, variant)
        if not kind.says_how_to_stop:
            continue
        who = dealership_words({**DEALERSHIP, **CASES[case].dealership}, language)
        page = Text(letter.html)
        for fact in ("name", "address_line", "city", "phone", "email"):
            assert who[fact] in letter.text
            assert who[fact] in page.seen
        stop, preferences = f"{PUBLIC_URL}{'/en' if language == 'en' else ''}/stop/", "/p/"
        assert letter.stop_url.startswith(stop)
        assert letter.stop_url in page.links
        assert any(preferences in link for link in page.links)
        words = {
            True: {"fr": "Ne plus recevoir ces messages", "en": "Stop these messages"},
            False: {"fr": "Ne plus recevoir nos courriels", "en": "Stop our e-mails"},
        }[bool(kind.purpose)][language]
        assert words in letter.text
        assert words in page.seen


@every_text
def test_a_text_message_is_one_gsm7_segment_with_nothing_left_over(kind, variant, language):
    for case in CASES:
        text = written(kind, Channel.SMS, language, case, variant).sms
        assert is_gsm7(text)
        assert kind.name in MAY_BE_LONG or segments(text) == 1, text
        bare = URL.sub("X", text)
        if case not in NAMES_ARE_LONG:
            assert not re.search(r"None|\{\{|\}\}|%\}|!|\.\.|  |, ,|, [.?]|\(\)", bare), text
        for link in URL.findall(text):
            assert link.startswith(f"{PUBLIC_URL}/")


@every_text
def test_a_text_message_says_who_writes_and_how_to_stop(kind, variant, language):
    for case in CASES:
        text = written(kind, Channel.SMS, language, case, variant).sms
        if kind.says_how_to_stop:
            assert text.startswith({**DEALERSHIP, **CASES[case].dealership}["name"].replace("’", "'")[:11])
            assert text.endswith(f" {STOP[language]}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.purpose], ids=lambda kind: kind.name
)
def test_what_needs_consent_links_to_a_page_that_says_who_writes(kind, language):
    """By text message, the law takes a link for the address and the rest (SOR/2012-36, s. 2(2))."""
    text = written(kind, Channel.SMS, language, "usual").sms
    assert len(URL.findall(text)) == 1


@pytest.mark.parametrize("kind", WITHOUT_CONSENT, ids=lambda kind: kind.name)
def test_what_needs_no_consent_sells_nothing(kind):
    """Every branch of its templates: one line that sells would make the whole message a commercial one."""
    folder = Path(settings.BASE_DIR) / "templates" / "messages"
    files = [*(folder / kind.name).glob("*"), *(one for one in folder.glob("_*") if "_due" not in one.name)]
    assert (folder / kind.name).is_dir()
    for file in files:
        words = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]+>", " ", file.read_text(), flags=re.DOTALL)
        assert not SELLS.search(words), (file, SELLS.search(words))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["ready", "retorque", "expected"])
def test_after_the_start_no_letter_speaks_of_a_price(kind, language):
    assert "$" not in email(KINDS[kind], language, "usual").text


@pytest.mark.parametrize(
    ("case", "french", "english"),
    [
        ("halifax", "mardi 8 décembre à 7\u00a0h\u00a045", "Tuesday, December 8 at 7:45 a.m."),
        ("st_johns", "mardi 8 décembre à 7\u00a0h\u00a045", "Tuesday, December 8 at 7:45 a.m."),
        ("spring", "dimanche 8 mars à 3\u00a0h\u00a030", "Sunday, March 8 at 3:30 a.m."),
        ("autumn", "dimanche 1er novembre à 1\u00a0h\u00a030", "Sunday, November 1 at 1:30 a.m."),
        ("longest_day", "mercredi 30 septembre à 10\u00a0h\u00a045", "Wednesday, September 30 at 10:45 a.m."),
    ],
)
def test_the_hour_is_that_of_the_dealerships_wall(case, french, english):
    for kind in ("confirmation", "moved", "reconfirm", "reminder_1d"):
        assert french in email(KINDS[kind], "fr", case).subject
        assert english in email(KINDS[kind], "en", case).subject


def test_a_vehicle_that_is_ready_on_another_day_says_which():
    assert "Prêt lundi 9 mars vers 8\u00a0h" in email(KINDS["confirmation"], "fr", "spring").text
    assert "ready Monday, March 9 around 8:00 a.m." in Text(
        email(KINDS["confirmation"], "en", "spring").html
    ).seen.replace("Ready", "ready")


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_is_agreed_or_changed_goes_to_the_calendar(language):
    with_calendar = {
        kind.name
        for kind in KINDS.values()
        if Channel.EMAIL in kind.channels and email(kind, language, "usual").attachments
    }
    assert with_calendar == {"confirmation", "welcome", "moved", "cancelled"}


def test_the_question_about_a_visit_has_an_answer_in_every_link_and_none_in_the_text_message():
    links = Text(email(KINDS["review"], "fr", "usual").html).links
    assert [link[-7:] for link in links if "/review/" in link] == [f"score={score}" for score in range(1, 6)]
    text = written(KINDS["review"], Channel.SMS, "fr", "usual").sms
    assert "/review/ ARRET" in text


def test_what_is_due_says_what_why_and_links_to_the_booking_with_all_of_it_filled_in():
    letter = email(KINDS["maintenance_due"], "fr", "usual")
    for fact in (
        "96\u00a0000\u00a0km",
        "mardi 22 décembre 2026",
        "249,95\u00a0$",
        "Huile et filtre",
        "1er juin 2026",
    ):
        assert fact in letter.text
    assert f"{PUBLIC_URL}/boreal/book/?service=maintenance&make=Honda&model=Civic&year=2019" in letter.text
    season = email(KINDS["next_season"], "en", "usual")
    assert "Winter tires are mandatory in Québec" in season.text
    assert "stored with us" in season.text
    assert "/en/boreal/book/?service=tire_swap&make=Honda" in season.text
    elsewhere = email(KINDS["next_season"], "en", "halifax").text
    assert "mandatory" not in elsewhere
    summer = email(KINDS["next_season"], "fr", "summer").text
    assert "pneus d’été" in summer
    assert "entreposés" not in summer


def test_a_letter_reads_the_same_whoever_asks_for_its_text_alone():
    message = message_of(KINDS["reconfirm"], Channel.EMAIL, "fr", "usual", "")
    with override_settings(PUBLIC_URL=PUBLIC_URL):
        assert render_plain(message) == (
            email(KINDS["reconfirm"], "fr", "usual").subject,
            email(KINDS["reconfirm"], "fr", "usual").text,
        )
