"""The register of destruction: what is kept how long and why, and what was removed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.actions.erase import RULE as BY_REQUEST
from booking.retention import RULES
from customers.models import Customer, RetentionRun
from desk.access import Desk, DeskRequest, desk_page
from desk.views.shared import page
from desk.words import page_language, say_count
from lib import clock

MOST_RUNS = 60


@require_safe
@desk_page("handle_privacy")
def retention(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The schedule, and the last runs that removed anything: the jobs' for everybody, and the group's own erasures."""
    runs = [_run(run, desk.dealership.zone) for run in _runs(desk)[:MOST_RUNS]]
    return render(request, "desk/seeing/retention.html", page(desk, rules=RULES, runs=runs))


def _runs(desk: Desk) -> QuerySet[RetentionRun]:
    """A line of an erasure names nobody, also not the group: it is the one of who was erased at that very moment."""
    erased = Customer.objects.filter(group=desk.dealership.group_id, erased_at__isnull=False)
    return RetentionRun.objects.filter(~Q(rule=BY_REQUEST) | Q(at__in=erased.values("erased_at")))


def _run(run: RetentionRun, zone: str) -> dict[str, Any]:
    names = {rule.name: rule.what for rule in RULES}
    at, before = clock.local(run.at, zone), clock.local(run.before, zone)
    by_request = run.rule == BY_REQUEST
    return {
        "what": names.get(run.rule) or (_("A customer, at their request") if by_request else run.rule),
        "at": f"{clock.say_date(at, page_language(), year=True)}, {clock.say_time(at, page_language())}",
        "before": "" if by_request else clock.say_date(before, page_language(), year=True),
        "rows": say_count(run.rows),
    }
