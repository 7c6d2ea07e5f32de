"""What is said about winter tires where tires are chosen and where their day is."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from booking.models import Skill
from booking.views.journey import Journey
from booking.views.site import today_at
from booking.views.words import page_language
from booking.winter import winter_note
from lib import clock


def winter_of(journey: Journey) -> str:
    """The sentence for booking/_winter.html, when tires are among what is chosen and winter is near."""
    chosen = (journey.menu[code] for code in journey.draft.services if code in journey.menu)
    if not any(item.skill == Skill.TIRES for item in chosen):
        return ""
    return winter_words(today_at(journey.dealership))


def winter_words(today: date) -> str:
    """The law from September on, and from when winter tires may come off again while it is in force."""
    note = winter_note(today)
    if note is None:
        return ""
    law = _("Winter tires are mandatory from December 1 to March 15.")
    if not note.in_force:
        return law
    day = clock.say_date(note.may_remove_from, page_language())
    return f"{law} {_('To have them taken off, choose %(date)s or later.') % {'date': day}}"
