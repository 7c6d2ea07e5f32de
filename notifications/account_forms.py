"""Asking for a sign-in code, by e-mail or by text message, in one field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.phone_verification import PHONE_VERIFICATION_SESSION_KEY
from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from customers.actions.accounts import open_known_account
from customers.details import read_email
from dealerships.sign_in import RequestCodeForm as BaseForm
from lib import phones
from lib.errors import Refusal
from notifications.codes import may_change_phone, may_send_code, may_try_code
from notifications.models import Channel
from notifications.transports import transport_for


def sends_text_messages() -> bool:
    """Whether a code can go to a telephone at all."""
    return transport_for(Channel.SMS) is not None


class PhoneField(forms.CharField):
    """A telephone number as people type it, kept as E.164."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": "40"}
        )
        super().__init__(**{"label": _("Mobile number"), "widget": widget, **options})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return phones.parse_phone(text) if text else ""
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal


class RequestCodeForm(BaseForm):
    """One field for either; who has been a customer by it has an account from now on, which the code opens.

    Whoever is behind the address, the answer looks the same.
    """

    use_required_attribute = False

    def __init__(self, data: Any = None, *args: Any, **options: Any) -> None:
        # Other forms of the site say which of the two they send.
        if data is not None and "reach" not in data:
            data = {**data.dict(), "reach": data.get("email") or data.get("phone") or ""}
        super().__init__(data, *args, **options)
        by_text = sends_text_messages()
        self.fields = {
            "reach": forms.CharField(
                label=_("E-mail or mobile number") if by_text else _("E-mail"),
                widget=forms.TextInput(
                    attrs={
                        "autocomplete": "email",
                        "inputmode": "email",
                        "autocapitalize": "none",
                        "spellcheck": "false",
                    }
                ),
                max_length=254,
                error_messages={"required": _("Enter your e-mail address or your mobile number.")},
            )
        }

    def clean_reach(self) -> str:
        typed = str(self.cleaned_data["reach"])
        by_text = "@" not in typed and sends_text_messages()
        try:
            reach = phones.parse_phone(typed) if by_text else read_email(typed).lower()
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        _count_code(reach)
        self._find("phone" if by_text else "email", reach)
        return reach

    def _find(self, kind: str, reach: str) -> None:
        """Let allauth look for the account, once it is there; its limits a person count here."""
        open_known_account(**{kind: reach}, language=(get_language() or "fr")[:2])
        self.cleaned_data[kind] = reach
        getattr(self, f"clean_{kind}")()


class ChangePhoneForm(forms.Form):
    """The number that an account is to be opened by too; a code sent there proves it."""

    def __init__(self, *args: Any, user: Any = None, phone: str | None = None, **options: Any) -> None:
        self.user, self.phone = user, phone
        # Whoever has it now: the code decides, and nobody learns that there is another account.
        self.account_already_exists = False
        super().__init__(*args, **options)
        self.fields["phone"] = PhoneField(error_messages={"required": _("Enter your mobile number.")})

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone == self.phone:
            raise get_adapter().validation_error("same_as_current")
        if not may_change_phone(self.user):
            raise forms.ValidationError(
                _("You have changed the number often enough for today. Please try again tomorrow."),
                code="rate_limited",
            )
        _count_code(phone)
        return phone


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that signs in; how many are tried is counted by where it was sent, over all browsers."""

    def clean_code(self) -> Any:
        asked = context.request._login_stage.state
        _count_try(str(asked.get("email") or asked.get("phone") or ""))
        return _tell_tries(super().clean_code, asked, most=settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS)


class VerifyPhoneForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that proves a number; an account that has it already becomes part of this one (prove_phone)."""

    def __init__(self, *args: Any, user: Any = None, phone: str = "", **options: Any) -> None:
        self.user, self.phone = user, phone
        super().__init__(*args, **options)

    def clean_code(self) -> Any:
        _count_try(self.phone)
        asked = context.request.session.get(PHONE_VERIFICATION_SESSION_KEY) or {}
        return _tell_tries(super().clean_code, asked, most=settings.ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS)


def _tell_tries(check: Callable[[], Any], asked: dict[str, Any], *, most: int) -> Any:
    """What `check` makes of a code; a wrong one raises ValidationError that says how many tries are left.

    `asked` is what allauth keeps of a code: it counts the tries there, the same whether there is an account or not.
    """
    try:
        return check()
    except forms.ValidationError as wrong:
        # After the last one allauth goes back to asking for a code, and says why there (account_adapter).
        left = max(most - int(asked.get("failed_attempts", 0)) - 1, 1)
        sentence = ngettext(
            "That code is not right. Look at our last message: one more try, then ask for a new code.",
            "That code is not right. Look at our last message: %(count)s more tries, then ask for a new code.",
            left,
        )
        raise forms.ValidationError(sentence % {"count": left}, code=wrong.code) from wrong


def _count_code(to: str) -> None:
    """One more code; raises ValidationError when there were too many, whoever asks and for whatever."""
    if not may_send_code(to):
        raise forms.ValidationError(
            _("Several codes were asked for already. Use the last one, or try again later."),
            code="rate_limited",
        )


def _count_try(to: str) -> None:
    """One more code typed; raises ValidationError when there were too many, even for the right one."""
    if not may_try_code(to):
        raise forms.ValidationError(
            _("Too many codes were tried. Please try again in an hour or two, with a new code."),
            code="rate_limited",
        )
