"""Step 2: what is to be done, with the questions that each service asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.expiry import release_hold
from booking.idempotency import fingerprint
from booking.menu import MenuItem, plan
from booking.models import Appointment
from booking.views.due import due_context
from booking.views.earlier import earlier_visits, visit_choices
from booking.views.journey import Journey, see_other, start_journey
from booking.views.photos import change_photos, draft_owner, photos_context, too_late
from booking.views.service_tiles import answer_field, found_items, so_far, tile
from booking.views.summary import show_step
from booking.views.words import page_language
from customers.details import read_odometer
from lib.errors import Refusal
from lib.text import clean_note

PROBLEM_LIMIT = 1000
# Buttons that save what is chosen and come back to this page instead of going on.
STAYING = ("search", "look", "add_service", "add_photos", "remove_photo")


@dataclass(slots=True)
class Posted:
    """What was wrong with what the form said: sentences by the id of the field, and what was typed there."""

    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    asked_before: set[str] = field(default_factory=set)

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.photos)


@require_http_methods(["GET", "HEAD", "POST"])
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the menu, or take what is chosen; without JavaScript the questions come with a second look."""
    journey = start_journey(request, slug)
    if not journey.may_open("services"):
        if request.FILES and request.POST.get("draft", "") != journey.draft.name:
            messages.error(request, too_late())
        return see_other(journey.url(journey.first_missing))
    if request.method != "POST":
        return _show(journey, Posted())
    posted = Posted(asked_before={name for name in request.POST.getlist("asked") if name in journey.menu})
    if request.FILES or "remove_photo" in request.POST:
        posted.photos = change_photos(request, draft_owner(journey)).sentences
        before, journey = journey, journey.reread()
        if request.FILES and _comes_late(journey, before):
            return _keep_newer(journey, posted)
    _take(journey, posted)
    journey = journey.again()
    button = _button(request)
    if button:
        return _show(journey, posted, status=422) if posted.wrong else _come_back(journey, button)
    refusal = _refusal(journey)
    if refusal is None and not posted.wrong:
        return journey.go_on()
    return _show(journey, posted, refusal=refusal, status=422)


def _button(request: HttpRequest) -> str:
    """Which of the buttons that stay here was pressed; empty for the one that goes on.

    The Enter key presses the first button of the form, which is the search's, wherever in the form one is.
    """
    form = request.POST
    pressed = next((name for name in STAYING if name in form), "")
    says = (form.get(name, "").strip() for name in ("q", "searched", "odometer"))
    return "" if pressed == "search" and not any(says) else pressed


def _comes_late(journey: Journey, before: Journey) -> bool:
    """Whether another tab has booked, or changed this step, since the page was shown whose photos took their time."""
    form, seen, name = journey.request.POST, _seen(journey), journey.draft.name
    return name != before.draft.name or form.get("draft", name) != name or form.get("seen", seen) != seen


def _keep_newer(journey: Journey, posted: Posted) -> HttpResponse:
    """Nothing of an old form but its photos is taken; the page as it is now says so."""
    newer = _(
        "Your photos took a while, and you changed this page in another tab meanwhile. Your newer choice is kept."
    )
    for sentence in posted.photos if too_late() in posted.photos else [*posted.photos, newer]:
        messages.error(journey.request, sentence)
    return see_other(journey.url("services" if journey.may_open("services") else journey.first_missing))


def _seen(journey: Journey) -> str:
    """A digest of what this step's form says."""
    draft = journey.draft
    odometer = draft.vehicle.get("odometer", "")
    return fingerprint([draft.services, draft.answers, draft.problem, draft.same_as, odometer])


def _take(journey: Journey, posted: Posted) -> None:
    """What the form says becomes the draft's, less what is refused; another basket needs another time."""
    request, draft = journey.request, journey.draft
    wanted = {*request.POST.getlist("service"), request.POST.get("add_service", "")}
    chosen = [code for code in journey.offered if code in wanted]
    for item in _unfit(journey, wanted):
        posted.errors.setdefault("id_service_0", _not_for_this(item))
    answers = dict(_answers(journey, chosen))
    if (chosen, answers) != (draft.services, draft.answers):
        draft.services, draft.answers, draft.start = chosen, answers, ""
        if journey.held:
            release_hold(hold=journey.held)
    _take_words(journey, posted)
    journey.save()


def _take_words(journey: Journey, posted: Posted) -> None:
    """The odometer, the problem, and the earlier visit that it is the same as; what is not in the form stays."""
    form, draft = journey.request.POST, journey.draft
    try:
        if "odometer" in form:
            typed = form["odometer"].strip()
            odometer = str(read_odometer(typed)) if typed else ""
            draft.vehicle = {**draft.vehicle, "odometer": odometer}
    except Refusal as refusal:
        posted.errors["id_odometer"], posted.typed["odometer"] = str(refusal), form["odometer"][:20]
    try:
        if "problem" in form:
            draft.problem = clean_note(form["problem"], limit=PROBLEM_LIMIT, field="problem")
    except Refusal as refusal:
        posted.errors["id_problem"], posted.typed["problem"] = str(refusal), form["problem"]
    if "same_as" in form:
        known = {visit.reference for visit in earlier_visits(journey)} if form["same_as"] else set()
        draft.same_as = form["same_as"] if form["same_as"] in known else ""


def _answers(journey: Journey, chosen: list[str]) -> Iterator[tuple[str, str]]:
    for code in chosen:
        for question in journey.menu[code].questions:
            answer = journey.request.POST.get(answer_field(code, question), "")
            if question.find(answer):
                yield question.code, answer


def _unfit(journey: Journey, codes: set[str]) -> list[MenuItem]:
    """The services among these that are not offered for this vehicle."""
    return [item for code, item in journey.menu.items() if code in codes and code not in journey.offered]


def _not_for_this(item: MenuItem) -> str:
    sentence = _("%(service)s is not offered for this vehicle: it does not need it.")
    return sentence % {"service": item.name(page_language())}


def _come_back(journey: Journey, button: str) -> HttpResponse:
    """The same page, where the button was: with what is searched for, or at what has changed."""
    typed = journey.request.POST.get("q", "").strip()
    query = f"?{urlencode({'q': typed})}" if button == "search" and typed else ""
    place = {"add_service": "services", "add_photos": "photos", "remove_photo": "photos"}.get(button, "")
    return see_other(journey.url("services") + query + (f"#{place}" if place else ""))


def _refusal(journey: Journey) -> Refusal | None:
    if journey.draft.services and not journey.transports:
        return Refusal(
            _("These services can't be booked together online. Please call us, or choose fewer."),
            field="services",
        )
    try:
        plan(journey.offered, journey.basket)
    except Refusal as refusal:
        return refusal
    return None


def _show(
    journey: Journey, posted: Posted, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    chosen = set(journey.draft.services)
    tiles = [tile(journey, item, tell=item.code in posted.asked_before) for item in journey.offered.values()]
    errors = [*_error_lines(tiles, posted)]
    # A question that nobody has seen yet is not a mistake: the page comes again, with it.
    wrong = refusal if refusal and (refusal.field != "answers" or errors) else None
    typed = journey.request.GET.get("q", "")
    visits = earlier_visits(journey)
    context: dict[str, Any] = {
        **found_items(journey, tiles, typed),
        "error": _headline(wrong, errors),
        "errors": errors,
        "answer_now": _first_question(tiles) if refusal and not wrong and not posted.wrong else "",
        "left_out": [_not_for_this(item) for item in _unfit(journey, chosen)],
        "vehicle": journey.vehicle,
        "chosen_services": journey.draft.services,
        "odometer_error": posted.errors.get("id_odometer", ""),
        "due": _due(journey, posted, visits),
        "so_far": so_far(journey),
        "seen": _seen(journey),
        **_problem(journey, posted, visits),
    }
    return show_step(journey, "services", context, status=status if wrong or posted.wrong else 200)


def _first_question(tiles: list[dict[str, Any]]) -> str:
    """The field of the first question that waits for an answer."""
    asked = (question for one in tiles if one["selected"] for question in one["questions"])
    waiting = (one["field"] for one in asked if not any(choice["selected"] for choice in one["choices"]))
    return next((f"id_{name}_0" for name in waiting), "id_service_0")


def _headline(wrong: Refusal | None, errors: list[dict[str, str]]) -> str:
    if wrong:
        return str(wrong)
    return _("Please check what is marked below.") if errors else ""


def _error_lines(tiles: list[dict[str, Any]], posted: Posted) -> Iterator[dict[str, str]]:
    """Each sentence with the id of the field that it is about."""
    for one in tiles:
        for question in one["questions"]:
            if question["error"]:
                yield {"id": f"id_{question['field']}_0", "text": f"{one['name']}, {question['label']}"}
    for name, sentence in posted.errors.items():
        yield {"id": name, "text": sentence}
    for sentence in posted.photos:
        yield {"id": "id_photos", "text": sentence}


def _due(journey: Journey, posted: Posted, visits: list[Appointment]) -> dict[str, Any] | None:
    due = due_context(journey, visits)
    if due and "odometer" in posted.typed:
        return {**due, "asks": True, "odometer": posted.typed["odometer"]}
    return due


def _problem(journey: Journey, posted: Posted, visits: list[Appointment]) -> dict[str, Any]:
    """What a service asks that starts from a problem; nothing when the menu has none of those."""
    if not any(item.asks_problem for item in journey.offered.values()):
        return {"asks_problem": False}
    owner = draft_owner(journey)
    return {
        "asks_problem": True,
        "problem": posted.typed.get("problem", journey.draft.problem),
        "problem_error": posted.errors.get("id_problem", ""),
        "problem_limit": PROBLEM_LIMIT,
        "earlier": visit_choices(visits, journey.draft.same_as),
        "photos": photos_context(owner, sentences=posted.photos),
    }
