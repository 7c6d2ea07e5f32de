"""A dealership's logo, as a picture whose address changes with it."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.views.site import find_dealership
from dealerships.logos import kept_logo


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def logo(request: HttpRequest, slug: str, mark: str) -> HttpResponseBase:  # noqa: ARG001 - Django's
    """The PNG; 404 for one that was replaced, or whose file is gone."""
    dealership = find_dealership(slug)
    kept = kept_logo(dealership)
    if kept is None or kept.mark != mark:
        raise Http404
    try:
        picture = dealership.logo.storage.open(str(dealership.logo.name))
    except OSError:
        raise Http404 from None
    return FileResponse(picture, content_type="image/png")
