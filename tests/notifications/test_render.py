import re
from email.utils import formataddr

import pytest
from icalendar import Calendar

from notifications.kinds import KINDS, Subject
from notifications.models import Channel
from notifications.render import render, render_plain
from tests.notifications.letters import STARTS, letter, offered, payload_of, visit, waiting
from tests.notifications.reading import Text
from tests.notifications.typography import faults

VISITS = [name for name, kind in KINDS.items() if kind.subject is Subject.VISIT]
WAIT_LIST = [name for name, kind in KINDS.items() if kind.subject is Subject.WAIT_LIST]
# Told after the visit's start: without the appointment's hour.
AFTER = ["ready", "retorque", "review"]
TO_COME = [name for name in VISITS if name not in AFTER]
AGREED = [*VISITS, *WAIT_LIST]
BY_SMS = [name for name in AGREED if Channel.SMS in KINDS[name].channels]
LANGUAGES = ["fr", "en"]
# In English the year leads.
CAR = {"fr": "Honda Civic 2019", "en": "2019 Honda Civic"}
POLYGLOT = """"><script>alert(1)</script>{{ 7|add:7 }}{% debug %}'\u202e"""


def of_visit(kind, language, channel=Channel.EMAIL, **changes):
    return letter(kind, channel, language=language, payload=payload_of(kind, **changes))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TO_COME)
def test_an_e_mail_says_when_where_which_car_and_how_to_stop(kind, language):
    rendered = render(of_visit(kind, language))
    when = {"fr": "mardi 8 décembre 2026, 7\u00a0h\u00a045", "en": "Tuesday, December 8, 2026, 7:45 a.m."}[
        language
    ]
    assert when.lower() in rendered.text.lower()
    phone = {"fr": "450 555-0134", "en": "450-555-0134"}[language]
    for fact in (
        "Garage Boréal",
        "1234, boul. Curé-Labelle, Blainville (QC) J7C\u00a02P4",
        CAR[language],
        phone,
    ):
        assert fact in rendered.text
        assert fact in Text(rendered.html).seen
    assert rendered.stop_url in rendered.text
    assert rendered.stop_url in Text(rendered.html).links
    assert (rendered.sender, rendered.reply_to) == ("Garage Boréal", "service@boreal.example")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in TO_COME if kind not in ("cancelled", "expected")])
def test_an_e_mail_about_a_coming_visit_says_all_that_was_agreed(kind, language):
    rendered = render(of_visit(kind, language, note="Bruit à froid"))
    facts = {
        "fr": ("vers 11\u00a0h\u00a030", "Changement de pneus", "Sur jantes", "89,95\u00a0$", "évaluation"),
        "en": ("around 11:30 a.m.", "Tire change", "On rims", "$89.95", "estimate"),
    }[language]
    for fact in (*facts, "K4T-7QFX", "Julie Gagnon", "A12 BCD", "Bruit à froid", "/m/"):
        assert fact in rendered.text
        assert fact in rendered.html


def test_french_is_the_language_of_whoever_did_not_choose():
    assert render(letter(language="")).subject == render(letter(language="fr")).subject


def test_the_subject_says_what_happened_and_when():
    subjects = {kind: render(of_visit(kind, "fr")).subject for kind in VISITS}
    assert subjects == {
        "confirmation": "Rendez-vous réservé\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "welcome": "Votre première visite est réservée\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "moved": "Rendez-vous déplacé\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "cancelled": "Rendez-vous annulé\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "reconfirm": "Toujours bon pour mardi 8 décembre à 7\u00a0h\u00a045?",
        "reconfirm_again": "Venez-vous mardi 8 décembre à 7\u00a0h\u00a045?",
        "reminder_3d": "Votre rendez-vous approche\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "reminder_1d": "Rappel de rendez-vous\u00a0: mardi 8 décembre à 7\u00a0h\u00a045",
        "expected": "On vous attend\u00a0: votre rendez-vous de 7\u00a0h\u00a045",
        "ready": "Votre véhicule est prêt\u00a0: Honda Civic 2019",
        "retorque": "Faites resserrer vos écrous de roue\u00a0: Honda Civic 2019",
        "review": "Comment s’est passée votre visite du mardi 8 décembre?",
    }


def test_a_moved_visit_says_where_it_was():
    rendered = render(of_visit("moved", "fr", previous_starts_at="2026-12-07T13:30:00+00:00"))
    assert "Elle remplace celle du lundi 7 décembre à 8\u00a0h\u00a030." in rendered.text


def test_a_cancelled_visit_offers_another_and_not_the_old_link():
    rendered = render(of_visit("cancelled", "en"))
    assert "/en/boreal/book/" in rendered.text
    assert "/m/" not in rendered.text
    assert "/m/" not in rendered.html


@pytest.mark.parametrize("transport", ["wait", "drop_off", "key_drop", "shuttle", "courtesy_car", "tow"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_of_coming_has_its_sentence(transport, language):
    rendered = render(
        of_visit("confirmation", language, transport=transport, transport_fr="Autre", transport_en="Other")
    )
    assert (("Autre." in rendered.text) or ("Other." in rendered.text)) == (transport == "tow")


def test_several_known_prices_are_added_and_an_unknown_one_is_not_guessed():
    known = visit()["services"] * 2
    assert (
        "Total indicatif\u00a0: 179,90\u00a0$" in render(of_visit("confirmation", "fr", services=known)).text
    )
    unknown = [known[0], known[0] | {"price": None}]
    assert "Total" not in render(of_visit("confirmation", "fr", services=unknown)).text


@pytest.mark.parametrize("kind", [*AGREED, "account_code"])
def test_french_keeps_its_typography(kind):
    payload = {"code": "482913", "minutes": 10} if kind == "account_code" else payload_of(kind, note="")
    message = letter(kind, payload=payload, about="")
    rendered = render(message)
    for text in (rendered.subject, rendered.text, Text(rendered.html).seen):
        bare = re.sub(r"https?://\S+", "", text)
        assert not re.search(r"[^\S\u00a0]:|[^\S\n][;!?]|!|'|«[^\u00a0]", bare), bare


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*AGREED, "account_code"])
def test_no_message_sells_anything(kind, language):
    payload = {"code": "482913", "minutes": 10} if kind == "account_code" else payload_of(kind)
    text = render(letter(kind, language=language, payload=payload, about="")).text.lower()
    assert not re.search(
        r"rabais|promo|offre|coupon|cadeau|discount|special|deal\b|free gift|survey|sondage", text
    )


@pytest.mark.parametrize("kind", AGREED)
def test_what_people_type_is_never_markup_nor_template(kind):
    rendered = render(
        of_visit(kind, "fr", name=POLYGLOT, vehicle=POLYGLOT, note=POLYGLOT, plate=POLYGLOT, advisor=POLYGLOT)
    )
    assert "script" not in Text(rendered.html).tags
    assert "\u202e" not in rendered.html + rendered.text + rendered.subject
    assert "{{ 7|add:7 }}" in rendered.text
    assert "\n" not in rendered.subject


def test_a_line_break_in_a_name_adds_no_header():
    rendered = render(of_visit("ready", "fr", vehicle="Civic\r\nBcc: x@example.com"))
    assert rendered.subject.endswith("Civic Bcc: x@example.com")
    dealership = visit()["dealership"] | {"name": "Garage\r\nBcc: x@example.com"}
    assert (
        formataddr((render(of_visit("moved", "fr", dealership=dealership)).sender, "a@b.c")).count("\n") == 0
    )


@pytest.mark.parametrize(
    ("kind", "method", "status"), [("moved", "PUBLISH", "CONFIRMED"), ("cancelled", "CANCEL", "CANCELLED")]
)
def test_the_calendar_file_follows_the_appointment(kind, method, status):
    (attachment,) = render(of_visit(kind, "fr", version=3)).attachments
    calendar = Calendar.from_ical(attachment.content)
    (event,) = calendar.walk("VEVENT")
    assert (attachment.method, str(calendar["method"]), str(event["status"])) == (method, method, status)
    assert (str(event["uid"]), event["sequence"]) == ("K4T7QFX@creneau", 3)
    assert event.start.isoformat() == "2026-12-08T07:45:00-05:00"


@pytest.mark.parametrize(("transport", "minutes"), [("drop_off", 15), ("wait", 225)])
def test_the_calendar_is_blocked_as_long_as_the_person_is_busy(transport, minutes):
    (attachment,) = render(of_visit("confirmation", "fr", transport=transport)).attachments
    (event,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    assert event.duration.total_seconds() == minutes * 60


def test_the_same_row_always_gives_the_same_letter():
    message = of_visit("confirmation", "fr")
    assert render(message) == render(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_the_first_thing_to_see(language):
    message = letter("account_code", language=language, payload={"code": "482913", "minutes": 10}, about="")
    rendered = render(message)
    assert rendered.subject.endswith("482913")
    assert "482913" in rendered.text.splitlines()[0]
    assert "10 minutes" in rendered.text
    assert "482913" in Text(rendered.html).seen
    assert (rendered.sender, rendered.reply_to, rendered.stop_url, rendered.attachments) == (
        "Créneau",
        "",
        "",
        (),
    )


def test_an_account_notice_says_what_it_was_given():
    payload = {"subject": "Mot de passe <changé>", "body": "Ligne 1\n\nhttps://example.com/a"}
    rendered = render(letter("account_notice", payload=payload, about=""))
    assert rendered.subject == "Mot de passe <changé>"
    assert "Ligne 1\n\nhttps://example.com/a" in rendered.text
    assert "https://example.com/a" in Text(rendered.html).links
    assert "<changé>" not in rendered.html


@pytest.mark.parametrize("kind", BY_SMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_only_that(kind, language):
    message = of_visit(kind, language, Channel.SMS)
    rendered = render(message)
    assert (rendered.subject, rendered.html, rendered.attachments) == ("", "", ())
    assert render_plain(message) == ("", rendered.sms)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WAIT_LIST)
def test_a_wait_list_e_mail_says_who_writes_what_for_how_to_leave_and_how_to_stop(kind, language):
    rendered = render(of_visit(kind, language))
    links = Text(rendered.html).links
    facts = {"fr": ("Changement de pneus", "Sur jantes"), "en": ("Tire change", "On rims")}[language]
    for fact in ("Garage Boréal", "1234, boul. Curé-Labelle", CAR[language], "A12 BCD", *facts):
        assert fact in rendered.text
        assert fact in Text(rendered.html).seen
    assert rendered.stop_url in rendered.text
    assert rendered.stop_url in links
    assert any("/l/" in link for link in links)
    assert "/l/" in rendered.text
    assert "/m/" not in rendered.text + rendered.html
    assert (rendered.sender, rendered.attachments) == ("Garage Boréal", ())
    why = {"fr": "parce que vous êtes sur notre liste d’attente", "en": "because you joined our wait-list"}
    assert why[language] in rendered.text
    assert why[language] in Text(rendered.html).seen


def test_an_offer_says_when_until_when_and_what_it_would_replace():
    rendered = render(of_visit("wait_list_offer", "fr"))
    for text in (rendered.text, Text(rendered.html).seen):
        assert "gardée jusqu’à 14\u00a0h\u00a020" in text
        assert "Elle remplacerait votre rendez-vous du vendredi 11 décembre à 8\u00a0h\u00a030." in text
        assert "votre rendez-vous ne change pas" in text
    assert "Mardi 8 décembre 2026, 7\u00a0h\u00a045" in rendered.text
    assert "vers 11\u00a0h\u00a030" in rendered.text
    assert rendered.subject == "Une place s’est libérée\u00a0: mardi 8 décembre à 7\u00a0h\u00a045"
    assert any("/o/" in link for link in Text(rendered.html).links)


def test_english_sentences_end_with_one_point():
    text = render(of_visit("wait_list_offer", "en")).text
    assert "for your 2019 Honda Civic until 2:20 p.m. It would replace" in text
    assert ".." not in re.sub(r"https?://\S+", "", text)


def test_an_offer_to_somebody_without_an_appointment_replaces_nothing():
    rendered = render(letter("wait_list_offer", payload=offered(previous_starts_at=None, reference="")))
    assert "remplacerait" not in rendered.text + rendered.html
    assert "votre rendez-vous" not in rendered.text + rendered.html


def test_who_joined_is_told_which_days_and_that_their_appointment_stays():
    rendered = render(of_visit("wait_list_joined", "fr"))
    assert "Du lundi 30 novembre au jeudi 10 décembre" in rendered.text
    assert "Votre rendez-vous K4T-7QFX reste à vous" in rendered.text
    one_day = render(
        letter(
            "wait_list_joined", payload=waiting(first_day="2026-12-01", last_day="2026-12-01", reference="")
        )
    )
    assert "Le mardi 1er décembre" in one_day.text
    assert "rendez-vous" not in one_day.text


@pytest.mark.parametrize("payload", [{}, {"reference": "K4T7QFX"}, [], "x", None])
def test_a_payload_that_is_not_one_is_an_error_and_not_half_a_letter(payload):
    with pytest.raises((KeyError, TypeError, ValueError)):
        render(letter(payload=payload))


def test_an_impossible_brand_colour_gives_way_to_the_house_colour():
    dealership = visit()["dealership"] | {"brand_colour": "url(javascript:x)"}
    html = render(of_visit("confirmation", "fr", dealership=dealership)).html
    assert "javascript" not in html
    assert "#0e5a6b" in html


@pytest.mark.parametrize(
    ("things", "french", "english"),
    [
        (
            ["registration"],
            "À apporter\u00a0: le certificat d’immatriculation.",
            "Please bring: the registration certificate.",
        ),
        (
            ["lock_key", "licence", "key_box", "registration"],
            "la clé antivol de vos roues (si vous en avez une), votre permis de conduire et le certificat d’immatriculation.",
            "your wheel lock key (if you have one), your driver’s licence and the registration certificate.",
        ),
    ],
)
def test_a_message_says_what_to_bring_for_this_visit(things, french, english):
    for language, words in (("fr", french), ("en", english)):
        rendered = render(letter(language=language, payload=visit(bring=things)))
        assert words in rendered.text
        assert words.partition(": ")[2] in rendered.html


def test_a_message_from_before_that_was_known_says_nothing_of_it():
    payload = {name: value for name, value in visit().items() if name != "bring"}
    assert "apporter" not in render(letter(payload=payload)).text


ANSWERS = {
    "confirmed": "",
    "manage": "/m/",
    "late": "",
    "cancelled": "/boreal/book/",
    "over": "",
    "offer": "/o/",
    "received": "",
}


@pytest.mark.parametrize("facts", [True, False])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_to_an_e_mail_reads_well_and_has_its_link(answer, language, facts):
    known = {"starts_at": STARTS.isoformat(), "vehicle": "Honda Civic 2019", "opens_at": STARTS.isoformat()}
    payload = payload_of("auto_answer") | {"starts_at": "", "vehicle": ""} | (known if facts else {})
    payload |= {
        "answer": answer,
        "minutes": 20,
        "link_nonce": "nonce",
        "offer_nonce": "nonce",
        "subject": "Mes pneus",
    }
    rendered = render(letter("auto_answer", language=language, payload=payload))
    assert faults(rendered.text, language, typed=("service@boreal.example",)) == []
    assert rendered.subject == "Re: Mes pneus"
    link = ANSWERS[answer]
    assert (link in rendered.text, link in rendered.html) == (True, True)
    assert ("mardi 8 décembre" in rendered.text or "December 8" in rendered.text) == (
        facts and answer not in ("late", "offer")
    )
