"""Letters that the e-mail services post: each in its own form, and only from who has the secret."""

import hashlib
import hmac
import json
import time
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from notifications.actions import events
from notifications.checks import check_answers
from notifications.models import WebhookEvent
from notifications.views import mail_hooks

pytestmark = pytest.mark.django_db

KEY = "8d0f3c1e-7c39-4a54-9f0b-2b6c1f6a7d10"
TO = f"boreal+{KEY.replace('-', '')}@reponses.example"
RAW = f"From: Luc <luc@example.com>\nTo: {TO}\nSubject: Re: x\nMessage-ID: <one@example.com>\n\nOui\n"
HEADERS = {"From": "Luc <luc@example.com>", "To": TO, "Subject": "Re: x", "Message-ID": "<one@example.com>"}
URLS = {
    "brevo": "brevo://key@", "mailjet": "mailjet://key:more@", "postmark": "postmark://key@",  # pragma: allowlist secret
    "sendgrid": "sendgrid://key@", "sparkpost": "sparkpost://key@", "mailgun": "mailgun://key@mg.example.com",
    "resend": "resend://key@",
}  # fmt: skip
NAMED = [{"Name": name, "Value": value} for name, value in HEADERS.items()]
PHOTO = b64encode(b"x" * 3_000_000).decode()

JSON = {
    "postmark": {
        "FromFull": {"Email": "luc@example.com", "Name": "Luc"}, "ToFull": [{"Email": TO, "Name": ""}], "Subject": "Re: x",
        "Headers": [NAMED[-1]], "TextBody": "Oui",
        "Attachments": [{"Name": "a.jpg", "ContentType": "image/jpeg", "Content": PHOTO}],
    },
    "brevo": {"items": [{
        "Uuid": ["u1"], "Headers": HEADERS, "RawTextBody": "Oui",
        "Attachments": [{"Name": "a.jpg", "ContentType": "image/jpeg", "DownloadToken": "t"}],
    }]},
    "mailjet": {
        "Sender": "luc@example.com", "Recipient": TO, "Headers": HEADERS, "Text-part": "Oui",
        "Parts": [{"ContentRef": "Attachment1", "Headers": {"Content-Type": 'image/jpeg; name="a.jpg"'}}], "Attachment1": PHOTO,
    },
    "sparkpost": [{"msys": {"relay_message": {
        "protocol": "smtp", "msg_from": "luc@example.com", "rcpt_to": TO,
        "content": {"email_rfc822": RAW, "email_rfc822_is_base64": False},
    }}}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch):
    settings.EMAIL_WEBHOOK_SECRETS, settings.EMAIL_REPLY_DOMAIN = ["user:pass"], "reponses.example"
    monkeypatch.setattr(events, "_wake_aside", lambda: None)


@pytest.fixture
def post(client, settings):
    def post(service, body, *, content_type="application/json", password="user:pass"):  # noqa: S107 - made up
        settings.EMAIL_URL = URLS[service]
        headers = {"Authorization": f"Basic {b64encode(password.encode()).decode()}"} if password else {}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.generic("POST", f"/hooks/mail/{service}/inbound/", body, content_type, headers=headers)

    return post


def form(fields, files=()):
    uploads = {name: SimpleUploadedFile(f"{name}.jpg", b"x" * 3_000_000, "image/jpeg") for name in files}
    return encode_multipart(BOUNDARY, {**fields, **uploads})


def mailgun(key="user:pass", **changes):
    timestamp = str(int(time.time()))
    return form(
        {
            "token": "t", "timestamp": timestamp, "recipient": TO, "sender": "luc@example.com", "subject": "Re: x",
            "signature": hmac.new(key.encode(), f"{timestamp}t".encode(), hashlib.sha256).hexdigest(),
            "message-headers": json.dumps(list(HEADERS.items())), "body-plain": "Oui", "attachment-count": "1", **changes,
        },
        files=["attachment-1"],
    )  # fmt: skip


def taken():
    return [(row.provider, row.kind, row.payload) for row in WebhookEvent.objects.all()]


@pytest.mark.parametrize("service", JSON)
def test_a_letter_is_taken_once_with_its_photos_counted(post, service):
    assert [post(service, JSON[service]).status_code for _time in range(2)] == [200, 200]
    ((provider, kind, payload),) = taken()
    assert (provider, kind) == (service, "letter")
    assert (payload["from"], payload["message"], payload["words"]) == ("luc@example.com", KEY, "Oui")
    assert payload["files"] == (0 if service == "sparkpost" else 1)


def test_mailgun_and_sendgrid_post_forms_with_files(post):
    assert post("mailgun", mailgun(), content_type=MULTIPART_CONTENT, password="").status_code == 200
    fields = {
        "headers": "\n".join(f"{name}: {value}" for name, value in HEADERS.items()).replace("<one", "<two"),
        "text": "Non", "envelope": json.dumps({"from": "luc@example.com", "to": [TO]}),
        "attachment-info": json.dumps({"attachment1": {"filename": "a.jpg"}}),
    }  # fmt: skip
    body = form(fields, files=["attachment1"])
    assert post("sendgrid", body, content_type=MULTIPART_CONTENT).status_code == 200
    assert [(row[0], row[2]["words"], row[2]["files"]) for row in taken()] == [
        ("mailgun", "Oui", 1),
        ("sendgrid", "Non", 1),
    ]


def test_a_wrong_secret_gets_403_without_a_word(post):
    for service, body in JSON.items():
        answer = post(service, body, password="user:guess")
        assert (answer.status_code, answer.content) == (403, b"")
    assert (
        post("mailgun", mailgun(key="guess"), content_type=MULTIPART_CONTENT, password="").status_code == 403
    )
    assert taken() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b"{}", b'{"items": [{}]}', b'{"Headers": 7}', b'[{"msys": {"x": {}}}]', b"\xff"],
)
def test_what_makes_no_sense_is_refused_or_nobodys_and_never_breaks(post, body):
    for service in JSON:
        assert post(service, body).status_code in {200, 400}
    assert taken() == []


def test_events_at_the_letters_address_are_refused(post):
    assert post("postmark", {"RecordType": "Bounce", "Email": "luc@example.com"}).status_code == 400
    assert post("brevo", {"event": "delivered"}).status_code == 400


def test_what_is_too_large_is_not_read(post, monkeypatch):
    monkeypatch.setattr(mail_hooks, "LARGEST_LETTER", 1000)
    assert post("postmark", JSON["postmark"]).status_code == 413
    assert taken() == []


def test_only_the_service_in_use_with_a_secret_and_a_domain_is_known(post, settings, client):
    settings.EMAIL_URL = URLS["brevo"]
    assert client.post("/hooks/mail/postmark/inbound/").status_code == 404
    assert post("resend", {}).status_code == 404
    settings.EMAIL_REPLY_DOMAIN = ""
    assert post("postmark", JSON["postmark"]).status_code == 404
    settings.EMAIL_REPLY_DOMAIN, settings.EMAIL_WEBHOOK_SECRETS = "reponses.example", []
    assert post("postmark", JSON["postmark"]).status_code == 404
    assert client.get("/hooks/mail/postmark/inbound/").status_code == 405


def test_a_service_that_brings_no_letters_stops_the_start_when_answers_would_go_there(settings):
    settings.EMAIL_URL = URLS["resend"]
    assert [error.id for error in check_answers()] == ["notifications.E002"]
    settings.EMAIL_REPLY_DOMAIN = ""
    assert check_answers() == []
