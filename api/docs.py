"""The page that describes the API: ninja's own Swagger, from our own server."""

from __future__ import annotations

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from ninja.openapi.docs import Swagger

from api.v1 import api


@csp_update({"style-src": ["'unsafe-inline'"]})
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger sets styles of its own, hence the one exception to our policy, for this page alone."""
    return Swagger().render_page(request, api)
