"""allauth's e-mails, through the outbox: in the page's language, sent like every other message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from lib import clock
from notifications.actions.outbox import queue_message
from notifications.models import Channel

CODE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the dealership, not by signing up; a code is worth nothing after its time."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's e-mail instead of sending it inside the request."""
        lifetime = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        if template_prefix == CODE:
            kind = "account_code"
            payload = {"code": context["code"], "minutes": int(lifetime.total_seconds()) // 60}
        else:
            kind, payload = "account_notice", _notice(template_prefix, {"email": email, **context})
        queue_message(
            dealership=None,
            kind=kind,
            channel=Channel.EMAIL,
            to=email,
            language=get_language() or settings.LANGUAGE_CODE,
            payload=payload,
            expires_at=clock.now() + lifetime,
        )


def _notice(template_prefix: str, context: dict[str, Any]) -> dict[str, str]:
    subject = render_to_string(f"{template_prefix}_subject.txt", context)
    body = render_to_string(f"{template_prefix}_message.txt", context)
    return {"subject": " ".join(subject.split()), "body": body.strip()}
