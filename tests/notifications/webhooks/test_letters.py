"""E-mails as they come in, and what is taken down of them."""

import pytest
from anymail.inbound import AnymailInboundMessage

from notifications.models import WebhookKind
from notifications.webhooks.letters import LONGEST_WORDS, MOST_FILES, read_letter

KEY = "8d0f3c1e-7c39-4a54-9f0b-2b6c1f6a7d10"
TO = f"boreal+{KEY.replace('-', '')}@reponses.example"


@pytest.fixture(autouse=True)
def domain(settings):
    settings.EMAIL_REPLY_DOMAIN = "reponses.example"
    settings.DEFAULT_FROM_EMAIL = "rendez-vous@creneau.example"


def mail(
    words="Oui",
    *,
    to=TO,
    subject="Re: Votre rendez-vous",
    sender="Luc Tremblay <Luc@Example.com>",
    body="",
    **headers,
):
    lines = {"From": sender, "To": to, "Subject": subject, "Message_ID": "<one@example.com>", **headers}
    head = "\n".join(f"{name.replace('_', '-')}: {value}" for name, value in lines.items() if value)
    raw = f"{head}\n{body or f'Content-Type: text/plain; charset=utf-8{chr(10) * 2}{words}'}\n"
    return AnymailInboundMessage.parse_raw_mime_bytes(raw.encode())


def test_an_answer_is_taken_down_in_our_words():
    told = read_letter(mail("Oui, merci!\n\nEnvoyé de mon iPhone"))
    assert told.kind == WebhookKind.LETTER
    assert told.payload | {"at": ""} == {
        "from": "luc@example.com",
        "name": "Luc Tremblay",
        "message": KEY,
        "dealership": "boreal",
        "id": "<one@example.com>",
        "subject": "Re: Votre rendez-vous",
        "words": "Oui, merci!",
        "at": "",
        "auto": False,
        "files": 0,
    }


def test_the_same_letter_told_twice_has_the_same_id_and_another_sender_of_it_not():
    first = read_letter(mail(), event_id="theirs-1")
    assert read_letter(mail(), event_id="theirs-2").event_id == first.event_id
    assert read_letter(mail(sender="ada@example.com")).event_id != first.event_id


def test_a_letter_without_an_id_has_the_services_or_what_it_says():
    assert read_letter(mail(Message_ID=""), event_id="theirs").event_id == "theirs"
    first, again, other = (
        read_letter(mail(words, Message_ID="")).event_id for words in ("Oui", "Oui", "Non")
    )
    assert (first == again, first == other) == (True, False)


def test_the_address_that_it_was_delivered_to_counts_too():
    for name in ("Delivered_To", "X_Original_To", "Cc"):
        assert read_letter(mail(to="service@boreal.example", **{name: TO})).payload["message"] == KEY
    handed = mail(to="service@boreal.example")
    handed.envelope_recipient = TO
    assert read_letter(handed).payload["message"] == KEY


def test_of_a_letter_that_answers_nothing_the_subject_is_a_part():
    told = read_letter(mail("Mon auto fait un bruit.", to="boreal@reponses.example", subject="Un bruit"))
    assert (told.payload["message"], told.payload["words"]) == ("", "Un bruit\n\nMon auto fait un bruit.")
    assert (
        read_letter(mail("", to="boreal@reponses.example", subject="Un bruit")).payload["words"] == "Un bruit"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated (vacation)"}, {"X_Autoreply": "yes"},
        {"Precedence": "bulk"}, {"Precedence": "auto_reply"}, {"List_Id": "<news.example>"},
        {"subject": "Réponse automatique : Votre rendez-vous"}, {"subject": "Automatic reply: x"},
        {"subject": "Out of Office: x"}, {"subject": "Absence du bureau"},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_machine_wrote_is_known_as_such(headers):
    assert read_letter(mail(**headers)).payload["auto"] is True


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "no"}, {"subject": "Automobile à vendre"}, {"Precedence": "normal"}],
    ids=str,
)
def test_what_a_person_wrote_is_not_a_machines(headers):
    assert read_letter(mail(**headers)).payload["auto"] is False


@pytest.mark.parametrize(
    "letter",
    [
        {"to": "somebody@elsewhere.example"},
        {"sender": ""},
        {"sender": "nobody"},
        {"sender": "one@example.com, two@example.com"},
        {"sender": "Garage Boréal <Rendez-Vous@Creneau.Example>"},
        {
            "body": "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nfailed\n--x--"
        },
    ],
    ids=str,
)
def test_what_is_not_for_us_or_from_nobody_is_left_alone(letter):
    assert read_letter(mail(**letter)) is None


@pytest.mark.parametrize(
    "to", [f"undisclosed-recipients:;, {TO}", f"not an address, {TO}", f'"Garage, Boréal" <{TO}>']
)
def test_a_head_that_is_hard_to_read_loses_no_letter(to):
    assert read_letter(mail(to=to, Delivered_To=TO)).payload["message"] == KEY


def test_spam_is_taken_only_as_an_answer():
    answer, fresh = mail(), mail(to="boreal@reponses.example")
    answer.spam_detected = fresh.spam_detected = True
    assert read_letter(answer) is not None
    assert read_letter(fresh) is None


def test_files_and_photos_between_the_lines_are_counted_and_a_signatures_picture_is_not():
    def part(disposition, more=""):
        return f"--x\nContent-Type: image/jpeg\nContent-Disposition: {disposition}\n{more}\nabc\n"

    body = (
        "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\nVoici\n"
        + part('attachment; filename="a.jpg"')
        + part('inline; filename="b.jpg"')
        + part('inline; filename="logo.png"', "Content-ID: <logo>\n")
        + "--x--"
    )
    assert read_letter(mail(body=body)).payload | {"at": ""} == read_letter(mail("Voici")).payload | {
        "at": "",
        "files": 2,
    }
    many = "Content-Type: multipart/mixed; boundary=x\n\n" + part('attachment; filename="a"') * 200 + "--x--"
    assert read_letter(mail(body=many)).payload["files"] == MOST_FILES


def test_a_character_set_that_nobody_knows_loses_no_letter():
    told = read_letter(mail(body="Content-Type: text/plain; charset=x-wrong\n\nOui"))
    assert told.payload["words"] == "Oui"


def test_what_is_too_long_is_cut_and_controls_are_dropped():
    long = read_letter(mail("\n".join(["mot " * 40] * 290), subject="a\u202eb\x07" + "c" * 400))
    assert len(long.payload["words"]) == LONGEST_WORDS
    assert long.payload["words"].endswith("…")
    assert (long.payload["subject"][:3], len(long.payload["subject"])) == ("abc", 200)


@pytest.mark.parametrize("theirs", ["<a b@c>", "no brackets", "<" + "x" * 300 + ">", "<a@b>\n X-Evil: 1"])
def test_an_id_that_could_not_stand_in_a_header_is_not_kept(theirs):
    told = read_letter(mail(Message_ID=theirs))
    assert told.payload["id"] in {"", "<a@b>"}
