"""The register of destruction: what is kept how long and why, and what was removed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.retention import RULES
from customers.models import RetentionRun
from desk.access import Desk, DeskRequest, desk_page
from desk.views.shared import page
from desk.words import page_language
from lib import clock

MOST_RUNS = 60


@require_safe
@desk_page("handle_privacy")
def retention(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The schedule, and the last runs that removed anything, for the whole installation."""
    runs = [_run(run, desk.dealership.zone) for run in RetentionRun.objects.all()[:MOST_RUNS]]
    return render(request, "desk/seeing/retention.html", page(desk, rules=RULES, runs=runs))


def _run(run: RetentionRun, zone: str) -> dict[str, Any]:
    names = {rule.name: rule.what for rule in RULES}
    at, before = clock.local(run.at, zone), clock.local(run.before, zone)
    by_request = run.rule == "erasure"
    return {
        "what": names.get(run.rule) or (_("A customer, at their request") if by_request else run.rule),
        "at": f"{clock.say_date(at, page_language(), year=True)}, {clock.say_time(at, page_language())}",
        "before": "" if by_request else clock.say_date(before, page_language(), year=True),
        "rows": run.rows,
    }
