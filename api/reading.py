"""Reading what clients send: strict JSON, and nothing that was not asked for."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from api.handlers import bad_json, too_large
from api.problems import Problem, invalid
from lib import clock

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_BYTES = 256 * 1024


class StrictParser(Parser):
    """JSON in UTF-8 of the type application/json; no NaN, no Infinity, nothing that Python can't hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Problem(415, "unsupported_type", _("Send JSON, with the type application/json."))
        if len(request.body) > MOST_BYTES:
            raise too_large()
        try:
            return json.loads(request.body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise bad_json() from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """Raise Problem 422 for a query parameter that the call does not have."""
    unknown = sorted(set(request.GET) - {*known, "lang"})
    if unknown:
        raise invalid({name[:80]: [_("This field is unknown.")] for name in unknown[:20]})


def read_start(text: str) -> datetime:
    """The moment (UTC) of an ISO 8601 text with an offset; Problem 422 otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise invalid({"start": [_("Give a time with its offset, such as 2026-12-08T08:30:00-05:00.")]})
    return clock.local(moment, "UTC")


def read_answers(pairs: Collection[str]) -> dict[str, str]:
    """{question: choice} from `rims:on`; Problem 422 for anything else."""
    answers = dict(pair.partition(":")[::2] for pair in pairs)
    if not all(question and choice for question, choice in answers.items()):
        raise invalid({"answer": [_("Give each answer as question:choice, such as rims:on.")]})
    return answers
