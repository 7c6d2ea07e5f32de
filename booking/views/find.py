"""Finding an appointment by two facts: how its customer is reached, and its reference."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access import appointment_by_digest
from booking.forms import FindForm
from booking.models import Appointment
from booking.views.access import grant
from booking.views.journey import see_other
from booking.views.site import find_dealership, render_page
from customers.details import read_email
from dealerships.models import Dealership
from lib import phones, tokens
from lib.errors import Refusal
from lib.limits import limited


@limited("find", "10/minute", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the appointment when both facts fit; otherwise one sentence that tells nothing about either."""
    dealership = find_dealership(slug)
    if request.method != "POST":
        return render_page(request, "booking/find.html", dealership, {"form": FindForm()})
    form = FindForm(request.POST)
    if form.is_valid():
        found = _match(dealership, form.cleaned_data["reach"], form.cleaned_data["reference"])
        if found:
            grant(request, found)
            return see_other(reverse("appointment", args=[slug]))
        form.add_error(None, _("No appointment fits both. Check them against our messages, or call us."))
    return render_page(request, "booking/find.html", dealership, {"form": form}, status=422)


def _match(dealership: Dealership, reach: str, reference: str) -> Appointment | None:
    stored = tokens.normalize_reference(reference)
    found = Appointment.objects.filter(dealership=dealership, reference=stored).first() if stored else None
    if found is None or not _reaches(found, reach):
        return None
    return appointment_by_digest(found.link_digest)  # as long as its link lives


def _reaches(appointment: Appointment, reach: str) -> bool:
    reader, known = (
        (read_email, appointment.contact_email)
        if "@" in reach
        else (phones.parse_phone, appointment.contact_phone)
    )
    try:
        return bool(known) and reader(reach) == known.lower()
    except Refusal:
        return False
