"""Who may do what: a client's key opens its group, a manage link's token its one appointment.

Cookies are never looked at, so no page in a browser can borrow somebody's session to call the API.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import Throttled
from ninja.security import APIKeyHeader, HttpBearer
from ninja.throttling import BaseThrottle

from api.keys import find_key
from api.models import ApiKey
from api.problems import not_found
from booking.access import appointment_by_token, appointments_of_group
from booking.models import Appointment
from lib import limits, tokens

MINUTE = 60


@dataclass(frozen=True, slots=True)
class KeyHolder:
    key: ApiKey


@dataclass(frozen=True, slots=True)
class TokenHolder:
    token: str


class Key(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyHolder | None:
        key = find_key(token)
        if key is None:
            count_miss(request)
        return KeyHolder(key) if key else None


class ManageToken(APIKeyHeader):
    """`X-Manage-Token: TOKEN`. Whether it opens the appointment is seen when that is looked up."""

    param_name = "X-Manage-Token"

    def authenticate(self, request: HttpRequest, key: str | None) -> TokenHolder | None:  # noqa: ARG002 - ninja's
        return TokenHolder(key) if key else None


class Limit(BaseThrottle):
    """As many calls as `rate` allows, by key where there is one, else by address."""

    def __init__(self, name: str, rate: str) -> None:
        self.name, self.rate = name, rate

    def allow_request(self, request: HttpRequest) -> bool:
        return limits.exempt(request) or limits.allow(self.name, _caller(request), self.rate)

    def wait(self) -> float:
        return MINUTE


def count_miss(request: HttpRequest) -> None:
    """A wrong key or token: few a minute from one address."""
    if not limits.exempt(request) and not limits.allow("api-miss", limits.client_ip(request), "20/minute"):
        raise Throttled(wait=MINUTE)


def find_appointment(request: HttpRequest, reference: str) -> Appointment:
    """The appointment, if the caller may see it; Problem 404, the same for every other case."""
    holder, wanted = request.auth, tokens.normalize_reference(reference)  # type: ignore[attr-defined]
    if isinstance(holder, KeyHolder):
        found = appointments_of_group(holder.key.group).filter(reference=wanted).first()
    else:
        mine = appointment_by_token(holder.token)
        found = mine if mine and mine.reference == wanted else None
    if found is None:
        count_miss(request)
        raise not_found(_("There is no such appointment."))
    return found


def seeker_of(request: HttpRequest) -> str:
    """What tells one client's searches from another's; it is never stored as it is."""
    return f"api:{limits.client_ip(request)}"


def _caller(request: HttpRequest) -> str:
    holder = getattr(request, "auth", None)
    return f"key:{holder.key.pk}" if isinstance(holder, KeyHolder) else limits.client_ip(request)
