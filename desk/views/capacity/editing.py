"""How every page that changes rules goes: the form, what it would do, and only then the change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from booking.actions.edit import Draft, StaleCapacity, apply_draft, edition_of, preview_draft
from booking.actions.journal import last_edit
from booking.models import CapacityEdit
from dealerships.models import Dealership
from desk.access import Desk, DeskRequest
from desk.capacity.facts import count_to_move
from desk.views.capacity.moving import move_chosen
from desk.views.capacity.previewing import Preview, is_agreed, mark_of, show_preview
from desk.views.capacity.shared import read_edition, say_behind, summary_of, undo_offer
from desk.views.shared import page
from desk.words import say_wall_time
from lib import clock
from lib.errors import Refusal


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page that changes rules: its template, the draft of a valid form, and where to go when it is done.

    `lines` says in words what changes; None where the form says it already. `after` does what follows the change.
    """

    template: str
    draft: Callable[[], Draft]
    back: str
    form: forms.BaseForm | None = None
    lines: Callable[[], Sequence[str]] | None = None
    context: dict[str, Any] = field(default_factory=dict)
    after: Callable[[], HttpResponse | None] | None = None


def serve(request: DeskRequest, desk: Desk, wanted: RulePage) -> HttpResponse:
    """The form; posted, a preview; posted again unchanged with `apply`, the change."""
    form, problem, preview = wanted.form, "", None
    # Read before what is previewed: a change in between makes the form stale, as it must.
    edition = edition_of(desk.dealership)
    posted = request.method == "POST" and "copy" not in request.POST
    if posted and (form is None or form.is_valid()):
        try:
            if is_agreed(request):
                return _apply(request, desk, wanted)
            problem = _changed_meanwhile(request, desk.dealership) or _changed_here(request)
        except StaleCapacity as stale:
            problem = _changed_meanwhile(request, desk.dealership) or str(stale)
        except Refusal as refusal:
            problem = _refuse(form, refusal)
        if form is None or form.is_valid():
            preview, problem = _preview(request, desk, wanted, problem)
    context = rule_context(
        request,
        desk,
        form=form,
        edition=edition,
        preview=preview,
        problem=problem,
        back=wanted.back,
        **wanted.context,
    )
    refused = problem or (form is not None and posted and bool(form.errors))
    return render(request, wanted.template, context, status=422 if refused else 200)


def _apply(request: DeskRequest, desk: Desk, wanted: RulePage) -> HttpResponse:
    edit = apply_draft(
        wanted.draft(), dealership=desk.dealership, by=desk.user, edition=read_edition(request)
    )
    say_behind(request, edit)
    move_chosen(request, desk, request.POST)
    return (wanted.after() if wanted.after else None) or redirect(with_undo(wanted.back, edit))


def rule_url(desk: Desk, name: str) -> str:
    """The address of a page of the capacity section, by the end of its name."""
    return reverse(f"desk:capacity-{name}", args=[desk.dealership.slug])


def with_undo(address: str, edit: CapacityEdit) -> str:
    """The address of a page that then offers to take the change back."""
    return f"{address}?{urlencode({'done': edit.pk})}"


def rule_context(request: DeskRequest, desk: Desk, **more: Any) -> dict[str, Any]:
    """The context of a page of the rules: how many visits are to be moved, and the last change to take back."""
    return page(
        desk,
        to_move=count_to_move(desk.dealership, now=clock.now()),
        undo=undo_offer(desk, request.GET.get("done", "")),
        **more,
    )


def _preview(request: DeskRequest, desk: Desk, wanted: RulePage, problem: str) -> tuple[Preview | None, str]:
    """What the draft would do, and the sentence to show; no preview for what can't be."""
    try:
        impact = preview_draft(wanted.draft(), dealership=desk.dealership)
    except Refusal as refusal:
        return None, _refuse(wanted.form, refusal)
    return show_preview(request, desk, impact, wanted.lines() if wanted.lines else []), problem


def _changed_meanwhile(request: DeskRequest, dealership: Dealership) -> str:
    """Who changed the capacity since this form was made, and what; empty when nobody did."""
    if read_edition(request) == edition_of(dealership):
        return ""
    last = last_edit(dealership)
    if last is None:
        return str(StaleCapacity())
    sentence = _(
        "The capacity was changed at %(time)s, after this page was opened (%(what)s). What you typed is kept:"
        " look at the preview, which counts that change."
    )
    return sentence % {"time": say_wall_time(last.at, dealership.zone), "what": summary_of(last)}


def _changed_here(request: DeskRequest) -> str:
    """Whether the form was changed after its preview, and then applied."""
    if "apply" in request.POST and request.POST.get("mark") != mark_of(request):
        return _("The form was changed after its preview. This is what it would do now.")
    return ""


def _refuse(form: forms.BaseForm | None, refusal: Refusal) -> str:
    """The refusal at its field, or as the sentence of the page."""
    if form is not None and refusal.field in form.fields:
        form.add_error(refusal.field, str(refusal))
        return ""
    return str(refusal)
