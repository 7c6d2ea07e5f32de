"""What somebody has filled in so far, kept in the session per dealership until it is booked."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
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

    # As it was in the session when it was loaded; None for a new one, which takes the place of any other.
    loaded: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    def said(self) -> dict[str, Any]:
        """All of it as the session keeps it."""
        return {name: value for name, value in asdict(self).items() if name != "loaded"}


def load_draft(request: HttpRequest, dealership: Dealership) -> Draft:
    """The draft of this session here, or an empty one."""
    kept: dict[str, Any] = request.session.get(_key(dealership)) or {}
    names = {one.name for one in fields(Draft) if one.init}
    draft = Draft(**{name: value for name, value in kept.items() if name in names})
    draft.loaded = draft.said()
    return draft


def reload_draft(request: HttpRequest, dealership: Dealership) -> Draft:
    """As `load_draft`, of the session as it is stored by now: for who has been busy for seconds."""
    stored = None if request.session.modified else _stored_session(request)
    if stored is not None:
        _take_over(request, stored)
    return load_draft(request, dealership)


def save_draft(request: HttpRequest, dealership: Dealership, draft: Draft) -> None:
    """Keep it in the session, with a name from the first time on.

    Of a draft that was loaded, only what has changed since is written, over what another tab has written meanwhile:
    the stored session is locked for that. One that was booked or replaced meanwhile stays so.
    """
    with transaction.atomic():
        stored = _stored_session(request, lock=True) if draft.loaded and draft.name else None
        if stored is None:
            draft.name = draft.name or secrets.token_hex(16)
            request.session[_key(dealership)] = draft.said()
        else:
            _save_changes(request, _key(dealership), stored, draft)
    draft.loaded = draft.said()


def _save_changes(request: HttpRequest, key: str, stored: dict[str, Any], draft: Draft) -> None:
    kept, loaded = stored.get(key) or {}, draft.loaded or {}
    # What else this request has written to its session is its own, and is saved with it as ever.
    untouched = not request.session.modified
    if untouched:
        _take_over(request, stored)
    if kept.get("name") == draft.name:
        changed = {name: value for name, value in draft.said().items() if value != loaded.get(name)}
        for name in draft.said().keys() & kept.keys() - changed.keys():
            setattr(draft, name, kept[name])
        kept = draft.said()
    request.session[key] = kept
    request.session.save()
    # Saved while it is locked: saving it once more after the answer could undo what comes in between.
    request.session.modified = not untouched


def _stored_session(request: HttpRequest, *, lock: bool = False) -> dict[str, Any] | None:
    """What the database has for this session now; None before its first time."""
    rows = Session.objects.filter(pk=request.session.session_key)
    found = (rows.select_for_update() if lock else rows).first()
    return found.get_decoded() if found else None


def _take_over(request: HttpRequest, stored: dict[str, Any]) -> None:
    """This request goes on with the session as it is stored."""
    request.session.clear()
    request.session.update(stored)
    request.session.modified = False


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
