"""Who last changed a cadence, and when."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dealerships.models import Dealership
from desk.staff_names import say_who, staff_names
from desk.words import page_language
from lib import clock
from notifications.models import CadenceChange


def last_changes(dealership: Dealership) -> dict[str, str]:
    """A sentence for each kind whose cadence was ever changed here, by kind. Two queries."""
    newest = CadenceChange.objects.filter(dealership=dealership).order_by("kind", "-at", "-pk")
    changes = list(newest.distinct("kind").select_related("by"))
    names = staff_names(dealership, (one.by_id for one in changes))
    return {one.kind: _say(one, say_who(one.by, names), dealership.zone) for one in changes}


def _say(change: CadenceChange, who: str, zone: str) -> str:
    day = clock.say_date(clock.local(change.at, zone).date(), page_language(), year=True)
    sentence = (
        _("Put back to the usual by %(who)s, %(day)s at %(time)s")
        if change.to_usual
        else _("Last changed by %(who)s, %(day)s at %(time)s")
    )
    time = clock.say_time(clock.local(change.at, zone), page_language())
    return sentence % {"who": who, "day": day, "time": time}
