"""What a browser gets when something broke."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

COME_BACK_AFTER = 5  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """500.html; but 503.html, with when to come back, if it is only the database that does not answer.

    Django calls this while it handles the exception. No context processors: they may need the database.
    """
    if not isinstance(sys.exc_info()[1], OperationalError):
        return defaults.server_error(request)
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(COME_BACK_AFTER)})
