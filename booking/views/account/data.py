"""The customer's own data to take along, and closing the account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from booking.access import appointments_of_customer
from booking.actions.inviting import close_account_and_invitations
from booking.known import known_of_user
from booking.models import UPCOMING
from booking.portability import as_json, as_zip
from booking.views.access import private
from booking.views.account.home import visit_card
from booking.views.account.shared import of_account, proof_of, show, signed_in_lately
from booking.views.journey import see_other
from booking.views.words import page_language
from dealerships.models import User
from dealerships.sign_in import is_staff_member
from lib import clock
from lib.limits import limited


@require_safe
@of_account
def data(request: HttpRequest, user: User) -> HttpResponseBase:
    """What can be taken along, in which form; and the way to close the account."""
    return show(request, "data", {"may_close": not is_staff_member(user)})


@limited("my-data", "20/hour")
@require_safe
@of_account
def download_json(request: HttpRequest, user: User) -> HttpResponseBase:  # noqa: ARG001
    """Everything in one file for programs."""
    answer = StreamingHttpResponse(
        as_json(known_of_user(user)), content_type="application/json; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name()}.json"'
    return answer


@limited("my-data", "20/hour")
@require_safe
@of_account
def download_zip(request: HttpRequest, user: User) -> HttpResponseBase:  # noqa: ARG001
    """Everything as sheets for a spreadsheet."""
    return FileResponse(
        as_zip(known_of_user(user)),
        as_attachment=True,
        filename=f"{_name()}.zip",
        content_type="application/zip",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_account
def close(request: HttpRequest, user: User) -> HttpResponseBase:
    """What closing means and what stays; then close it and sign out. The staff's accounts are their managers'."""
    if is_staff_member(user):
        return see_other(reverse("account-data"))
    lately = signed_in_lately(request)
    if request.method == "POST" and lately:
        close_account_and_invitations(user=user, language=page_language(), **proof_of(request))
        logout(request)
        return see_other(reverse("account-closed"))
    coming = appointments_of_customer(user).filter(status__in=UPCOMING, starts_at__gt=clock.now())
    cards = [visit_card(one) for one in coming.order_by("starts_at").prefetch_related("lines")]
    return show(request, "close", {"coming": cards, "lately": lately})


@require_safe
def closed(request: HttpRequest) -> HttpResponseBase:
    """Goodbye, to nobody in particular."""
    return private(render(request, "booking/account/closed.html"))


def _name() -> str:
    return f"creneau-{clock.now():%Y-%m-%d}"
