"""Who is calling: the search, and the customer's record."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from customers.access import customers_for
from customers.actions.access import record_opening, record_search
from customers.models import Customer
from customers.search import find_customers
from desk.access import Desk, DeskRequest, desk_page
from desk.callers import appointment_named, next_visits, visits_of
from desk.card import language_name
from desk.seeing.flags import shown_flags
from desk.views.shared import page
from desk.words import page_language
from lib import clock
from lib.phones import format_phone
from lib.text import without_controls


@require_safe
@desk_page("search_customers")
def caller(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Find by phone, name, plate, VIN or reference; one customer alone is opened at once. Every search is kept."""
    words = " ".join(without_controls(request.GET.get("q", "")).split())
    if not words:
        return render(request, "desk/caller.html", page(desk))
    record_search(dealership=desk.dealership, user=desk.user, words=words)
    visit = appointment_named(desk.user, words)
    if visit:
        return redirect("desk:appointment", visit.dealership.slug, visit.reference)
    found = find_customers(customers_for(desk.user), words)
    if len(found.customers) == 1:
        return _record(request, desk, found.customers[0], words)
    coming = next_visits(desk.user, found.customers, now=clock.now())
    rows = [_row(customer) | {"next": coming.get(customer.pk)} for customer in found.customers]
    return render(
        request, "desk/caller.html", page(desk, query=words, rows=rows, more=found.more, searched=True)
    )


@require_safe
@desk_page("search_customers")
def customer(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """One customer's record; the opening is kept."""
    return _record(request, desk, get_object_or_404(customers_for(desk.user), pk=pk))


def _record(request: DeskRequest, desk: Desk, found: Customer, words: str = "") -> HttpResponse:
    record_opening(dealership=desk.dealership, user=desk.user, customer=found, words=words)
    context = page(
        desk,
        query=words,
        customer=_row(found),
        flags=shown_flags(desk, phone=found.phone, email=found.email),
        may_handle_privacy="handle_privacy" in desk.allowed,
        erased=found.erased_at is not None,
        visits=visits_of(desk.user, found, now=clock.now()),
    )
    return render(request, "desk/customer.html", context)


def _row(found: Customer) -> dict[str, Any]:
    return {
        "pk": found.pk,
        "name": found.name,
        "phone": format_phone(found.phone, page_language()) if found.phone else "",
        "phone_link": found.phone,
        "email": found.email,
        "language": language_name(found.language),
        "vehicles": list(found.vehicles.all()),
    }
