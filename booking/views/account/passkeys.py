"""Passkeys of customers: a fingerprint, a face or a screen lock instead of a code."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.views.account.shared import of_account, show, signed_in_lately
from booking.views.journey import see_other
from booking.views.words import day_words
from dealerships.models import User
from dealerships.sign_in import NewPasskeyForm, is_staff_member
from lib.limits import limited

MOST_PASSKEYS = 10


@limited("passkey", "20/hour", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
@of_account
def passkeys(request: HttpRequest, user: User) -> HttpResponseBase:
    """The customer's passkeys, and a button that makes one on this device."""
    if is_staff_member(user):
        return redirect("mfa_index")
    lately = signed_in_lately(request)
    if request.method == "POST" and lately:
        return _add(request, user)
    return _show(request, user, lately=lately)


@require_POST
@of_account
def remove_passkey(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """It opens the account no longer; pressed twice, it is gone."""
    if not is_staff_member(user) and signed_in_lately(request):
        Authenticator.objects.filter(pk=pk, user=user, type=Authenticator.Type.WEBAUTHN).delete()
        messages.success(request, _("The passkey is removed."))
    return see_other(reverse("account-passkeys"))


def _add(request: HttpRequest, user: User) -> HttpResponseBase:
    form = NewPasskeyForm(request.POST, user=user)
    if _of(user).count() >= MOST_PASSKEYS or not form.is_valid():
        messages.error(request, _("The passkey could not be kept. Please try again."))
        return see_other(reverse("account-passkeys"))
    auth.WebAuthn.add(user, form.cleaned_data["name"][:60], form.cleaned_data["credential"])
    messages.success(request, _("The passkey is kept: next time, it opens your account."))
    return see_other(reverse("account-passkeys"))


def _show(request: HttpRequest, user: User, *, lately: bool) -> HttpResponseBase:
    context: dict[str, Any] = {
        "lately": lately,
        "keys": [_key(one) for one in _of(user).order_by("created_at")],
        "form": NewPasskeyForm(user=user),
        "full": _of(user).count() >= MOST_PASSKEYS,
    }
    if lately:
        context["js_data"] = {"creation_options": auth.begin_registration(user, passwordless=True)}
    return show(request, "passkeys", context)


def _key(authenticator: Authenticator) -> dict[str, Any]:
    used = authenticator.last_used_at
    return {
        "id": authenticator.pk,
        "name": str(authenticator.wrap().name),
        "added": day_words(authenticator.created_at),
        "used": day_words(used) if used else "",
    }


def _of(user: User) -> Any:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
