"""allauth's messages, through the outbox: in the page's language, sent like every other one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from customers.actions.accounts import link_records, prove_phone
from dealerships.models import User
from dealerships.sign_in import is_staff_member
from lib import clock
from notifications.account_forms import PhoneField
from notifications.actions.outbox import queue_message
from notifications.models import Channel

CODE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the dealership, not by signing up; a code is worth nothing after its time."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # After the last try of a code, and after too many passwords.
        "too_many_login_attempts": gettext_lazy(
            "That was one try too many. Ask for a new code, or try again later."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """A path of this site: what has no slash would be looked up as the name of a view."""
        return bool(url) and str(url).startswith("/") and bool(super().is_safe_url(url))

    def clean_email(self, email: str) -> str:
        """Nobody who is signed in gets another address by typing it: one is proved by a code sent there."""
        user = getattr(self.request, "user", None)
        if user is not None and user.is_authenticated and email.lower() != (user.email or "").lower():
            raise ValidationError(_("An address can't be added here: sign in with a code sent to it."))
        return str(super().clean_email(email))

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Every sign-in passes here, wherever it leads: what the code has just proved brings its records along."""
        _link_proved(request, user)
        answer: HttpResponse = super().post_login(request, user, **more)
        return answer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue allauth's e-mail instead of sending it inside the request."""
        if template_prefix == CODE:
            self._send_code(Channel.EMAIL, email, context["code"])
        else:
            payload = _notice(template_prefix, {"email": email, **context})
            _queue("account_notice", Channel.EMAIL, email, payload)

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **_more: Any) -> None:  # noqa: ARG002
        """Queue a code for a telephone."""
        self._send_code(Channel.SMS, phone, code)

    def send_unknown_account_sms(self, phone: str, **_more: Any) -> None:
        """Nothing: a text message to a number that somebody typed would be a nuisance that anybody could cause."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Nothing, as above; nobody signs up here."""

    def generate_phone_verification_code(self, *, user: Any, phone: str) -> str:  # noqa: ARG002
        """Six digits, as by e-mail."""
        return str(self.generate_login_code())

    def phone_form_field(self, **options: Any) -> PhoneField:
        return PhoneField(**options)

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """The user's number, which is kept only once it is proved."""
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:  # noqa: FBT001 - allauth's signature
        if verified:
            prove_phone(user=user, phone=phone)

    def set_phone_verified(self, user: Any, phone: str) -> None:
        prove_phone(user=user, phone=phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The customer whom a code sent to this number lets in; never a member of the staff."""
        user = User.objects.filter(phone=phone, is_active=True).first()
        return None if user is None or is_staff_member(user) or (user.demo and not settings.DEMO) else user

    def _send_code(self, channel: Channel, to: str, code: str) -> None:
        # They are counted where they are asked for (booking.views.account), before a new one replaces the last.
        _queue("account_code", channel, to, {"code": code, "minutes": _minutes()})


def _link_proved(request: HttpRequest, user: User) -> None:
    """Only the code that was just entered proves something, and only what it was sent to."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    record = records[-1] if records else {}
    if record.get("method") != "code":
        return
    email, phone = str(record.get("email") or ""), str(record.get("phone") or "")
    if email and email.lower() == (user.email or "").lower():
        link_records(user=user, email=email)
    if phone and phone == user.phone:
        link_records(user=user, phone=phone)


def _minutes() -> int:
    return int(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT) // 60


def _queue(kind: str, channel: Channel, to: str, payload: dict[str, Any]) -> None:
    queue_message(
        dealership=None,
        kind=kind,
        channel=channel,
        to=to,
        language=get_language() or settings.LANGUAGE_CODE,
        payload=payload,
        expires_at=clock.now() + timedelta(minutes=_minutes()),
    )


def _notice(template_prefix: str, context: dict[str, Any]) -> dict[str, str]:
    subject = render_to_string(f"{template_prefix}_subject.txt", context)
    body = render_to_string(f"{template_prefix}_message.txt", context)
    return {"subject": " ".join(subject.split()), "body": body.strip()}
