"""How was it? One question about a visit, from the link in its message. Looking saves nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.access import reviewed_by_digest
from booking.actions.review import BAD, CHANGES_FOR, SCORES, may_review, review_visit
from booking.models import Appointment, Review
from booking.views.access import private, remember_link, remembered_link
from booking.views.journey import see_other
from booking.views.manage import LINKS_AN_ADDRESS, opens_nothing, silent
from booking.views.site import render_page
from booking.views.words import page_language
from lib import clock, tokens
from lib.errors import Refusal
from lib.limits import limited

REMEMBERED = "reviews"


@limited("manage-link", LINKS_AN_ADDRESS)
@require_safe
def open_review(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the question, in the visit's language, with the score that was tapped; the address keeps the secret."""
    visit = reviewed_by_digest(tokens.digest(token)) if tokens.is_token(token) else None
    if visit is None:
        return opens_nothing(request)
    slug = visit.dealership.slug
    remember_link(request, REMEMBERED, slug, visit.link_digest)
    with translation.override(visit.language):
        url = reverse("review", args=[slug])
    score = _score(request.GET.get("score", ""))
    return silent(see_other(f"{url}?score={score}" if score else url))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The question; what was answered may be changed for a week."""
    visit = _visit(request, slug)
    if visit is None:
        return private(redirect("find", slug))
    if request.method == "POST":
        return private(_keep(request, visit))
    earlier = Review.objects.filter(appointment=visit).first()
    chosen = _score(request.GET.get("score", "")) or (earlier.score if earlier else 0)
    return private(_show(request, visit, chosen, earlier.words if earlier else ""))


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponseBase:
    """It is kept; who was served badly is told that somebody will call."""
    visit = _visit(request, slug)
    given = Review.objects.filter(appointment=visit).first() if visit else None
    if visit is None or given is None:
        return private(redirect("find", slug))
    until = clock.local(given.at + CHANGES_FOR, visit.zone).date()
    context = {
        "appointment": visit,
        "score": given.score,
        "bad": given.score <= BAD,
        "until": clock.say_date(until, page_language()),
        "may_change": may_review(visit, given, now=clock.now()),
    }
    return private(render_page(request, "booking/review_thanks.html", visit.dealership, context))


def _keep(request: HttpRequest, visit: Appointment) -> HttpResponse:
    score, words = _score(request.POST.get("score", "")), request.POST.get("words", "")
    try:
        review_visit(appointment=visit, score=score, words=words)
    except Refusal as refusal:
        return _show(request, visit, score, words, refusal)
    return see_other(reverse("review-thanks", args=[visit.dealership.slug]))


def _show(
    request: HttpRequest, visit: Appointment, score: int, words: str, refusal: Refusal | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "appointment": visit,
        "day": clock.say_date(visit.local_date, page_language()),
        "scores": [(number, word) for number, word in enumerate(_words(), 1)],
        "score": score,
        "words": words[:20_000],
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render_page(request, "booking/review.html", visit.dealership, context, status=status)


def _words() -> list[str]:
    """What each score means, from 1 to 5."""
    return [_("Poor"), _("Not great"), _("All right"), _("Good"), _("Very good")]


def _visit(request: HttpRequest, slug: str) -> Appointment | None:
    """The visit that this browser's link asks about."""
    digest = remembered_link(request, REMEMBERED, slug)
    visit = reviewed_by_digest(digest) if digest else None
    return visit if visit and visit.dealership.slug == slug else None


def _score(text: str) -> int:
    """A score from 1 to 5; 0 for anything else."""
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() and int(text) in SCORES else 0
