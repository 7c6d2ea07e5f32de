"""Who was asked twice whether they come, and has not answered: to call, to note as confirmed, or to release."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointments_for
from booking.actions.cancel import cancel_appointment
from booking.actions.history import staff
from booking.actions.progress import confirm_appointment
from booking.errors import Stale
from booking.models import Appointment, Source
from booking.reconfirmations import unanswered_visits
from desk.access import Desk, DeskRequest, desk_page
from desk.views.shared import page
from desk.words import line_name, page_language
from lib import clock, tokens
from lib.errors import Refusal
from lib.phones import format_phone


@require_safe
@desk_page("write_messages")
def unconfirmed(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The list, the soonest visit first."""
    found = unanswered_visits(desk.dealership, now=clock.now())
    rows = found.select_related("vehicle").prefetch_related("lines")
    context = page(desk, visits=[_shown(visit) for visit in rows])
    return render(request, "desk/unconfirmed.html", context)


@require_POST
@desk_page("change_appointments")
def answer_for(request: DeskRequest, desk: Desk, reference: str) -> HttpResponse:
    """They were reached and come (`confirm`), or the place goes to somebody else (`release`)."""
    do = {"confirm": _confirm, "release": _release}.get(request.POST.get("do", "confirm"))
    if do is None:
        raise Http404
    mine = appointments_for(desk.user).filter(dealership=desk.dealership)
    visit = get_object_or_404(mine, reference=tokens.normalize_reference(reference))
    try:
        if request.POST.get("version") != str(visit.version):
            raise Stale
        messages.success(request, do(desk, visit) % {"name": visit.contact_name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:messages-unconfirmed", desk.dealership.slug)


def _confirm(desk: Desk, visit: Appointment) -> str:
    confirm_appointment(appointment=visit, by=staff(desk.user, Source.PHONE))
    return _("%(name)s comes: the visit is confirmed.")


def _release(desk: Desk, visit: Appointment) -> str:
    cancel_appointment(
        appointment=visit,
        by=staff(desk.user, Source.PHONE),
        version=visit.version,
        reason=_("No answer when asked to confirm"),
    )
    return _("The place of %(name)s is free: they are told, and who waits for one is offered it.")


def _shown(visit: Appointment) -> dict[str, Any]:
    language = page_language()
    return {
        "reference": visit.reference,
        "version": visit.version,
        "when": clock.say_moment(visit.starts_at, visit.zone, language),
        "name": visit.contact_name,
        "customer": visit.customer_id,
        "language": visit.language,
        "phone": visit.contact_phone,
        "phone_words": format_phone(visit.contact_phone, language) if visit.contact_phone else "",
        "email": visit.contact_email,
        "vehicle": visit.vehicle_words,
        "work": ", ".join(line_name(line) for line in visit.lines.all()),
    }
