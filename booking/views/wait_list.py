"""The wait-list on its customers' screens: joining with an appointment or without, seeing it, changing it, leaving."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access import entry_by_digest
from booking.actions.leaving import end_entry
from booking.actions.wait_list import (
    Asked,
    change_wishes,
    join_wait_list,
    join_with_appointment,
    leave_wait_list,
)
from booking.forms import JoinForm, WishesForm
from booking.models import Appointment, EntryState, OfferState, WaitListEntry
from booking.views.access import private, remember_link, remembered_link, with_appointment
from booking.views.appointment import appointment_context, days_before, may_change, url_of
from booking.views.journey import Journey, see_other, start_journey
from booking.views.lost import seeker_of
from booking.views.manage import LINKS_AN_ADDRESS, opens_nothing, silent
from booking.views.refusals import status_of
from booking.views.site import render_page
from booking.views.summary import summary_context
from booking.views.wishes import entry_facts, wishes_initial, wishes_limits, wishes_words
from booking.views.words import page_language, start_words, time_words
from booking.waiting import USUAL_DAYS, Wishes, wishes_of
from customers.details import read_contact
from lib import clock, tokens
from lib.errors import Refusal
from lib.limits import limited

SESSION = "wait_lists"
# Each entry may be kept a place, so one address may not make many; a household shares one.
JOINS_AN_ADDRESS = "6/hour;12/day"


@limited("manage-link", LINKS_AN_ADDRESS)
@require_safe
def open_entry(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the entry in its person's language; the same 404 as every other link that opens nothing."""
    entry = entry_by_digest(tokens.digest(token)) if tokens.is_token(token) else None
    if entry is None:
        return opens_nothing(request)
    with translation.override(entry.language):
        return silent(_to_entry(request, entry))


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def bring_forward(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Wait for an earlier time than the appointment's: at once with the usual wishes, or with others."""
    usual = days_before(appointment)
    if not may_change(appointment) or usual is None:
        return see_other(url_of("appointment", appointment))
    waiting = waiting_entry(appointment)
    if waiting:
        return _to_entry(request, waiting)
    if request.method != "POST":
        return _show_bring_forward(request, appointment, _wishes_form(None, appointment, usual))
    form = _wishes_form(request.POST, appointment, usual) if "first_day" in request.POST else None
    if form is not None and not form.is_valid():
        return _show_bring_forward(request, appointment, form, status=422)
    try:
        entry = join_with_appointment(appointment=appointment, wishes=form.wishes if form else usual)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other(url_of("appointment", appointment))
    messages.success(request, _("You are on the wait-list. We write to you as soon as a place is free."))
    return _to_entry(request, entry)


@limited("wait-list", JOINS_AN_ADDRESS, methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Wait for a time without an appointment; vehicle and work come from what was filled in before."""
    journey = start_journey(request, slug)
    if not journey.may_open("time"):
        return see_other(journey.url(journey.first_missing))
    form = _join_form(journey, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_join(journey, form)
    if not form.is_valid():
        return _show_join(journey, form, status=422)
    try:
        entry = _join(journey, form)
    except Refusal as refusal:
        return _show_join(journey, form, refusal=str(refusal), status=status_of(refusal))
    messages.success(request, _("You are on the wait-list. We write to you as soon as a place is free."))
    return _to_entry(request, entry)


@require_http_methods(["GET", "HEAD", "POST"])
def wait_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The entry that this browser's link opened; posting changes its wishes."""
    entry = _granted(request, slug)
    if entry is None:
        return private(redirect("dealership-home", slug))
    if request.method != "POST" or entry.state != EntryState.WAITING:
        return private(_show(request, entry, _entry_form(entry)))
    form = _entry_form(entry, request.POST)
    if not form.is_valid():
        return private(_show(request, entry, form, status=422))
    try:
        change_wishes(entry=entry, wishes=form.wishes)
        messages.success(request, _("Your choice is saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return private(see_other(reverse("wait-list", args=[slug])))


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Wait no more; twice is harmless."""
    entry = _granted(request, slug)
    if entry is None:
        return private(redirect("dealership-home", slug))
    leave_wait_list(entry=entry)
    return private(see_other(reverse("wait-list", args=[slug])))


def waiting_entry(appointment: Appointment) -> WaitListEntry | None:
    """The entry that waits for an earlier time than this appointment's."""
    return appointment.wait_list_entries.filter(state=EntryState.WAITING).select_related("dealership").first()


def stop_waiting(request: HttpRequest, appointment: Appointment) -> None:
    """Whoever has just booked the work that this session waited for needs no other place."""
    entry = _granted(request, appointment.dealership.slug)
    if entry is None or entry.appointment_id or entry.state != EntryState.WAITING:
        return
    booked = {line.service.code for line in appointment.lines.select_related("service")}
    if booked == set(entry.basket["services"]):
        end_entry(entry=entry, state=EntryState.SERVED)


def _granted(request: HttpRequest, slug: str) -> WaitListEntry | None:
    digest = remembered_link(request, SESSION, slug)
    entry = entry_by_digest(digest) if digest else None
    return entry if entry and entry.dealership.slug == slug else None


def _to_entry(request: HttpRequest, entry: WaitListEntry) -> HttpResponse:
    remember_link(request, SESSION, entry.dealership.slug, entry.link_digest)
    return see_other(reverse("wait-list", args=[entry.dealership.slug]))


def _wishes_form(data: Any, appointment: Appointment, wishes: Wishes) -> WishesForm:
    return WishesForm(
        data, initial=wishes_initial(wishes), **wishes_limits(appointment.dealership, appointment)
    )


def _entry_form(entry: WaitListEntry, data: Any = None) -> WishesForm:
    limits = wishes_limits(entry.dealership, entry.appointment)
    return WishesForm(data, initial=wishes_initial(wishes_of(entry)), **limits)


def _join_form(journey: Journey, data: Any) -> JoinForm:
    limits = wishes_limits(journey.dealership)
    last = limits["today"] + timedelta(days=min(USUAL_DAYS, journey.dealership.horizon_days))
    initial = {**journey.draft.contact, **wishes_initial(Wishes(limits["today"], last))}
    return JoinForm(data, initial=initial, language=page_language(), **limits)


def _join(journey: Journey, form: JoinForm) -> WaitListEntry:
    said = {name: str(form.cleaned_data[name]) for name in ("name", "phone", "email")}
    contact = read_contact({**said, "language": page_language()})
    # Whoever finds a time after all need not type it again.
    journey.draft.contact = {**said, "language": page_language()}
    journey.save()
    assert journey.vehicle is not None
    asked = Asked(
        journey.dealership, journey.basket, contact, journey.vehicle, seeker=seeker_of(journey.request)
    )
    return join_wait_list(asked=asked, wishes=form.wishes)


def _show_bring_forward(
    request: HttpRequest, appointment: Appointment, form: WishesForm, *, status: int = 200
) -> HttpResponse:
    context = {**appointment_context(appointment), "form": form}
    return render_page(request, "booking/bring_forward.html", appointment.dealership, context, status=status)


def _show_join(journey: Journey, form: JoinForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {**summary_context(journey), "form": form, "refusal": refusal, "back_url": journey.url("time")}
    return render_page(
        journey.request, "booking/join_wait_list.html", journey.dealership, context, status=status
    )


def _show(request: HttpRequest, entry: WaitListEntry, form: WishesForm, *, status: int = 200) -> HttpResponse:
    zone, visit = entry.dealership.zone, entry.appointment
    kept = entry.offers.filter(state=OfferState.OPEN, expires_at__gt=clock.now()).select_related("hold")
    offer = kept.first()
    if offer:
        remember_link(request, "offers", entry.dealership.slug, offer.link_digest)
    context = {
        "entry": entry,
        "form": form,
        "waiting": entry.state == EntryState.WAITING,
        "served": entry.state == EntryState.SERVED,
        "left": entry.state == EntryState.LEFT,
        "wishes": wishes_words(wishes_of(entry)),
        "since": clock.say_date(clock.local(entry.created_at, zone), page_language()),
        "visit": start_words(visit.starts_at, visit.ready_at, zone) if visit else None,
        "offer": start_words(offer.starts_at, offer.hold.ready_at, zone) if offer else None,
        "kept_until": time_words(clock.local(offer.expires_at, zone)) if offer else "",
        **entry_facts(entry),
    }
    return render_page(request, "booking/wait_list.html", entry.dealership, context, status=status)
