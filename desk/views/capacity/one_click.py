"""A change of one click: done at once when nobody has to move for it, else previewed as every other change is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from booking.actions.edit import StaleCapacity, edition_of
from booking.impact import Impact
from booking.models import CapacityEdit
from desk.access import Desk, DeskRequest
from desk.views.capacity.editing import rule_context
from desk.views.capacity.moving import move_chosen
from desk.views.capacity.previewing import Preview, is_agreed, show_preview
from desk.views.capacity.shared import read_edition, say_behind
from lib.errors import Refusal

# The buttons of the preview's page: with none of them, what is posted is the one click.
BUTTONS = {"preview", "pick", "apply"}


@dataclass(frozen=True, slots=True)
class Click:
    """What one click does: `measure` says what would happen, `change` does it from an edition's page.

    `title`, `text` and `word` (of the button) are for the preview's page, which sends back what is `kept`. `back` is
    where to go when it is refused, `done` when it is done.
    """

    title: str
    text: str
    word: str
    back: str
    measure: Callable[[], Impact]
    change: Callable[[int], CapacityEdit]
    done: Callable[[CapacityEdit], HttpResponse]
    kept: Mapping[str, str] = field(default_factory=dict)


def press(request: DeskRequest, desk: Desk, click: Click) -> HttpResponse:
    """The click, or the preview that it needs first; posted with `apply`, the change. Opened, the question."""
    # Read before what is previewed: a change in between makes the page stale, as it must.
    edition = edition_of(desk.dealership)
    preview = None
    if request.method == "POST":
        try:
            if is_agreed(request):
                return _do(request, desk, click)
            if read_edition(request) != edition:
                raise StaleCapacity
            preview = show_preview(request, desk, click.measure(), [click.text])
            if _is_harmless(preview) and not BUTTONS & request.POST.keys():
                return _do(request, desk, click)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect(click.back)
    context = rule_context(
        request,
        desk,
        edition=edition,
        preview=preview,
        back=click.back,
        title=click.title,
        text=click.text,
        word=click.word,
        kept=click.kept,
    )
    return render(request, "desk/capacity/person_confirm.html", context)


def _is_harmless(preview: Preview) -> bool:
    """Nobody has to move, and days stay on which people can come."""
    return not preview.stranded and not preview.closes


def _do(request: DeskRequest, desk: Desk, click: Click) -> HttpResponse:
    edit = click.change(read_edition(request))
    say_behind(request, edit)
    move_chosen(request, desk, request.POST)
    return click.done(edit)
