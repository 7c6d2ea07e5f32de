"""A customer's rights at the desk: everything known about them to hand out, and its removal."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.erase import erase_customer
from booking.known import known_of_customer
from booking.portability import as_json
from customers.access import customers_for
from customers.actions.access import record_act, record_opening
from customers.consent_grounds import say_standing
from customers.consent_words import topic_words
from customers.consents import all_standings
from customers.models import AccessRecord, Customer
from desk.access import Desk, DeskRequest, desk_page
from desk.views.shared import page
from desk.words import page_language
from lib import clock
from lib.errors import Refusal
from lib.names import search_key
from lib.phones import format_phone


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("handle_privacy")
def privacy(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """What may be done, and what stays; posting the customer's name, typed out, removes them."""
    customer = _customer(desk, pk)
    problem = ""
    if request.method == "POST":
        problem = _erase(request, desk, customer)
        if not problem:
            messages.success(request, _("Everything that told who this was has been removed."))
            return redirect("desk:privacy", pk)
    else:
        record_opening(dealership=desk.dealership, user=desk.user, customer=customer, words="privacy")
    context = page(desk, customer=customer, consents=_consents(desk, customer), problem=problem)
    return render(request, "desk/seeing/privacy.html", context, status=422 if problem else 200)


@require_safe
@desk_page("handle_privacy")
def privacy_data(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:  # noqa: ARG001
    """Everything in one JSON file; that it was handed out is kept."""
    customer = _customer(desk, pk)
    record_act(kind=AccessRecord.Kind.EXPORT, dealership=desk.dealership, user=desk.user, customer=customer)
    answer = HttpResponse(
        "".join(as_json(known_of_customer(customer))), content_type="application/json; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="creneau-{customer.pk}-{clock.now():%Y-%m-%d}.json"'
    )
    return answer


def _customer(desk: Desk, pk: int) -> Customer:
    """Of the group of the dealership in view: this person may have no such role in another."""
    mine = customers_for(desk.user).filter(group=desk.dealership.group_id).select_related("group")
    return get_object_or_404(mine, pk=pk)


def _erase(request: DeskRequest, desk: Desk, customer: Customer) -> str:
    """The sentence that says why not; blank when it is done."""
    if customer.erased_at:
        return ""
    typed = re.sub(r"\s+", " ", request.POST.get("name", "")).strip()
    # A name without a letter has no key: then it is compared as it stands.
    if (search_key(typed) or typed) != (search_key(customer.name) or customer.name):
        return _("Type the customer’s name as it stands above.")
    try:
        erase_customer(customer=customer, dealership=desk.dealership, user=desk.user)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _consents(desk: Desk, customer: Customer) -> list[dict[str, object]]:
    language = page_language()
    standings = all_standings([customer], at=clock.now())
    return [
        {
            "words": topic_words(place.topic, language),
            "address": format_phone(place.address, language)
            if place.topic.channel == "sms"
            else place.address,
            **say_standing(standing, language, zone=desk.dealership.zone),
        }
        for place, standing in standings.items()
    ]
