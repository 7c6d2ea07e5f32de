"""The journal of capacity: what managers changed, and taking the last change back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.actions.edit import lock_settings, make_pools, next_edition
from booking.actions.rule_rows import ChangedSince, restore, snow_turn
from booking.models import CapacityEdit
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal

__all__ = ["ChangedSince", "NothingToUndo", "last_edit", "undo_last_edit"]


class NothingToUndo(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is no change to take back."), code="nothing_to_undo")


def undo_last_edit(
    *, dealership: Dealership, by: User, edition: int | None = None, now: datetime | None = None
) -> CapacityEdit:
    """Put the rules back as they were before the last change that still stands; that change, marked as undone.

    What was booked in first-snow mode stays when switching it on is taken back. Raises NothingToUndo, ChangedSince,
    StaleCapacity for another `edition`.
    """
    moment = now or clock.now()
    with transaction.atomic(durable=True):
        settings = lock_settings(dealership, edition)
        edit = last_edit(dealership)
        if edit is None:
            raise NothingToUndo
        restore(edit)
        edit.undone_at, edit.undone_by = moment, by
        edit.save(update_fields=["undone_at", "undone_by"])
        next_edition(settings)
    turn = snow_turn(edit.after, edit.before)
    make_pools(dealership, moment, honour=turn == "off", serve=turn == "on")
    return edit


def last_edit(dealership: Dealership) -> CapacityEdit | None:
    """The change that undo_last_edit would take back."""
    return CapacityEdit.objects.filter(dealership=dealership, undone_at=None).select_related("by").first()
