"""The visits that are to be moved, whatever stranded them: nothing is ever silently dropped."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from booking.stranded import stranded_visits
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.choices import mark_choices
from desk.capacity.facts import count_to_move
from desk.capacity.proposals import MOST_AT_ONCE, show_strandings
from desk.capacity.scopes import load_facts
from desk.converters import LAST_YEAR
from desk.views.capacity.moving import move_chosen
from desk.views.shared import page, today
from lib import clock


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("explain_capacity")
def to_move(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Each with what it should leave and its three nearest places; posted with `move`, those chosen are moved."""
    may_move = "change_appointments" in desk.allowed
    if "move" in request.POST and may_move:
        move_chosen(request, desk, request.POST)
        return redirect("desk:capacity-to-move", desk.dealership.slug)
    now = clock.now()
    first = today(desk)
    found = stranded_visits(desk.dealership, first, first.replace(year=LAST_YEAR, day=1))
    visits = show_strandings(found[:MOST_AT_ONCE], desk.dealership, load_facts(desk.dealership), now=now)
    context = page(
        desk,
        visits=mark_choices(visits, request.POST),
        rest=len(found) - len(visits),
        to_move=count_to_move(desk.dealership, now=now),
        may_move=may_move,
    )
    return render(request, "desk/capacity/stranded.html", context)


urlpatterns = [path("to-move/", to_move, name="capacity-to-move")]
