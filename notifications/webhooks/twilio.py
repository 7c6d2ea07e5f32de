"""What Twilio posts: forms, signed over the address that it was told and every field."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.request_validator import RequestValidator, get_signature_algorithm

from lib import clock
from notifications.models import Suppression, WebhookKind
from notifications.transports.sms_twilio import suppression_for
from notifications.webhooks.base import (
    LONGEST_WORDS,
    ForgedError,
    Post,
    Told,
    UnreadableError,
    status_payload,
    text_of,
    text_payload,
)

SIGNATURE, ALGORITHM = "X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings"
STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "accepted"),
    **dict.fromkeys(("delivered", "read"), "delivered"),
    **dict.fromkeys(("undelivered", "failed", "canceled"), "failed"),
}


def read_text(post: Post, secrets: Sequence[str]) -> Told:
    """A text message that came in. Raises ForgedError or UnreadableError."""
    _check(post, secrets)
    payload = text_payload(
        sender=text_of(post.form, "From", limit=40),
        to=text_of(post.form, "To", limit=40),
        words=text_of(post.form, "Body", needed=False, limit=LONGEST_WORDS),
        at=clock.now().isoformat(),
    )
    return Told(text_of(post.form, "MessageSid"), WebhookKind.TEXT, payload)


def read_status(post: Post, secrets: Sequence[str]) -> Told:
    """What became of a message of ours. Raises ForgedError or UnreadableError."""
    _check(post, secrets)
    sid, theirs = text_of(post.form, "MessageSid", limit=64), text_of(post.form, "MessageStatus", limit=40)
    if theirs not in STATUSES:
        raise UnreadableError(theirs)
    code = text_of(post.form, "ErrorCode", needed=False, limit=10)
    suppression = suppression_for(int(code)) if code.isascii() and code.isdecimal() else None
    payload = status_payload(
        message=post.query.get("message", ""),
        reference=sid,
        status=STATUSES[theirs],
        permanent=suppression is not None,
        reason="opted_out" if suppression == Suppression.Reason.ASKED else (f"error {code}" if code else ""),
    )
    return Told(f"{sid}:{theirs}", WebhookKind.STATUS, payload)


def _check(post: Post, secrets: Sequence[str]) -> None:
    signature = post.headers.get(SIGNATURE, "")
    algorithm = get_signature_algorithm(post.headers.get(ALGORITHM, ""))
    known = [RequestValidator(secret) for secret in secrets if secret]
    try:
        genuine = any(one.validate(post.url, post.form, signature, algorithm) for one in known)
    except ValueError:  # an algorithm that there is not
        genuine = False
    if not genuine:
        raise ForgedError
