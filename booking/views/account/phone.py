"""The number that opens the account too: another way in, so asked for again after a while."""

from __future__ import annotations

from allauth.account.views import ChangePhoneView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from booking.views.account.shared import of_account, signed_in_lately
from dealerships.models import User

_change_phone = ChangePhoneView.as_view()


@of_account
def change_phone(request: HttpRequest, user: User) -> HttpResponseBase:
    """allauth's page for who has signed in lately; anybody else enters a fresh code first."""
    if signed_in_lately(request):
        answer: HttpResponseBase = _change_phone(request)
        return answer
    return render(request, "account/phone_change.html", {"phone": user.phone, "again": True})
