"""What a customer says about a visit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions.history import CUSTOMER, record, snapshot
from booking.errors import NotPossible
from booking.models import Appointment, EventKind, Review, Status
from lib import clock
from lib.errors import Refusal
from lib.text import clean_note
from notifications.actions.conversations import leave_waiting, open_conversation

SCORES = range(1, 6)
# Somebody should call who was served so badly.
BAD = 2
CHANGES_FOR = timedelta(days=7)
LONGEST = 1000


def may_review(appointment: Appointment, earlier: Review | None, *, now: datetime) -> bool:
    """Whether the visit may be rated, or the rating changed: a week long."""
    if appointment.status != Status.COMPLETED:
        return False
    return earlier is None or now < earlier.at + CHANGES_FOR


def review_visit(*, appointment: Appointment, score: int, words: str, now: datetime | None = None) -> Review:
    """Keep the customer's score, 1 to 5, and words; saying it again within a week replaces them.

    After a bad score their conversation waits for an answer. Raises Refusal for another score, NotPossible when the
    visit is not over, or when the week is.
    """
    if score not in SCORES:
        raise Refusal(_("Choose one of the five."), code="not_offered", field="score")
    text = clean_note(words, limit=LONGEST, field="words")
    moment = now or clock.now()
    with transaction.atomic():
        visit = Appointment.objects.select_for_update().get(pk=appointment.pk)
        earlier = Review.objects.filter(appointment=visit).first()
        if not may_review(visit, earlier, now=moment):
            raise NotPossible(_("This visit can no longer be rated here. Please call us."))
        if earlier and (earlier.score, earlier.words) == (score, text):
            return earlier
        review = earlier or Review(appointment=visit, at=moment)
        review.score, review.words = score, text
        review.save()
        record(visit, EventKind.REVIEWED, CUSTOMER, old=snapshot(visit), score=score)
        if score <= BAD:
            _let_somebody_answer(visit, moment)
        return review


def _let_somebody_answer(visit: Appointment, now: datetime) -> None:
    conversation = open_conversation(
        dealership=visit.dealership,
        customer=visit.customer,
        channel="sms" if visit.contact_phone else "email",
        language=visit.language,
    )
    leave_waiting(conversation=conversation, now=now)
