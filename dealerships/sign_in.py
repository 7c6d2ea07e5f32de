"""Who may sign in, and how: staff with a password, customers with an e-mailed code, the demo in the demo only."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import RequestLoginCodeForm
from django.conf import settings

from dealerships.models import User


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
        user = getattr(self, "_user", None)
        if user is not None and (is_staff_member(user) or (user.demo and not settings.DEMO)):
            self._user = None
        return email
