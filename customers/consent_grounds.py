"""The answer that stands, in words: since when, until when, on which ground."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from customers.consents import Standing
from customers.models import ConsentKind
from dealerships.models import HOUSE_ZONE
from lib import clock


def say_standing(standing: Standing, language: str, *, zone: str = HOUSE_ZONE) -> dict[str, Any]:
    """`given`, `since`, `until` (days in words; blank when there is none) and `ground`, a sentence; blank for a no."""
    return {
        "given": standing.given,
        "since": _day(standing.since, language, zone) if standing.given or not standing.until else "",
        "until": _day(standing.until, language, zone) if standing.given else "",
        "ground": _ground(standing.ground) if standing.given else "",
    }


def _ground(kind: str) -> str:
    return {
        ConsentKind.EXPRESS.value: _("You said yes."),
        ConsentKind.IMPLIED_PURCHASE.value: _(
            "The law implies it for two years after work was done for you."
        ),
        ConsentKind.IMPLIED_INQUIRY.value: _("The law implies it for six months after you asked us."),
    }[kind]


def _day(moment: datetime | None, language: str, zone: str) -> str:
    return clock.say_date(clock.local(moment, zone), language, year=True) if moment else ""
