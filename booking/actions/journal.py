"""The journal of capacity: what managers changed, and taking the last change back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.actions.edit import lock_settings, make_pools, measure_run, next_edition
from booking.actions.retry import retried
from booking.actions.rule_rows import ChangedSince, restore, snow_turn
from booking.impact import Impact
from booking.models import CapacityEdit
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal

__all__ = ["ChangedSince", "NothingToUndo", "last_edit", "preview_undo", "undo_last_edit"]


class NothingToUndo(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is no change to take back."), code="nothing_to_undo")


def undo_last_edit(
    *, dealership: Dealership, by: User, edition: int | None = None, now: datetime | None = None
) -> CapacityEdit:
    """Put the rules back as they were before the last change that still stands; that change, marked as undone.

    What was booked in first-snow mode stays when switching it on is taken back. Raises NothingToUndo, ChangedSince,
    StaleCapacity for another `edition`, Busy: then nothing is taken back. `behind` as in edit_capacity.
    """
    moment = now or clock.now()
    edit = _take_back(dealership, by, edition, moment)
    turn = _turn_of_undoing(edit)
    edit.behind = not make_pools(dealership, moment, honour=turn == "off", serve=turn == "on")
    return edit


@retried
def _take_back(dealership: Dealership, by: User, edition: int | None, moment: datetime) -> CapacityEdit:
    with transaction.atomic(durable=True):
        settings = lock_settings(dealership, edition)
        edit = _standing(dealership)
        restore(edit)
        edit.undone_at, edit.undone_by = moment, by
        edit.save(update_fields=["undone_at", "undone_by"])
        next_edition(settings)
        return edit


@retried
def preview_undo(
    *, dealership: Dealership, edition: int | None = None, now: datetime | None = None
) -> Impact:
    """What undo_last_edit would do, as preview_capacity says it; nothing is written. Raises what undo_last_edit does."""
    moment = now or clock.now()
    with transaction.atomic():
        lock_settings(dealership, edition)
        edit = _standing(dealership)
        honour = _turn_of_undoing(edit) == "off"
        impact = measure_run(dealership, lambda: restore(edit), now=moment, honour=honour)
        transaction.set_rollback(True)
    return impact


def last_edit(dealership: Dealership) -> CapacityEdit | None:
    """The change that undo_last_edit would take back."""
    return CapacityEdit.objects.filter(dealership=dealership, undone_at=None).select_related("by").first()


def _standing(dealership: Dealership) -> CapacityEdit:
    edit = last_edit(dealership)
    if edit is None:
        raise NothingToUndo
    return edit


def _turn_of_undoing(edit: CapacityEdit) -> str:
    """`on` or `off` when taking the change back switches first-snow mode: who was booked in it stays."""
    return snow_turn(edit.after, edit.before)
