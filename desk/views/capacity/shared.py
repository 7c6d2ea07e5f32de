"""What the pages of the week, of a change and of the visits to be moved share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from booking.actions.edit import edition_of
from booking.actions.journal import last_edit
from booking.models import CapacityEdit
from desk.access import Desk, DeskRequest
from desk.words import page_language


def week_url(desk: Desk, day: date, *, done: CapacityEdit | None = None) -> str:
    """The address of the week of `day`; with `done`, it offers to take that change back."""
    address = reverse("desk:capacity-week", args=[desk.dealership.slug, day])
    return f"{address}?{urlencode({'done': done.pk})}" if done else address


def to_week(desk: Desk, day: date, *, done: CapacityEdit | None = None) -> HttpResponse:
    return redirect(week_url(desk, day, done=done))


def summary_of(edit: CapacityEdit) -> str:
    """What the change was, in the page's language."""
    return edit.summary_en if page_language() == "en" else edit.summary_fr


def undo_offer(desk: Desk, asked: str) -> dict[str, Any] | None:
    """The change of `?done=`, while it is the last one: what it was, and the edition that its form sends back."""
    if not (asked.isascii() and asked.isdecimal()) or "change_capacity" not in desk.allowed:
        return None
    edition = edition_of(desk.dealership)
    edit = last_edit(desk.dealership)
    if edit is None or str(edit.pk) != asked:
        return None
    return {"summary": summary_of(edit), "edition": edition}


def read_edition(request: DeskRequest) -> int:
    """The edition that the form was made from; -1, which is never current, when it says none."""
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def say_behind(request: DeskRequest, edit: CapacityEdit) -> None:
    """When the change is kept but its pools were too busy to follow at once: say so."""
    if edit.behind:
        messages.info(
            request,
            _(
                "The change is saved, but not shown everywhere yet: many people are booking at this moment. It will"
                " be within a minute, by itself."
            ),
        )
