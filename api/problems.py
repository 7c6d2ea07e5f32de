"""Every refusal of the API: a status, a code for programs and a sentence for people, always as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _

from booking.actions.book import AlreadyBooked
from booking.actions.retry import Busy
from booking.answers import start_answer
from booking.errors import NotPossible, SlotTaken, Stale
from customers.details import Invalid
from lib.errors import Refusal

# Somebody else's act, or the present state, made it impossible.
CONFLICTS = (SlotTaken, Stale, NotPossible, AlreadyBooked)
RETRY_AFTER_BUSY = 2  # seconds
CHECK_FIELDS = _("Some of what was sent can't be used; see errors.")


class Problem(Exception):  # noqa: N818 - an answer, not a fault
    """An answer other than the one that was hoped for."""

    def __init__(
        self,
        status: int,
        code: str,
        message: object,
        *,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.errors, self.headers = errors, headers or {}

    def response(self) -> JsonResponse:
        body: dict[str, Any] = {"code": self.code, "message": str(self.message)}
        if self.errors is not None:
            body["errors"] = dict(self.errors)
        return JsonResponse(body, status=self.status, headers=dict(self.headers))


def not_found(message: object) -> Problem:
    return Problem(404, "not_found", message)


def invalid(errors: Mapping[str, list[str]]) -> Problem:
    """422: sentences by field, the fields named by their path, such as `customer.phone`."""
    return Problem(422, "invalid", CHECK_FIELDS, errors=errors)


class RefusedHere(Exception):  # noqa: N818 - a refusal and its place, not a fault
    """A refusal, with what its answer needs to know: the zone of the times, and what stands before the fields."""

    def __init__(self, refusal: Refusal, *, zone: str = "UTC", within: str = "") -> None:
        super().__init__(refusal.code)
        self.refusal, self.zone, self.within = refusal, zone, within


def refusal_response(refusal: Refusal, *, zone: str = "UTC", within: str = "") -> JsonResponse:
    """What an action's refusal is answered with: 409, 503, or 422 with sentences by field."""
    if isinstance(refusal, SlotTaken):
        alternatives = [start_answer(start, zone) for start in refusal.alternatives]
        body = {"code": refusal.code, "message": str(refusal), "alternatives": alternatives}
        return JsonResponse(body, status=409)
    if isinstance(refusal, CONFLICTS):
        return Problem(409, refusal.code, refusal).response()
    if isinstance(refusal, Busy):
        return Problem(503, refusal.code, refusal, headers={"Retry-After": str(RETRY_AFTER_BUSY)}).response()
    found = refusal.errors if isinstance(refusal, Invalid) else {refusal.field: [str(refusal)]}
    errors = {f"{within}{field}": sentences for field, sentences in found.items() if field}
    return Problem(422, refusal.code, CHECK_FIELDS if errors else refusal, errors=errors).response()


def nothing_here(_request: HttpRequest, *_args: object, **_kwargs: object) -> JsonResponse:
    """The answer at every address of the API that does not exist."""
    return not_found(_("There is nothing at this address.")).response()
