"""django-allauth's pages that are used here, and nobody else's: what is not on this list answers 404.

Customers sign in with a code or a passkey and change their number; they have neither password nor second step, and
an address becomes theirs only by a code sent there. The staff keeps its password and its second step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path

from booking.views.account.confirm_code import ConfirmCode
from booking.views.account.phone import change_phone, verify_phone
from dealerships.sign_in import is_staff_member


def _not_for_customers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page for the staff, and for whoever is about to sign in; 404 for a signed-in customer."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_staff_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def _nobody_s(_request: HttpRequest) -> NoReturn:
    raise Http404


def _staff(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return path(route, _not_for_customers(view), name=name)


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("phone/change/", change_phone, name="account_change_phone"),
    path("phone/verify/", verify_phone, name="account_verify_phone"),
    # allauth leads there: in its answer to an unknown address, and who has no password to change
    path("signup/", _nobody_s, name="account_signup"),
    path("password/set/", _nobody_s, name="account_set_password"),
    # The staff's password
    _staff("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    _staff("password/change/", account.password_change, "account_change_password"),
    _staff("password/reset/", account.password_reset, "account_reset_password"),
    _staff("password/reset/done/", account.password_reset_done, "account_reset_password_done"),
    _staff(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        _not_for_customers(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    # The staff's second step
    _staff("2fa/", mfa.index, "mfa_index"),
    _staff("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _staff("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    _staff("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    _staff("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _staff("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _staff(
        "2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"
    ),
    _staff(
        "2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"
    ),
    _staff("2fa/webauthn/", webauthn.list_webauthn, "mfa_list_webauthn"),
    _staff("2fa/webauthn/add/", webauthn.add_webauthn, "mfa_add_webauthn"),
    _staff("2fa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _staff("2fa/webauthn/keys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _staff("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
]
