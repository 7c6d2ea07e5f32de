"""The journal's entries in words. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from booking.models import CapacityEdit
from dealerships.models import Dealership
from desk.staff_names import say_who, staff_names
from desk.words import page_language
from lib import clock

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what, who and when; who took it back and when, if anybody; whether it can be taken back now."""

    summary: str
    made: str
    undone: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Some changes, and the numbers of the pages beside them."""

    entries: list[Entry]
    newer: int | None
    older: int | None


def load_journal(dealership: Dealership, *, page: str, last: CapacityEdit | None) -> JournalPage:
    """A page of changes, newest first; a page that does not exist is the nearest one. Three queries."""
    rows = CapacityEdit.objects.filter(dealership=dealership).defer("before", "after")
    found = Paginator(rows.select_related("by", "undone_by"), A_PAGE).get_page(page)
    edits = list(found.object_list)
    names = staff_names(dealership, (user for edit in edits for user in (edit.by_id, edit.undone_by_id)))
    return JournalPage(
        entries=[_entry(edit, names, dealership.zone, last) for edit in edits],
        newer=found.previous_page_number() if found.has_previous() else None,
        older=found.next_page_number() if found.has_next() else None,
    )


def _entry(edit: CapacityEdit, names: Mapping[int, str], zone: str, last: CapacityEdit | None) -> Entry:
    undone = ""
    if edit.undone_at:
        words = {
            "who": say_who(edit.undone_by, names),
            "when": clock.say_moment(edit.undone_at, zone, page_language()),
        }
        undone = _("Taken back by %(who)s, %(when)s") % words
    made = (say_who(edit.by, names), clock.say_moment(edit.at, zone, page_language()))
    return Entry(
        summary=edit.summary_en if page_language() == "en" else edit.summary_fr,
        made=" · ".join(part for part in made if part),
        undone=undone,
        may_undo=last is not None and edit.pk == last.pk,
    )
