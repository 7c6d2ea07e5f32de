"""Who may sign in, and how: staff with a password, customers with a code or a passkey, the demo in the demo only."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.fields import EmailField
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.account.forms import ResetPasswordForm as BaseResetForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _

from dealerships.models import User

# Characters; a credential with its attestation has a few thousand.
LONGEST_CREDENTIAL = 20_000


def is_staff_member(user: User) -> bool:
    """Works somewhere, or runs the site."""
    return user.is_staff or user.roles.filter(active=True).exists()


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, without the demo's accounts when this is not the demo."""

    def user_can_authenticate(self, user: User) -> bool:
        return bool(super().user_can_authenticate(user)) and (settings.DEMO or not user.demo)


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """A code by e-mail opens customers' accounts; for staff's it is answered like an unknown address."""

    def clean_email(self) -> Any:
        email = super().clean_email()
        if email:
            self._user = _opened_by(str(email))
        return email


def _opened_by(email: str) -> User | None:
    """The customer's account whose very own address it is; allauth would take another one that it has listed too."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    return None if user is None or is_staff_member(user) or (user.demo and not settings.DEMO) else user


class ResetPasswordForm(BaseResetForm):  # type: ignore[misc]
    """Only the staff has a password to forget; a customer's address is answered like an unknown one."""

    def clean_email(self) -> Any:
        email = super().clean_email()
        self.users: list[User] = [
            one
            for one in self.users
            if is_staff_member(one) and (one.email or "").lower() == str(email).lower()
        ]
        return email


class PasswordForm(LoginForm):  # type: ignore[misc]
    """Only the staff has passwords, and every member of it an e-mail address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = EmailField()


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """A customer's passkey is another way in, not a second lock: who lost the telephone still enters with a code."""

    def is_mfa_enabled(self, user: User, types: Any = None) -> bool:
        at_sign_in = types is not None and len(types) > 1
        if at_sign_in and not user.is_anonymous and not is_staff_member(user):
            types = [one for one in types if one != Authenticator.Type.WEBAUTHN]
        return bool(super().is_mfa_enabled(user, types))

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's signature
        """The words that the list of passkeys shows until somebody names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey") if count == 0 else _("Passkey %(number)s") % {"number": count + 1}


class CredentialField(forms.JSONField):
    """What a browser says of a passkey; what no browser would send is refused with a sentence."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if len(str(value)) > LONGEST_CREDENTIAL:
            raise _unreadable()
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise _unreadable() from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the page shows again: nothing of what can't be read."""
        try:
            return super().bound_data(data, initial) if len(str(data)) <= LONGEST_CREDENTIAL else _NOTHING
        except (ValueError, RecursionError):
            return _NOTHING


_NOTHING = InvalidJSONInput("")


class _ReadsCredential:
    """A wrong passkey is an answer to the form, not a fault."""

    def clean_credential(self) -> Any:
        with _only_refusals():
            return super().clean_credential()  # type: ignore[misc]


class _KeepsCredential:
    """As above, for a passkey to keep."""

    def clean(self) -> Any:
        with _only_refusals():
            return super().clean()  # type: ignore[misc]


class PasskeyForm(_ReadsCredential, LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey."""

    credential = CredentialField()


class SecondKeyForm(_ReadsCredential, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The staff's key beside the password."""

    credential = CredentialField()


class SameKeyForm(_ReadsCredential, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The staff's key once more."""

    credential = CredentialField()


class NewPasskeyForm(_KeepsCredential, SignupWebAuthnForm):  # type: ignore[misc]
    """Keeping a customer's passkey."""

    credential = CredentialField()


class NewSecondKeyForm(_KeepsCredential, AddWebAuthnForm):  # type: ignore[misc]
    """Keeping a key of the staff."""

    credential = CredentialField()


@contextlib.contextmanager
def _only_refusals() -> Iterator[None]:
    """What the library that reads credentials raises for nonsense, as the refusal that it is."""
    try:
        yield
    except (
        ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, struct.error
    ) as error:  # fmt: skip
        raise _unreadable() from error


def _unreadable() -> ValidationError:
    return ValidationError(_("This passkey can't be read. Please try again."))
