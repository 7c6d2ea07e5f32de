"""What follows a make and a model while they are typed: the list of models, the fuels that are possible.

Without JavaScript nothing asks for it, and nothing is missed: whatever is typed is accepted.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.vehicle_choices import fuel_choices, models_of


@require_safe
@cache_control(max_age=3600)
def models(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001 - the same everywhere
    """The options of the model's datalist, for a make and a year if it is given."""
    return render(request, "booking/_models.html", {"models": models_of(request.GET)})


@require_safe
@cache_control(max_age=3600)
def fuels(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001 - the same everywhere
    """The question of what drives it, when a make, model and year leave several answers; else nothing."""
    return render(request, "booking/_fuels.html", {"fuels": fuel_choices(request.GET)})
