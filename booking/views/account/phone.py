"""The number that opens the account too: another way in, so asked for again after a while."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.phone_verification import ChangePhoneVerificationProcess
from allauth.account.views import ChangePhoneView
from allauth.account.views import verify_phone as allauth_verify_phone
from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from booking.views.account.confirm_code import SENT_AGAIN, TOO_SOON, restart_minutes
from booking.views.account.shared import of_account, signed_in_lately
from dealerships.models import User
from notifications.codes import may_send_again

_change_phone = ChangePhoneView.as_view()


@of_account
def change_phone(request: HttpRequest, user: User) -> HttpResponseBase:
    """allauth's page for who has signed in lately; anybody else enters a fresh code first."""
    if signed_in_lately(request):
        answer: HttpResponseBase = _change_phone(request)
        return answer
    return render(request, "account/phone_change.html", {"phone": user.phone, "again": True})


@never_cache
def verify_phone(request: HttpRequest) -> HttpResponseBase:
    """allauth's page for the code that proves a number, with the button that sends another one.

    allauth offers it only while somebody signs up. Its limits are those of a code that signs in.
    """
    proof = ChangePhoneVerificationProcess.resume(request) if request.user.is_authenticated else None
    if proof and request.POST.get("action") == "resend":
        _send_again(request, proof)
        return redirect("account_verify_phone")
    response: Any = allauth_verify_phone(request)
    if proof and getattr(response, "context_data", None):
        response.context_data["can_resend"] = _may_ask_again(proof)
    answer: HttpResponseBase = response
    return answer


def _send_again(request: HttpRequest, proof: ChangePhoneVerificationProcess) -> None:
    """Another code to the same number, which takes the place of the last one; or a sentence that says when."""
    if not _may_ask_again(proof) or not may_send_again(proof.phone):
        messages.error(request, str(TOO_SOON))
        return
    try:
        proof.send()
    except RateLimited:  # by allauth, before it made a new code
        messages.error(request, str(TOO_SOON))
        return
    proof.record_resend()
    restart_minutes(proof)
    messages.success(request, str(SENT_AGAIN))


def _may_ask_again(proof: ChangePhoneVerificationProcess) -> bool:
    return not proof.is_resend_quota_reached(settings.ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND)
