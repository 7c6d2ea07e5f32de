"""Step 5: everything on one page, then the booking itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.actions.book import Request, book_appointment
from booking.actions.history import customer
from booking.actions.retry import Busy
from booking.actions.unmet import mark_met
from booking.errors import Stale
from booking.forms import NoteForm
from booking.idempotency import Key, fingerprint
from booking.models import Appointment, IdempotencyRecord
from booking.reminders import is_reminded
from booking.views.access import remember_booked
from booking.views.contact import hold_context
from booking.views.draft import clear_draft, holder_of
from booking.views.journey import Journey, see_other, start_journey, transport_label
from booking.views.lost import seeker_of
from booking.views.refusals import refusal_context, status_of
from booking.views.summary import advisor_words, line_note, show_step
from booking.views.told import forget_told, told, told_context, told_digest
from booking.views.wait_list import stop_waiting
from booking.views.words import duration_words, page_language, price_words, start_words
from customers.access import customer_of, driver_of, proved_addresses
from customers.actions.agreements import Agreed
from customers.consent_words import read_topic, sender_of
from customers.models import Customer
from lib import clock
from lib.errors import Refusal
from lib.limits import client_ip, limited
from lib.text import fold
from notifications.cadence import cadences_of


@never_cache
@limited("book", "20/minute", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everything, or book it. The same confirmation sent twice books once."""
    journey = start_journey(request, slug)
    if request.method == "POST":
        return _confirm(journey)
    if not journey.may_open("check"):
        return see_other(journey.url(journey.first_missing))
    return _show(journey)


def _confirm(journey: Journey) -> HttpResponse:
    key = _read_key(journey.request.POST.get("key", ""))
    if not journey.may_open("check"):
        booked = _booked_under(journey, key)
        return _to_visit(journey, booked) if booked else see_other(journey.url(journey.first_missing))
    note = NoteForm(journey.request.POST)
    if not note.is_valid():
        return _show(journey, note=note, status=422)
    journey.draft.note, journey.draft.keep_parts = note.cleaned_data["note"], note.cleaned_data["keep_parts"]
    journey.save()
    try:
        booked = _book(journey, key)
    except Refusal as refusal:
        response = _show(journey, refusal=refusal, status=status_of(refusal))
        if isinstance(refusal, Busy):
            response.headers["Retry-After"] = "5"
        return response
    services, seeker = journey.draft.services, seeker_of(journey.request)
    mark_met(dealership=journey.dealership, services=services, seeker=seeker)
    stop_waiting(journey.request, booked)
    return _done(journey, booked)


def _book(journey: Journey, key: str) -> Appointment:
    """Raises what book_appointment raises, and Stale when the page showed something else than the draft has now."""
    asked = _asked(journey)
    if not key or journey.request.POST.get("seen") != asked:
        raise Changed
    assert journey.start is not None
    assert journey.contact is not None
    assert journey.vehicle is not None
    own = journey.own_vehicle
    request = Request(
        dealership=journey.dealership,
        basket=journey.basket,
        start=journey.start,
        contact=journey.contact,
        by=customer(journey.request.user),
        vehicle=own or journey.vehicle,
        customer=driver_of(journey.request.user, own) if own else _own_record(journey),
        note=note_of(journey),
        **told(journey),
        agreed=_agreed(journey),
        key=Key(scope=_scope(journey), key=key, fingerprint=asked),
        hold=journey.hold,
    )
    return book_appointment(request=request).appointment


class Changed(Stale):
    """The page that was confirmed is not what is chosen now, or came without its key."""

    def __init__(self) -> None:
        Refusal.__init__(
            self,
            _("Something changed since this page was shown. Please check it once more, then confirm."),
            code="changed",
        )


def _done(journey: Journey, appointment: Appointment) -> HttpResponse:
    forget_told(journey)
    clear_draft(journey.request, journey.dealership)
    return _to_visit(journey, appointment)


def _to_visit(journey: Journey, appointment: Appointment) -> HttpResponse:
    remember_booked(journey.request, appointment)
    return see_other(journey.appointment_url)


def _booked_under(journey: Journey, key: str) -> Appointment | None:
    """What this session has already booked with this key: the draft is gone, the answer is not."""
    if not key or not holder_of(journey.request):
        return None
    record = IdempotencyRecord.objects.filter(
        scope=_scope(journey), key=key, appointment__dealership=journey.dealership
    ).select_related("appointment__dealership")
    found = record.first()
    return found.appointment if found else None


def _scope(journey: Journey) -> str:
    return f"web:{holder_of(journey.request)}"


def _read_key(text: str) -> str:
    try:
        return str(uuid.UUID(text)) if len(text) <= 40 else ""
    except ValueError:
        return ""


def _asked(journey: Journey) -> str:
    """A digest of everything that would be booked but the note, which the page itself takes."""
    draft = journey.draft
    contact = {name: value for name, value in draft.contact.items() if name != "language"}
    return fingerprint(
        [journey.basket.as_json(), draft.start, contact, draft.vehicle, draft.consents, told_digest(journey)]
    )


def note_of(journey: Journey) -> str:
    """The note for the shop; the wish to have the replaced parts back comes first."""
    wish = _("I want my replaced parts back.") if journey.draft.keep_parts else ""
    return "\n".join(part for part in (wish, journey.draft.note) if part)


def _own_record(journey: Journey) -> Customer | None:
    """The record of whoever is signed in, when it is they who come: by their name and an address they have proved."""
    known, contact = customer_of(journey.request.user, journey.dealership.group), journey.contact
    if known is None or contact is None or fold(known.name) != fold(contact.name):
        return None
    proved = proved_addresses(journey.request.user)
    given = {contact.phone: proved["phone"], contact.email.lower(): proved["email"].lower()}
    return known if any(one and one == own for one, own in given.items()) else None


def _agreed(journey: Journey) -> Agreed | None:
    """The boxes that were ticked, with what proves it; None when there are none."""
    topics = tuple(topic for text in journey.draft.consents if (topic := read_topic(text)))
    if not topics:
        return None
    headers = journey.request.headers
    return Agreed(
        topics=topics,
        sender=sender_of(journey.dealership),
        language=journey.draft.consents_in or page_language(),
        ip=client_ip(journey.request),
        agent=headers.get("User-Agent", ""),
    )


def _show(
    journey: Journey, *, refusal: Refusal | None = None, note: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    said = {"note": journey.draft.note, "keep_parts": journey.draft.keep_parts}
    context: dict[str, Any] = {
        "lines": _lines(journey),
        "vehicle_title": journey.vehicle.title if journey.vehicle else "",
        "vehicle": journey.vehicle,
        "transport_word": transport_label(journey.transport),
        "transport": journey.transport,
        "advisor": journey.draft.advisor or "",
        "advisor_words": advisor_words(journey),
        "contact": journey.contact,
        **told_context(journey),
        "form": note or NoteForm(initial=said),
        "reminded": _is_reminded(journey),
        "when": _when(journey),
        "key": uuid.uuid4(),
        "seen": _asked(journey),
        "post_url": journey.url("time"),
        "edit": {step: journey.url(step) for step in ("vehicle", "services", "time", "contact")},
        **hold_context(journey, "check"),
        **refusal_context(refusal, journey.dealership),
    }
    return show_step(journey, "check", context, status=status)


def _is_reminded(journey: Journey) -> bool:
    if journey.start is None:
        return False
    cadences = cadences_of(journey.dealership)
    return is_reminded(journey.start, journey.dealership.zone, cadences, now=clock.now())


def _lines(journey: Journey) -> list[dict[str, str]]:
    if journey.demand is None:
        return []
    return [
        {
            "name": line.item.name(page_language()),
            "note": line_note(line),
            "minutes": duration_words(line.minutes),
            "price": price_words(line.price),
        }
        for line in journey.demand.lines
    ]


def _when(journey: Journey) -> dict[str, str]:
    """The chosen time in words; without a hold, the ready time is not promised."""
    if journey.hold:
        return start_words(journey.hold.starts_at, journey.hold.ready_at, journey.dealership.zone)
    if journey.start is None:
        return {}
    return {**start_words(journey.start, journey.start, journey.dealership.zone), "ready": ""}
