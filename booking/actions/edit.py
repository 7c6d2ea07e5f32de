"""Changing capacity: the one way by which managers' rules change; previewed, applied, taken back.

A change of rules is one transaction, and the pools follow in transactions of their own (booking.actions.refresh).
Cut in between, release_due goes on within a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from booking.actions.refresh import last_day, refresh_pools, serving
from booking.actions.retry import Busy, retried
from booking.actions.rule_rows import difference, take_snapshot
from booking.actions.serving import serve_wait_list
from booking.impact import Impact, measure
from booking.inputs import load_inputs
from booking.models import CapacityEdit, CapacitySettings
from booking.range_words import LONGEST_SUMMARY
from booking.soundness import offers_something, require_something_open, require_sound, sentence_for
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal

__all__ = [
    "Change", "Draft", "Impact", "NothingChanged", "StaleCapacity", "apply_draft", "edit_capacity", "edition_of",
    "preview_capacity", "preview_draft",
]  # fmt: skip

logger = logging.getLogger(__name__)

Change = Callable[[], None]


class StaleCapacity(Refusal):
    """Somebody changed the capacity since the page was made."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed the capacity since this page was made. Look at it again, then decide."),
            code="stale_capacity",
        )


class NothingChanged(Refusal):
    """The rules are already so."""

    def __init__(self) -> None:
        super().__init__(_("It is already so: nothing changes."), code="nothing_changed")


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of rules that can be previewed and applied; the summary in French and in English."""

    change: Change
    summary: tuple[str, str]


def edit_capacity(
    *,
    dealership: Dealership,
    by: User,
    summary: tuple[str, str],
    edition: int | None,
    change: Change,
    now: datetime | None = None,
    honour: bool = False,
    serve: bool = False,
) -> CapacityEdit:
    """Run `change` (writes of rule rows), note it in the journal, and make the pools what the rules now say.

    `edition` is that of the page (`edition_of`), None for whatever it is. With `honour`, whoever is in what closes may
    stay; with `serve`, the wait-list has what opens first. Raises StaleCapacity, NothingChanged, and what `change` or
    soundness refuse, Busy: then nothing is applied. The edit is `behind` when only its pools were too busy.
    """
    moment = now or clock.now()
    edit = _write(dealership, by, summary, edition, change, moment)
    edit.behind = not make_pools(dealership, moment, honour=honour, serve=serve)
    return edit


@retried
def _write(
    dealership: Dealership,
    by: User,
    summary: tuple[str, str],
    edition: int | None,
    change: Change,
    moment: datetime,
) -> CapacityEdit:
    with transaction.atomic(durable=True):
        settings = lock_settings(dealership, edition)
        before = take_snapshot(dealership)
        _run(dealership, change, moment)
        old, new = difference(before, take_snapshot(dealership))
        if not old and not new:
            raise NothingChanged
        edit = CapacityEdit.objects.create(
            dealership=dealership,
            at=moment,
            by=by,
            summary_fr=summary[0][:LONGEST_SUMMARY],
            summary_en=summary[1][:LONGEST_SUMMARY],
            before=old,
            after=new,
        )
        next_edition(settings)
        return edit


@retried
def preview_capacity(
    *, dealership: Dealership, change: Change, now: datetime | None = None, honour: bool = False
) -> Impact:
    """What `change` would do; nothing is written and no pool is locked. Raises what it or soundness refuses, Busy.

    It takes its turn with changes: both write rules, this one to take them back.
    """
    moment = now or clock.now()
    with transaction.atomic():
        lock_settings(dealership, None)
        impact = measure_run(dealership, lambda: _run(dealership, change, moment), now=moment, honour=honour)
        transaction.set_rollback(True)
    return impact


def measure_run(dealership: Dealership, run: Change, *, now: datetime, honour: bool) -> Impact:
    """Run it, and say what it did. For who holds the settings' lock, in a transaction that is rolled back."""
    today = clock.local(now, dealership.zone).date()
    before = load_inputs(dealership, today, last_day(dealership, today))
    run()
    changed = Dealership.objects.get(pk=dealership.pk)
    after = load_inputs(changed, today, last_day(changed, today))
    return measure(changed, before, after, now, honour=honour)


def edition_of(dealership: Dealership) -> int:
    """The number of the last change of capacity, for a page's form to send back."""
    mine = CapacitySettings.objects.filter(dealership=dealership)
    return mine.values_list("edition", flat=True).first() or 0


def apply_draft(
    draft: Draft,
    *,
    dealership: Dealership,
    by: User,
    edition: int | None,
    now: datetime | None = None,
    honour: bool = False,
) -> CapacityEdit:
    """edit_capacity with the draft's change and summary."""
    return edit_capacity(
        dealership=dealership, by=by, summary=draft.summary, edition=edition, change=draft.change, now=now,
        honour=honour,
    )  # fmt: skip


def preview_draft(
    draft: Draft, *, dealership: Dealership, now: datetime | None = None, honour: bool = False
) -> Impact:
    """preview_capacity with the draft's change."""
    return preview_capacity(dealership=dealership, change=draft.change, now=now, honour=honour)


def lock_settings(dealership: Dealership, edition: int | None) -> CapacitySettings:
    """The dealership's settings, locked: changes of one dealership come one after the other."""
    CapacitySettings.objects.get_or_create(dealership=dealership)
    settings = CapacitySettings.objects.select_for_update(no_key=True).get(dealership=dealership)
    if edition is not None and edition != settings.edition:
        raise StaleCapacity
    return settings


def next_edition(settings: CapacitySettings) -> None:
    """Whoever has a page of before this moment is told so."""
    settings.edition += 1
    settings.save(update_fields=["edition"])


def _run(dealership: Dealership, change: Change, now: datetime) -> None:
    """The change, and the look at the whole after it; the database's refusals as sentences."""
    offered = offers_something(dealership, now=now)
    try:
        with transaction.atomic():
            change()
    except (IntegrityError, DataError) as error:
        sentence = sentence_for(error)
        if not sentence:
            raise
        raise Refusal(sentence, code="impossible") from error
    changed = Dealership.objects.get(pk=dealership.pk)
    require_sound(changed)
    if offered:
        require_something_open(changed, now=now)


def make_pools(dealership: Dealership, now: datetime, *, honour: bool, serve: bool = False) -> bool:
    """Refresh by the rules as they now are; False when it did not get through: release_due does, within a minute."""
    try:
        changed = Dealership.objects.select_related("group").get(pk=dealership.pk)
        refresh_pools(
            dealership=changed, now=now, honour=honour, serve=serving(changed, now) if serve else None
        )
        if serve:
            serve_wait_list(dealership=changed, now=now)
    except Busy:
        logger.warning("pools of %s are left to the next run: too busy", dealership.slug)
        return False
    return True
