"""What every answer of the API has in common: its language, no caching, and JSON whatever happened."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from api.problems import Problem, nothing_here
from lib.languages import is_english

View = Callable[..., HttpResponseBase]


def speaking(view: View) -> View:
    """The view in the language of `?lang=` or Accept-Language, never cached, with JSON for a wrong method."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = _answer(view, request, *args, **kwargs)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return wrapper


def _answer(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        return nothing_here(request)
    return _wrong_method(response) if response.status_code == 405 else response


def language_of(request: HttpRequest) -> str:
    """The first of our languages that the client names; French when it names none."""
    wanted = request.GET.get("lang")
    names = [wanted] if wanted else [name for name, _weight in _accepted(request)]
    for name in names:
        if name.partition("-")[0].lower() in dict(settings.LANGUAGES):
            return "en" if is_english(name) else "fr"
    return "fr"


def _accepted(request: HttpRequest) -> tuple[tuple[str, float], ...]:
    return parse_accept_lang_header(request.headers.get("Accept-Language", ""))


def _wrong_method(response: HttpResponseBase) -> HttpResponseBase:
    message = _("This address does not take that method.")
    return Problem(
        405, "method_not_allowed", message, headers={"Allow": response.headers["Allow"]}
    ).response()
