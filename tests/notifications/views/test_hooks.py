"""Webhooks as a stranger, a forger and the provider itself would post them."""

import json
import time
from datetime import datetime
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from lib import clock
from notifications.actions import events
from notifications.models import WebhookEvent
from notifications.transports.signing import SIGNATURE, TIMESTAMP, sign

pytestmark = pytest.mark.django_db

GATEWAY = "gateway://us:secret@sms.example/?from=+14505550134&next_secret=newer"
TEXT = {
    "event": "in-1",
    "from": "514 555-0123",
    "to": "+14505550134",
    "text": "OUI\x00 merci",
    "at": "2026-12-01T12:00:00-05:00",
}
STATUS = {
    "event": "gw-1:failed",
    "id": "m",
    "reference": "gw-1",
    "status": "failed",
    "permanent": True,
    "reason": "invalid_number",
}
CALL = {"id": "call-1", "event": "missed_call", "from": "+15145550123", "to": "+14505550134"}


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch):
    settings.SMS_URL, settings.TELEPHONY_SECRETS = GATEWAY, ["ring", "ring-newer"]
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = (
        "https://rdv.example",
        ["testserver", "rdv.example", "inside"],
    )
    monkeypatch.setattr(events, "_wake_aside", lambda: None)


@pytest.fixture
def post(client):
    """Post JSON with our signature; each part of which may be another one."""

    def post(path, told, *, secret="secret", at=None, body=None, signature=None):  # noqa: S107 - made up
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        timestamp = str(int(time.time()) if at is None else at)
        headers = {TIMESTAMP: timestamp, SIGNATURE: signature or sign(secret, timestamp, content)}
        return client.post(path, body or content, content_type="application/json", headers=headers)

    return post


def payloads():
    return list(WebhookEvent.objects.order_by("pk").values_list("provider", "event_id", "kind", "payload"))


def test_a_text_message_is_taken_once_and_said_in_our_words(post):
    answers = [post("/hooks/sms/gateway/", TEXT) for _time in range(3)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 3
    told = {
        "from": "+15145550123",
        "to": "+14505550134",
        "words": "OUI merci",
        "at": TEXT["at"],
        "auto": False,
    }
    assert payloads() == [("gateway", "in-1", "text", told)]


def test_what_a_machine_sent_is_marked(post):
    post("/hooks/sms/gateway/", TEXT | {"event": "a", "from": "36245"})
    post("/hooks/sms/gateway/", TEXT | {"event": "b", "auto": True})
    assert [payload["auto"] for *_id, payload in payloads()] == [True, True]


def test_a_status_is_taken_in_our_words(post):
    assert post("/hooks/sms/gateway/status/", STATUS).status_code == 200
    (row,) = payloads()
    assert row == (
        "gateway", "gw-1:failed", "status",
        {"message": "m", "reference": "gw-1", "status": "failed", "permanent": True, "reason": "invalid_number"},
    )  # fmt: skip


def test_a_missed_call_is_taken_and_a_withheld_number_is_not(post):
    for told in (CALL, CALL | {"id": "2", "from": "anonymous"}, CALL | {"id": "3", "event": "answered"}):
        assert post("/hooks/telephony/", told, secret="ring").status_code == 200
    ((provider, event_id, kind, payload),) = payloads()
    assert (provider, event_id, kind, payload["from"], payload["to"]) == (
        "telephony", "call-1", "call", "+15145550123", "+14505550134",
    )  # fmt: skip


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "", "noon"]
)
def test_a_clock_that_was_never_set_does_not_lose_a_word(post, at):
    before = clock.now()
    assert post("/hooks/sms/gateway/", {**TEXT, "at": at}).status_code == 200
    taken = datetime.fromisoformat(WebhookEvent.objects.get().payload["at"])
    assert before <= taken <= clock.now()


@pytest.mark.parametrize("path", ["/hooks/sms/gateway/", "/hooks/sms/gateway/status/", "/hooks/telephony/"])
class TestEveryAddress:
    @pytest.fixture
    def told(self, path):
        right = "ring" if "telephony" in path else "secret"
        return {"/hooks/sms/gateway/": TEXT, "/hooks/sms/gateway/status/": STATUS}.get(path, CALL), right

    def test_both_secrets_are_good_while_one_replaces_the_other(self, post, path, told):
        body, right = told
        newer = "ring-newer" if right == "ring" else "newer"
        assert post(path, body, secret=newer).status_code == 200

    def test_a_wrong_signature_gets_403_without_a_word(self, post, client, path, told):
        body, right = told
        now = int(time.time())
        for answer in (
            post(path, body, secret="guess"),
            post(path, body, secret=""),
            post(path, body, secret=right, at=now - 310),
            post(path, body, secret=right, at=now + 310),
            post(path, body, secret=right, at="yesterday"),
            post(path, body, signature="é"),
            post(path, body, secret=right, body=json.dumps(body).encode() + b" "),
            client.post(path, json.dumps(body), content_type="application/json"),
        ):
            assert (answer.status_code, answer.content) == (403, b"")
        assert payloads() == []

    @pytest.mark.parametrize(
        "body", [b"", b"not json", b"[]", b"{}", b"null", b'{"event": 7, "id": 7}', b"[" * 30000]
    )
    def test_what_makes_no_sense_gets_400(self, post, path, told, body):
        assert post(path, body, secret=told[1]).status_code == 400
        assert payloads() == []

    def test_a_megabyte_is_not_even_read(self, post, path, told):
        began = time.monotonic()
        assert post(path, b"x" * 1024 * 1024, secret=told[1]).status_code == 413
        assert time.monotonic() - began < 0.3

    def test_looking_is_not_allowed(self, client, path):
        assert client.get(path).status_code == 405

    def test_no_session_and_no_language_are_needed(self, post, path, told):
        answer = post(path, told[0], secret=told[1])
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/sms/twilio/",
        "/hooks/sms/pigeon/",
        "/hooks/sms/twilio/status/",
        "/hooks/mail/postmark/tracking/",
    ],
)
def test_a_provider_that_is_not_ours_is_not_known(post, path):
    assert post(path, TEXT).status_code == 404


def test_without_a_secret_there_is_no_telephone(post, settings):
    settings.TELEPHONY_SECRETS = []
    assert post("/hooks/telephony/", CALL, secret="").status_code == 404


class TestTwilio:
    FORM = {
        "MessageSid": "SM1",
        "From": "+15145550123",
        "To": "+14505550134",
        "Body": "ARRÊT",
        "NumMedia": "0",
    }
    NEWS = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30006"}
    STATUS_PATH = "/hooks/sms/twilio/status/?message=0b5e"

    @pytest.fixture(autouse=True)
    def twilio(self, settings):
        settings.SMS_URL = "twilio://AC1:token@/?from=+14505550134&next_secret=newer"

    @pytest.fixture
    def post(self, client):
        def post(path, form, *, token="token", url=None, host="inside", sent=None):  # noqa: S107 - made up
            signature = RequestValidator(token).compute_signature(url or f"https://rdv.example{path}", form)
            return client.post(
                path, urlencode(sent or form), content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signature, "Host": host},
            )  # fmt: skip

        return post

    @pytest.mark.parametrize("token", ["token", "newer"])
    def test_a_text_message_is_taken_once_whatever_host_the_proxy_asked_for(self, post, token):
        for _time in range(2):
            answer = post("/hooks/sms/twilio/", self.FORM, token=token)
            assert (answer.status_code, answer.content, answer["Content-Type"]) == (
                200,
                b"<Response/>",
                "text/xml",
            )
        ((provider, event_id, kind, payload),) = payloads()
        assert (provider, event_id, kind) == ("twilio", "SM1", "text")
        assert (payload["from"], payload["to"], payload["words"], payload["auto"]) == (
            "+15145550123", "+14505550134", "ARRÊT", False,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("theirs", "code", "status", "permanent", "reason"),
        [
            ("sent", "", "accepted", False, ""),
            ("delivered", "", "delivered", False, ""),
            ("undelivered", "30003", "failed", False, "error 30003"),
            ("undelivered", "30006", "failed", True, "error 30006"),
            ("failed", "21610", "failed", True, "opted_out"),
        ],
    )
    def test_each_status_is_an_event_of_its_own(self, post, theirs, code, status, permanent, reason):
        assert (
            post(self.STATUS_PATH, self.NEWS | {"MessageStatus": theirs, "ErrorCode": code}).status_code
            == 200
        )
        expected = {
            "message": "0b5e",
            "reference": "SM1",
            "status": status,
            "permanent": permanent,
            "reason": reason,
        }
        assert payloads() == [("twilio", f"SM1:{theirs}", "status", expected)]

    def test_forgeries_get_403(self, post):
        for answer in (
            post("/hooks/sms/twilio/", self.FORM, token="guess"),
            post("/hooks/sms/twilio/", self.FORM, url="https://inside/hooks/sms/twilio/"),
            post("/hooks/sms/twilio/", self.FORM, sent=self.FORM | {"Body": "OUI"}),
            post(
                self.STATUS_PATH, self.NEWS, url="https://rdv.example/hooks/sms/twilio/status/?message=other"
            ),
        ):
            assert (answer.status_code, answer.content) == (403, b"")
        assert payloads() == []

    @pytest.mark.parametrize("settings_header", ["key=x,algorithm=NONE", "algorithm=MD5", ",,=,"])
    def test_an_algorithm_that_there_is_not_is_a_forgery(self, client, settings_header):
        answer = client.post(
            "/hooks/sms/twilio/", self.FORM, headers={"X-Twilio-Webhooks-Signature-Settings": settings_header}
        )
        assert answer.status_code == 403

    def test_what_makes_no_sense_gets_400(self, post):
        assert post("/hooks/sms/twilio/", {"Body": "OUI"}).status_code == 400
        assert post(self.STATUS_PATH, self.NEWS | {"MessageStatus": "exploded"}).status_code == 400
