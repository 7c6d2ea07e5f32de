import datetime
import socket
import ssl
import time
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from icalendar import Calendar

from lib import clock
from notifications.actions.dispatch import send_batch
from notifications.models import Message, State
from notifications.render import Rendered, render
from notifications.transports import smtp_connection
from notifications.transports.base import Failure, TransportError
from notifications.transports.email_smtp import SmtpTransport
from tests.notifications.letters import letter, payload_of, visit
from tests.notifications.transports.mail_server import Mailbox, mail_server


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def address(mailbox):
    with mail_server(mailbox) as address:
        yield address


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(smtp_connection, "READ_SECONDS", 0.3)


def send(url, message=None):
    message = message or letter()
    return SmtpTransport(urlsplit(url)).send(message, render(message))


def failure(url, message=None):
    with pytest.raises(TransportError) as caught:
        send(url, message)
    return caught.value.failure


def test_a_letter_arrives_whole(address, mailbox, settings):
    settings.DEFAULT_FROM_EMAIL = "rendez-vous@creneau.example"
    message = letter()
    assert send(f"smtp://{address}", message) == f"<{message.pk}@creneau.example>"
    (mail,) = mailbox.letters
    assert mail["Message-ID"] == f"<{message.pk}@creneau.example>"
    assert mail["From"] == "Garage Boréal <rendez-vous@creneau.example>"
    assert (mail["To"], mail["Reply-To"]) == ("luc@example.com", "service@boreal.example")
    assert mail["Subject"].strip() == "Rendez-vous réservé\u00a0: mardi 8 décembre à 7\u00a0h\u00a045"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"].strip(" <>") == render(message).stop_url
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "vers 11\u00a0h\u00a030" in mail.get_body(("plain",)).get_content()
    assert "<h1" in mail.get_body(("html",)).get_content()


def test_answers_go_to_the_thread_when_there_is_a_domain_for_them(address, mailbox, dealership, settings):
    settings.EMAIL_REPLY_DOMAIN = "reponses.example"
    message = letter(dealership=dealership)
    send(f"smtp://{address}", message)
    send(f"smtp://{address}", letter("account_code", payload={"code": "482913", "minutes": 10}, about=""))
    to_thread, code = (mail["Reply-To"] for mail in mailbox.letters)
    assert to_thread == f"Garage Boréal <{dealership.slug}+{message.pk.hex}@reponses.example>"
    assert code is None


@pytest.mark.parametrize(("kind", "said"), [("desk_message", None), ("auto_answer", "auto-replied")])
def test_what_a_person_wrote_and_what_answers_by_itself_say_so(address, mailbox, kind, said):
    payload = payload_of(kind) | {"answers": "<theirs@example.com>", "subject": "Mes pneus"}
    send(f"smtp://{address}", letter(kind, payload=payload))
    (mail,) = mailbox.letters
    assert (mail["Auto-Submitted"], mail["Subject"]) == (said, "Re: Mes pneus")
    assert mail["In-Reply-To"] == mail["References"] == "<theirs@example.com>"


def test_the_calendar_file_is_one_that_mail_programs_recognise(address, mailbox):
    send(f"smtp://{address}")
    (part,) = mailbox.letters[0].iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "PUBLISH")
    assert part.get_filename() == "rendez-vous.ics"
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert str(event["uid"]) == "K4T7QFX@creneau"


def test_a_code_has_no_way_to_stop_and_nowhere_to_answer(address, mailbox):
    send(f"smtp://{address}", letter("account_code", payload={"code": "482913", "minutes": 10}, about=""))
    (mail,) = mailbox.letters
    assert (mail["List-Unsubscribe"], mail["Reply-To"]) == (None, None)


@pytest.mark.parametrize(
    ("answer", "where", "expected"),
    [
        ("450 try later", "at_recipient", Failure.REFUSED),
        ("550 no such user", "at_recipient", Failure.PERMANENT),
        ("451 try later", "at_end", Failure.REFUSED),
        ("554 spam", "at_end", Failure.PERMANENT),
    ],
)
def test_the_servers_answer_decides(address, mailbox, answer, where, expected):
    setattr(mailbox, where, answer)
    assert failure(f"smtp://{address}") is expected


def test_a_line_that_drops_after_the_letter_leaves_doubt(address, mailbox):
    mailbox.drop = True
    assert failure(f"smtp://{address}") is Failure.AMBIGUOUS


def test_a_server_that_is_silent_after_the_letter_leaves_doubt(address, mailbox, impatient):
    mailbox.hang = True
    assert failure(f"smtp://{address}") is Failure.AMBIGUOUS


def test_a_server_that_never_greets_is_given_up_after_the_time_to_read(impatient):
    with socket.create_server(("127.0.0.1", 0)) as server:
        started = time.monotonic()
        assert failure(f"smtp://127.0.0.1:{server.getsockname()[1]}") is Failure.REFUSED
    assert time.monotonic() - started < 3


def test_a_closed_port_refuses():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert failure(f"smtp://127.0.0.1:{port}") is Failure.REFUSED


def test_connecting_gets_three_seconds_and_each_answer_ten(monkeypatch):
    asked = []

    def create_connection(_address, timeout, _source):
        asked.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(smtp_connection.socket, "create_connection", create_connection)
    assert failure("smtp://192.0.2.1") is Failure.REFUSED
    assert asked == [3]
    assert smtp_connection.READ_SECONDS == 10


@pytest.mark.parametrize("to", ["no at sign\nBcc: x@example.com", "", "a@b@c", "é@example.com"])
def test_an_address_that_can_t_be_one_is_permanent(address, mailbox, to):
    assert failure(f"smtp://{address}", letter(to=to)) is Failure.PERMANENT
    assert mailbox.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_ours_to_mend_and_not_the_recipients_fault(mailbox):
    def refuse(*_arguments):
        return AuthResult(success=False, handled=False)

    with mail_server(mailbox, authenticator=refuse, auth_required=True, auth_require_tls=False) as address:
        assert failure(f"smtp://user:wrong@{address}") is Failure.REFUSED


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_user_and_password_are_unquoted(mailbox):
    seen = []

    def accept(_server, _session, _envelope, _mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    with mail_server(mailbox, authenticator=accept, auth_required=True, auth_require_tls=False) as address:
        send(f"smtp://user%40example.com:p%2Fw@{address}")
    assert seen == [(b"user@example.com", b"p/w")]
    assert len(mailbox.letters) == 1


@pytest.fixture
def certificate(tmp_path):
    """A certificate for `localhost` and 127.0.0.1 that nobody trusts yet."""
    key, name, now = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([]),
        datetime.datetime.now(datetime.UTC),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(names, critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_starttls_goes_encrypted_to_a_trusted_server_and_not_at_all_to_another(
    mailbox, certificate, monkeypatch
):
    with mail_server(mailbox, tls_context=server_context(certificate), require_starttls=True) as address:
        url = f"smtp+tls://localhost:{address.split(':')[1]}"
        assert failure(url) is Failure.REFUSED
        assert mailbox.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        send(url)
    assert len(mailbox.letters) == 1


def test_a_greylisted_letter_is_delivered_later_under_the_same_message_id(db, address, mailbox, settings):
    settings.EMAIL_URL = f"smtp://{address}"
    letter().save()
    mailbox.at_end = "451 greylisted"
    send_batch()
    message = Message.objects.get()
    assert (message.state, message.attempts) == (State.PENDING, 1)
    assert "451" in message.error
    mailbox.at_end, mailbox.drop = "", True
    Message.objects.update(next_try_at=clock.now() - datetime.timedelta(seconds=1))
    send_batch()
    assert Message.objects.get().state == State.PENDING  # taken, but nobody said so
    mailbox.drop = False
    Message.objects.update(next_try_at=clock.now() - datetime.timedelta(seconds=1))
    send_batch()
    message = Message.objects.get()
    assert (message.state, message.attempts, message.error) == (State.ACCEPTED, 3, "")
    assert [mail["Message-ID"] for mail in mailbox.letters] == [message.provider_reference] * 2


def test_a_rejected_letter_has_failed(db, address, mailbox, settings):
    settings.EMAIL_URL = f"smtp://{address}"
    letter(payload=visit()).save()
    mailbox.at_recipient = "550 no such user"
    send_batch()
    assert Message.objects.get().state == State.FAILED


def test_an_empty_letter_is_still_a_letter(address, mailbox):
    message = letter()
    SmtpTransport(urlsplit(f"smtp://{address}")).send(message, Rendered(subject="x", text="y", html="z"))
    assert mailbox.letters[0]["Subject"] == "x"
