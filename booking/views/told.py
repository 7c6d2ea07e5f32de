"""What was said about the vehicle besides the work: its problem, photos, kilometres, the visit that did not cure it."""

from __future__ import annotations

from typing import Any

from booking.actions.photos import photos_of, remove_draft_photos
from booking.models import Appointment
from booking.views.due import odometer_of, say_km
from booking.views.earlier import find_earlier
from booking.views.journey import Journey
from booking.views.photos import Owner, draft_owner, photos_context
from booking.views.words import page_language
from lib import clock


def starts_from_problem(journey: Journey) -> bool:
    """Whether a chosen service asks what is wrong; what was said for one that is chosen no more is not passed on."""
    return any(journey.menu[code].asks_problem for code in journey.draft.services if code in journey.menu)


def told(journey: Journey) -> dict[str, Any]:
    """As booking.actions.book.Request takes it."""
    kilometres = {"odometer": odometer_of(journey)}
    if not starts_from_problem(journey):
        return kilometres
    return {
        **kilometres,
        "problem": journey.draft.problem,
        "same_as": _same_as(journey),
        "photos_of": journey.draft.name,
    }


def told_digest(journey: Journey) -> list[Any]:
    """What a page shows of it, to be compared with what is booked."""
    if not starts_from_problem(journey):
        return []
    photos = photos_of(dealership=journey.dealership, holder=journey.draft.name)
    draft = journey.draft
    return [draft.problem, draft.same_as, [str(photo) for photo in photos.values_list("pk", flat=True)]]


def told_context(journey: Journey) -> dict[str, Any]:
    """For the check page; empty when there is nothing to show."""
    odometer = odometer_of(journey)
    said: dict[str, Any] = {"odometer": say_km(odometer) if odometer is not None else ""}
    if starts_from_problem(journey):
        earlier = _same_as(journey)
        said["problem"] = journey.draft.problem
        said["same_as"] = clock.say_date(earlier.local_date, page_language(), year=True) if earlier else ""
        said["photos"] = photos_context(draft_owner(journey))["shown"]
        said["any"] = bool(said["problem"] or said["same_as"] or said["photos"])
    return {"told": said}


def forget_told(journey: Journey) -> None:
    """Once it is booked: photos that did not go with the visit belong to nobody any more."""
    owner: Owner = draft_owner(journey)
    if owner.holder:
        remove_draft_photos(dealership=owner.dealership, holder=owner.holder)


def _same_as(journey: Journey) -> Appointment | None:
    return find_earlier(journey, journey.draft.same_as) if journey.draft.same_as else None
