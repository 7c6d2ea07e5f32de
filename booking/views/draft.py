"""What somebody has filled in so far, kept in the session per dealership until it is booked."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.http import HttpRequest

from dealerships.models import Dealership

HOLDER = "holder"


@dataclass
class Draft:
    """The raw answers of each step, as typed; `start` is what the time form carried.

    `name` is random and its own: photos wait under it, so that one which arrives late joins no other draft.
    """

    name: str = ""
    vehicle: dict[str, str] = field(default_factory=dict)
    services: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    transport: str = ""
    start: str = ""
    day: str = ""  # asked for by the link that led here
    advisor: int | None = None
    contact: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    same_as: str = ""  # the reference of an earlier visit
    note: str = ""
    keep_parts: bool = False
    consents: list[str] = field(default_factory=list)  # `channel:purpose`
    consents_in: str = ""  # the language in which they were asked for


def load_draft(request: HttpRequest, dealership: Dealership) -> Draft:
    """The draft of this session here, or an empty one."""
    kept: dict[str, Any] = request.session.get(_key(dealership)) or {}
    names = {one.name for one in fields(Draft)}
    return Draft(**{name: value for name, value in kept.items() if name in names})


def save_draft(request: HttpRequest, dealership: Dealership, draft: Draft) -> None:
    """Keep it in the session, with a name from the first time on."""
    draft.name = draft.name or secrets.token_hex(16)
    request.session[_key(dealership)] = asdict(draft)


def clear_draft(request: HttpRequest, dealership: Dealership) -> None:
    request.session.pop(_key(dealership), None)


def is_over(request: HttpRequest, dealership: Dealership, name: str) -> bool:
    """Whether the draft of this name was booked or replaced since this request began. Reads the session anew."""
    stored = type(request.session)(request.session.session_key)
    return bool((stored.get(_key(dealership)) or {}).get("name") != name)


def holder_of(request: HttpRequest) -> str:
    """The random name under which this session holds times; empty before the first one."""
    return str(request.session.get(HOLDER, ""))


def ensure_holder(request: HttpRequest) -> str:
    """As `holder_of`, giving the session a name when it has none."""
    if not holder_of(request):
        request.session[HOLDER] = secrets.token_hex(16)
    return holder_of(request)


def _key(dealership: Dealership) -> str:
    return f"draft:{dealership.slug}"
