"""What the pages of the account have in common: who is signed in, and that nobody keeps a copy."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from booking.views.access import private
from customers.models import Customer
from dealerships.models import User
from lib.limits import client_ip

P = ParamSpec("P")
SIGN_IN = "account_request_login_code"
# What opens the account for good (another way in, closing it) asks that one has signed in lately.
LATELY = 30 * 60  # seconds


def of_account(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view who is signed in, and keep its answer out of caches; anybody else signs in first."""

    @login_required(login_url=SIGN_IN)
    @functools.wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return private(view(request, user_of(request), *args, **kwargs))

    return wrapper


def user_of(request: HttpRequest) -> User:
    """Who is signed in; asked only where somebody is."""
    assert isinstance(request.user, User)
    return request.user


def records_of(user: User) -> list[Customer]:
    """The user's customer records, the oldest first, with their groups. One query."""
    return list(Customer.objects.filter(user=user).select_related("group").order_by("pk"))


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether whoever sits here has proved within half an hour that the account is theirs."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - float(records[-1]["at"]) < LATELY


def proof_of(request: HttpRequest) -> dict[str, str]:
    """From where an answer came, as it is kept with a consent."""
    return {"ip": client_ip(request), "agent": request.headers.get("User-Agent", "")}


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the account."""
    return render(request, f"booking/account/{template}.html", context, status=status)
