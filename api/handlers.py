"""From exceptions to answers, for everything that ninja, Django or an action may raise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from api.problems import Problem, RefusedHere, invalid, nothing_here, refusal_response
from lib.errors import Refusal
from lib.limits import TOO_MANY

logger = logging.getLogger("django.request")

Handler = Callable[[HttpRequest, Any], HttpResponse]
MOST_ERRORS = 40
LONGEST_PATH = 80

# By pydantic's type of error, or its beginning.
SENTENCES = {
    "missing": _("This is required."),
    "extra_forbidden": _("This field is unknown."),
    "string": _("Give a text."),
    "int": _("Give a whole number."),
    "greater_than": _("This number is too small."),
    "less_than": _("This number is too large."),
    "date_": _("Give a date such as 2026-12-08."),
    "list": _("Give a list."),
    "dict": _("Give an object of texts."),
    "model": _("Give an object."),
    "too_long": _("There are too many."),
    "too_short": _("Give at least one."),
}
UNUSABLE = _("This value can't be used.")


def add_handlers(api: NinjaAPI) -> None:
    """Let `api` answer every exception with JSON and a sentence."""
    handlers: dict[type[Exception], Handler] = {
        Problem: lambda _request, problem: problem.response(),
        Refusal: lambda _request, refusal: refusal_response(refusal),
        RefusedHere: lambda _request, here: refusal_response(
            here.refusal, zone=here.zone, within=here.within
        ),
        Http404: nothing_here,
        ValidationError: lambda _request, error: invalid(_by_field(error.errors)).response(),
        AuthenticationError: _answer_stranger,
        Throttled: lambda _request, _error: Problem(429, "too_many_requests", TOO_MANY).response(),
        HttpError: _answer_http_error,
        RequestDataTooBig: lambda _request, _error: too_large().response(),
        UnreadablePostError: lambda _request, _error: bad_json().response(),
        OperationalError: _answer_database,
        Exception: _answer_fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def too_large() -> Problem:
    return Problem(413, "too_large", _("That is more than this call takes."))


def bad_json() -> Problem:
    return Problem(400, "bad_json", _("The body is not valid JSON."))


def _by_field(errors: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in list(errors)[:MOST_ERRORS]:
        found.setdefault(_path(error["loc"]), []).append(_sentence(error["type"]))
    return {path: list(dict.fromkeys(sentences)) for path, sentences in found.items()}


def _path(location: tuple[object, ...]) -> str:
    """`customer.phone` from where pydantic found it, without the source and our own parameter's name."""
    skip = 2 if location[0] == "body" else 1
    return ".".join(str(part) for part in location[skip:])[:LONGEST_PATH] or "body"


def _sentence(kind: str) -> str:
    return str(next((text for start, text in SENTENCES.items() if kind.startswith(start)), UNUSABLE))


def _answer_stranger(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    message = _("This call needs a valid key, or the token of the appointment's link.")
    return Problem(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"}).response()


def _answer_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what the parser raises."""
    cause = error.__cause__
    return (cause if isinstance(cause, Problem) else bad_json()).response()


def _answer_database(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database is away or overloaded: whoever calls may try again."""
    logger.error("%s %s: the database does not answer", request.method, request.path, exc_info=error)
    message = _("Our system is busy at this moment. Please try again in a few seconds.")
    return Problem(503, "busy", message, headers={"Retry-After": "5"}).response()


def _answer_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s: %s", request.method, request.path, type(error).__name__, exc_info=error)
    return Problem(500, "fault", _("Something went wrong on our side. Nothing was booked.")).response()
