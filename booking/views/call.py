"""Nothing suits: a call is promised, by a time that can be kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.calls import Caller, ask_for_call
from booking.calls import promise_call
from booking.forms import CallForm
from booking.models import CallRequest
from booking.rulebook import rulebook_of
from booking.views.access import private
from booking.views.journey import Journey, see_other, start_journey
from booking.views.refusals import status_of
from booking.views.site import find_dealership, render_page
from booking.views.summary import summary_context
from booking.views.words import page_language
from customers.details import read_contact
from lib import clock, phones
from lib.errors import Refusal
from lib.limits import limited

# A promise that somebody has to keep; a household shares an address.
CALLS_AN_ADDRESS = "5/hour;10/day"
SESSION = "call_requests"


@limited("call", CALLS_AN_ADDRESS, methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a call; what was chosen so far goes along."""
    journey = start_journey(request, slug)
    form = _form(journey, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(journey, form)
    if not form.is_valid():
        return _show(journey, form, status=422)
    try:
        asked = ask_for_call(dealership=journey.dealership, caller=_caller(journey, form))
    except Refusal as refusal:
        return _show(journey, form, refusal=str(refusal), status=status_of(refusal))
    request.session[SESSION] = {**request.session.get(SESSION, {}), slug: asked.pk}
    return see_other(reverse("book-called", args=[slug]))


@require_safe
def called(request: HttpRequest, slug: str) -> HttpResponseBase:
    """By when we call, and on which number."""
    dealership = find_dealership(slug)
    pk = (request.session.get(SESSION) or {}).get(slug)
    asked = CallRequest.objects.filter(dealership=dealership, pk=pk).first() if pk else None
    if asked is None:
        return see_other(reverse("dealership-home", args=[slug]))
    context = {
        "asked": asked,
        "promised": clock.say_moment(asked.promised_by, dealership.zone, page_language()),
        "phone": phones.format_phone(asked.phone, page_language()),
    }
    return private(render_page(request, "booking/called.html", dealership, context))


def _form(journey: Journey, data: Any) -> CallForm:
    return CallForm(data, initial=journey.draft.contact, language=page_language())


def _caller(journey: Journey, form: CallForm) -> Caller:
    data = form.cleaned_data
    said = {name: str(data[name]) for name in ("name", "phone")}
    contact = read_contact({**said, "language": page_language()})
    # Whoever finds a time after all need not type it again.
    journey.draft.contact = {**journey.draft.contact, **said, "language": page_language()}
    journey.save()
    return Caller(
        name=contact.name,
        phone=contact.phone,
        language=contact.language,
        services=tuple(journey.draft.services),
        vehicle=journey.vehicle.title if journey.vehicle else "",
        wish=data["wish"],
    )


def _show(journey: Journey, form: CallForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    by = promise_call(rulebook_of(journey.dealership).calendar, clock.now())
    context = {
        **summary_context(journey),
        "form": form,
        "refusal": refusal,
        "promise": clock.say_moment(by, journey.dealership.zone, page_language()) if by else "",
        "back_url": journey.url("time") if journey.may_open("time") else "",
    }
    return render_page(journey.request, "booking/call.html", journey.dealership, context, status=status)
