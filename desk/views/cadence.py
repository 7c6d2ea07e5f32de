"""When what goes out: one card for each kind that the system starts, with what it would send next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.cadence import change_cadence
from booking.cadence_preview import next_messages
from desk.access import Desk, DeskRequest, desk_page
from desk.cadence.changes import last_changes
from desk.cadence.forms import CadenceForm
from desk.cadence.words import applies_to, counted_from, note_of, say_when, show_next
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal
from notifications.cadence import cadences_of
from notifications.kinds import KINDS, When


@require_safe
@desk_page("change_messages")
def cadence(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Every kind in one sentence; its form is below it."""
    return _show(request, desk)


@require_POST
@desk_page("change_messages")
def cadence_of(request: DeskRequest, desk: Desk, kind: str) -> HttpResponse:
    """Keep what was said of one kind, go back to the usual, or only show what it would send next."""
    if kind not in KINDS or KINDS[kind].usual is None:
        raise Http404
    if request.POST.get("do") == "usual":
        return _keep(request, desk, kind, None)
    when = cadences_of(desk.dealership)[kind]
    form = CadenceForm(request.POST, dealership=desk.dealership, kind=KINDS[kind], when=when)
    preview = request.POST.get("do") == "preview"
    if request.htmx and preview:
        return render(request, "desk/cadence/_preview.html", _preview(desk, form))
    if not form.is_valid():
        return _show(request, desk, form, status=422)
    return _show(request, desk, form) if preview else _keep(request, desk, kind, form.when)


def _keep(request: DeskRequest, desk: Desk, kind: str, when: When | None) -> HttpResponse:
    try:
        change_cadence(dealership=desk.dealership, kind=kind, when=when, by=desk.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _kept(kind, usual=when is None))
    return redirect(f"{reverse('desk:messages-cadence', args=[desk.dealership.slug])}#{kind}")


def _kept(kind: str, *, usual: bool) -> str:
    done = _("“%(kind)s” goes out as usual again.") if usual else _("“%(kind)s” is saved.")
    follows = applies_to(kind) or _("What is planned follows within minutes.")
    return f"{done % {'kind': KINDS[kind].label}} {follows}"


def _show(
    request: DeskRequest, desk: Desk, form: CadenceForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The whole page; `form` is of the card that was just sent, with its preview unless it was refused."""
    own, changes = cadences_of(desk.dealership), last_changes(desk.dealership)
    cards = [_card(desk, name, own[name], form) | {"last": changes.get(name, "")} for name in own]
    return render(request, "desk/cadence/page.html", page(desk, cards=cards, form=form), status=status)


def _card(desk: Desk, name: str, when: When, sent: CadenceForm | None) -> dict[str, Any]:
    kind = KINDS[name]
    mine = sent is not None and sent.kind.name == name
    form = (
        sent if sent is not None and mine else CadenceForm(dealership=desk.dealership, kind=kind, when=when)
    )
    return {
        "name": name,
        "label": kind.label,
        "sentence": say_when(kind, when),
        "active": when.active,
        "changed": when != kind.usual,
        "form": form,
        "open": mine,
        "counted": counted_from(kind, before=form.before) if form.by_days else "",
        "note": note_of(name),
        "applies": applies_to(name),
        "preview": _preview(desk, form) if mine else None,
    }


def _preview(desk: Desk, form: CadenceForm) -> dict[str, Any]:
    """What the form's cadence would send next; none while it is not a cadence."""
    if not form.is_valid():
        return {"problem": True}
    found = next_messages(desk.dealership, form.kind.name, form.when, now=clock.now())
    zone = desk.dealership.zone
    return {"next": show_next(found, zone), "active": form.when.active, "dealership": desk.dealership}
