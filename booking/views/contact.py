"""Step 4: who comes, and how to reach them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.holds import extend_hold
from booking.forms import ContactForm
from booking.views.journey import Journey, see_other, start_journey
from booking.views.refusals import refusal_context, status_of
from booking.views.summary import show_step
from booking.views.time import HOLDS_AN_ADDRESS, take_start
from booking.views.words import page_language
from customers.consent_words import sender_of, sender_words
from lib.errors import Refusal
from lib.limits import limited

REACH = ("name", "phone", "email", "language")


@limited("hold", HOLDS_AN_ADDRESS, methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take what it says; a time that is no longer held is asked for again."""
    journey = start_journey(request, slug)
    if not journey.may_open("contact"):
        return see_other(journey.url(journey.first_missing))
    if request.method != "POST":
        return _show(journey, _form(journey))
    form = ContactForm(request.POST, language=page_language())
    if not form.is_valid():
        return _show(journey, form, status=422)
    _keep(journey, form)
    try:
        hold_again(journey)
    except Refusal as refusal:
        return _show(journey, form, refusal=refusal, status=status_of(refusal))
    return journey.go_on()


@limited("hold", HOLDS_AN_ADDRESS)
@require_POST
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the chosen time ten minutes longer, once, or hold it again; then back to the page it was asked from."""
    journey = start_journey(request, slug)
    back = request.POST.get("step", request.GET.get("step", ""))
    step = back if back in ("contact", "check") and journey.may_open(back) else journey.first_missing
    if journey.hold:
        extend_hold(hold=journey.hold)
    elif journey.is_done("time"):
        try:
            hold_again(journey)
        except Refusal:
            # The time page says what is left.
            journey.draft.start = ""
            journey.save()
            return see_other(journey.url("time") + "?lost=1")
    return see_other(journey.url(step))


def hold_again(journey: Journey) -> None:
    """Make sure that the chosen time is held. Raises SlotTaken, StartRefused, Busy, Refusal."""
    if journey.hold is None:
        take_start(journey, journey.draft.start, journey.draft.transport, journey.draft.advisor)


def hold_context(journey: Journey, step: str) -> dict[str, Any]:
    """For the line that says how long the time is kept, or that it is kept no more."""
    url = f"{journey.hold_url}?step={step}"
    if journey.hold is None:
        return {"hold": None, "hold_url": url}
    return {
        "hold": journey.hold,
        "hold_minutes": journey.hold_minutes,
        "hold_url": url,
        "extend_url": "" if journey.hold.extended else url,
    }


def _keep(journey: Journey, form: ContactForm) -> None:
    data = form.cleaned_data
    journey.draft.contact = {name: str(data[name]) for name in REACH}
    journey.draft.consents, journey.draft.consents_in = list(data["consents"]), page_language()
    journey.save()


def _form(journey: Journey) -> ContactForm:
    known = {**journey.draft.contact, "consents": journey.draft.consents}
    return ContactForm(initial=known, language=page_language())


def _show(
    journey: Journey, form: ContactForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        **hold_context(journey, "contact"),
        **refusal_context(refusal, journey.dealership),
        "post_url": journey.url("time"),
        "transport": journey.transport,
        "advisor": journey.draft.advisor or "",
        "sender_words": sender_words(sender_of(journey.dealership), page_language()),
    }
    return show_step(journey, "contact", context, status=status)
