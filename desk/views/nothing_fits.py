"""A caller for whom nothing fits: put on the wait-list, or promised a call, with what the booking form has so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.actions.calls import LONGEST_WISH, Caller, ask_for_call
from booking.actions.wait_list import Asked as Waiter
from booking.actions.wait_list import join_wait_list
from booking.calls import promise_call
from booking.menu import Menu
from booking.rulebook import rulebook_of
from desk.access import DeskRequest
from desk.basket import Asked, questions, transport_options
from desk.forms_caller import CallBackForm
from desk.views.lost import seeker_of
from desk.views.typed import CALL, WAIT, Typed
from desk.words import page_language
from lib import clock
from lib.errors import Refusal


def put_on_list(request: DeskRequest, typed: Typed) -> HttpResponse | None:
    """On the wait-list, and told so as from the site; None when the forms have sentences to show.

    Raises Refusal for work that is not chosen or answered. Pressed twice it makes one entry.
    """
    desk, form = typed.desk, typed.form
    # Both, so that everything is said at once.
    valid = [form.is_valid(), typed.wishes.is_valid()]
    _require_work(typed)
    if not all(valid) or form.contact is None or form.chosen_vehicle is None:
        return None
    waiter = Waiter(
        dealership=desk.dealership,
        basket=typed.asked.basket,
        contact=form.contact,
        vehicle=form.chosen_vehicle,
        seeker=seeker_of(typed.data.get("key", "")) if typed.data.get("key") else "",
        customer=typed.customer,
        note=form.cleaned_data["note"],
    )
    entry = join_wait_list(asked=waiter, wishes=typed.wishes.wishes)
    sentence = _("%(name)s is on the wait-list. We write to them as soon as a place is free.")
    messages.success(request, sentence % {"name": entry.contact_name})
    shown = "explain_capacity" in desk.allowed
    return redirect("desk:capacity-wait-list" if shown else "desk:today", desk.dealership.slug)


def promise_a_call(request: DeskRequest, typed: Typed) -> HttpResponse | None:
    """Promised a call, by when the answer says; None when the forms have sentences to show.

    Raises NoOpening. A number that waits for a call already keeps its promise.
    """
    desk, form = typed.desk, typed.form
    valid = [form.is_valid(), typed.words.is_valid()]
    if not all(valid) or form.contact is None or not isinstance(form, CallBackForm):
        return None
    caller = Caller(
        name=form.contact.name,
        phone=form.contact.phone,
        language=form.contact.language,
        services=typed.asked.services,
        vehicle=form.vehicle_words,
        wish=_wish(typed),
    )
    promised = ask_for_call(dealership=desk.dealership, caller=caller)
    when = clock.say_moment(promised.promised_by, desk.dealership.zone, page_language())
    sentence = _("%(name)s is promised a call by %(when)s.")
    messages.success(request, sentence % {"name": promised.name, "when": when})
    shown = "change_appointments" in desk.allowed
    return redirect("desk:calls" if shown else "desk:today", desk.dealership.slug)


def nothing_fits_context(typed: Typed, deed: str, problem: Refusal | None) -> dict[str, Any]:
    """What the page shows of both ways; the one that was refused stays open. `problem` is about the way itself."""
    dealership = typed.desk.dealership
    by = promise_call(rulebook_of(dealership).calendar, clock.now())
    return {
        "wishes": typed.wishes,
        "words": typed.words,
        "waits": deed == WAIT,
        "calls_back": deed == CALL,
        "way_problem": problem or "",
        "promise": clock.say_moment(by, dealership.zone, page_language()) if by else "",
    }


def mistakes(typed: Typed, at_the_work: Refusal | None) -> list[dict[str, str]]:
    """Every sentence with the field that it leads to, for the top of the page; those about the work last."""
    forms = [form for form in (typed.form, typed.wishes, typed.words) if form.is_bound]
    found = [
        {**_field(form, name), "text": str(text)}
        for form in forms
        for name, texts in form.errors.items()
        for text in texts
    ]
    if at_the_work:
        found.append({"target": "work", "label": "", "text": str(at_the_work)})
    return found


def _field(form: Form, name: str) -> dict[str, str]:
    """Where a field is and what it is called; a sentence about the whole form has neither."""
    if name not in form.fields:
        return {"target": "", "label": ""}
    field = form[name]
    return {
        "target": f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label,
        "label": str(field.label),
    }


def _require_work(typed: Typed) -> None:
    """Raises Refusal; before anything else is looked up, so that it stands beside the other sentences."""
    if not typed.asked.services:
        raise Refusal(_("Choose at least one service."), code="no_service", field="services")
    if unanswered(typed.menu, typed.asked):
        raise Refusal(_("Please answer every question about the work."), code="unanswered", field="answers")


def unanswered(menu: Menu, asked: Asked) -> list[str]:
    """The names of the questions that need an answer and have none."""
    return [
        question["name"]
        for question in questions(menu, asked)
        if question["required"] and not any(choice["selected"] for choice in question["choices"])
    ]


def _wish(typed: Typed) -> str:
    """The caller's words, then what was answered, the transport and the address, as long as they fit."""
    wish: str = typed.words.cleaned_data["wish"]
    for part in _facts(typed):
        longer = f"{wish} · {part}" if wish else part
        wish = longer if len(longer) <= LONGEST_WISH else wish
    return wish


def _facts(typed: Typed) -> Iterator[str]:
    for question in questions(typed.menu, typed.asked):
        yield from (choice["label"] for choice in question["choices"] if choice["selected"])
    yield from (str(one["label"]) for one in transport_options(typed.menu, typed.asked) if one["selected"])
    if typed.form.contact and typed.form.contact.email:
        yield typed.form.contact.email
