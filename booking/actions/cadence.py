"""Changing when and how a dealership sends what the system starts."""

from __future__ import annotations

import logging
from datetime import time
from functools import partial

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from lib.languages import is_english
from notifications.actions.wake import wake
from notifications.cadence import cadences_of, columns_of
from notifications.hours import widest_hours
from notifications.kinds import KINDS, When
from notifications.models import Cadence, CadenceChange

logger = logging.getLogger(__name__)

# Plans again what is planned; the horizon's job does it too, should the worker never hear of it.
TASK = "booking.replan_messages"
# The second of each two asks or reminds once more, and its name says so: it leaves after the first.
IN_TURN = (("reconfirm", "reconfirm_again"), ("reminder_3d", "reminder_1d"))


class OutOfHours(Refusal):
    def __init__(self) -> None:
        language = "en" if is_english(get_language() or "fr") else "fr"
        opens, closes = widest_hours()
        super().__init__(
            _(
                "Nothing commercial leaves at that hour: it would wait until %(opens)s. Choose an hour from "
                "%(opens)s on and before %(closes)s."
            )
            % {"opens": clock.say_time(opens, language), "closes": clock.say_time(closes, language)},
            code="out_of_hours",
            field="at",
        )


class OutOfTurn(Refusal):
    def __init__(self, first: str, second: str) -> None:
        names = {"first": KINDS[first].label, "second": KINDS[second].label}
        super().__init__(
            _("“%(second)s” leaves after “%(first)s”: choose another day or hour for one of them.") % names,
            code="out_of_turn",
            field="days",
        )


def check_cadence(*, dealership: Dealership, kind: str, when: When) -> None:
    """Whether a kind may go out like this. One query. Raises OutOfHours for a commercial one at an hour at which
    nothing commercial ever leaves, OutOfTurn for a second message that would leave before its first.
    """
    opens, closes = widest_hours()
    if KINDS[kind].purpose and when.at is not None and not opens <= when.at < closes:
        raise OutOfHours
    cadences = {**cadences_of(dealership), kind: when}
    for first, second in IN_TURN:
        early, late = cadences[first], cadences[second]
        if kind in (first, second) and early.active and late.active and _turn(late) <= _turn(early):
            raise OutOfTurn(first, second)


@transaction.atomic
def change_cadence(*, dealership: Dealership, kind: str, when: When | None, by: User) -> None:
    """Keep the dealership's own cadence of a kind, or go back to the usual one with None; what is planned follows.

    Visits to come are planned again by a worker after the commit; what is due by a vehicle's calendar keeps what is
    planned already (booking/actions/due.py). Raises Refusal for a kind that the system does not start, and what
    check_cadence raises.
    """
    usual = KINDS[kind].usual if kind in KINDS else None
    if usual is None:
        raise Refusal(_("This message has no cadence."), code="not_offered", field="kind")
    check_cadence(dealership=dealership, kind=kind, when=when or usual)
    if when is None:
        Cadence.objects.filter(dealership=dealership, kind=kind).delete()
    else:
        Cadence.objects.update_or_create(dealership=dealership, kind=kind, defaults=columns_of(when))
    CadenceChange.objects.create(dealership=dealership, kind=kind, by=by, to_usual=when is None)
    logger.info("%s changed when %s is sent at %s.", by, kind, dealership.slug)
    transaction.on_commit(partial(wake, TASK, dealership.pk, kind), robust=True)


def _turn(when: When) -> tuple[int, time]:
    """Where it stands among what counts from the same day."""
    assert when.days is not None and when.at is not None
    return when.days, when.at
