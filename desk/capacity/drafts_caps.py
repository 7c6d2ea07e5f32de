"""What the table of the week's limits and the reserve change, as drafts."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.models import CapacityRule, CapacitySettings, PoolKind, ReleaseStep, Transport
from booking.range_words import in_both
from dealerships.models import Dealership
from desk.capacity.caps import UNLIMITED
from desk.capacity.forms_caps import CapChange, CapsForm, DepartureChange
from desk.capacity.forms_release import ReleaseForm


def save_caps(dealership: Dealership, form: CapsForm) -> Draft:
    """The cells that were typed over, and no others."""
    changes, departures = list(form.changes), list(form.departure_changes)

    def change() -> None:
        for cell in changes:
            _set_cap(dealership, cell)
        for departure in departures:
            _set_departure(dealership, departure)

    return Draft(
        change,
        in_both(lambda: _("Limits of the week: %(what)s") % {"what": ", ".join(form.changed_labels())}),
    )


def _set_cap(dealership: Dealership, cell: CapChange) -> None:
    rules = CapacityRule.objects.filter(
        dealership=dealership,
        kind=cell.row.kind,
        subject=cell.row.subject,
        weekday=cell.weekday,
        starts_at=None,
    )
    if cell.new is None and cell.row.kind in UNLIMITED:
        rules.delete()
    else:
        _write(dealership, cell.row.kind, cell.row.subject, cell.weekday, None, cell.new)


def _set_departure(dealership: Dealership, departure: DepartureChange) -> None:
    subject, weekday, when = Transport.SHUTTLE, departure.weekday, departure.when
    if departure.new == 0:
        CapacityRule.objects.filter(
            dealership=dealership, kind=PoolKind.TRANSPORT, subject=subject, weekday=weekday, starts_at=when
        ).delete()
    else:
        _write(dealership, PoolKind.TRANSPORT, subject, weekday, when, departure.new)


def _write(
    dealership: Dealership, kind: int, subject: str, weekday: int, starts_at: time | None, cap: int | None
) -> None:
    CapacityRule.objects.update_or_create(
        dealership=dealership, kind=kind, subject=subject, weekday=weekday, starts_at=starts_at,
        defaults={"cap": cap},
    )  # fmt: skip


def save_release(dealership: Dealership, form: ReleaseForm) -> Draft:
    """What is kept back, and the steps in which it is released."""
    values, steps = form.cleaned_data, list(form.steps)

    def change() -> None:
        kept, _made = CapacitySettings.objects.get_or_create(dealership=dealership)
        kept.reserve_percent = values["reserve_percent"] or 0
        kept.kept_for_staff = values["kept_for_staff"]
        kept.web_guaranteed = values["web_guaranteed"]
        kept.save(update_fields=["reserve_percent", "kept_for_staff", "web_guaranteed"])
        wanted = {(step.what, step.days_before, step.at): step.percent for step in steps}
        for known in ReleaseStep.objects.filter(dealership=dealership):
            if wanted.get((known.what, known.days_before, known.at)) == known.percent:
                del wanted[known.what, known.days_before, known.at]
            else:
                known.delete()
        ReleaseStep.objects.bulk_create(
            ReleaseStep(dealership=dealership, what=what, days_before=days, at=at, percent=percent)
            for (what, days, at), percent in wanted.items()
        )

    return Draft(change, in_both(lambda: _("What is kept back, and when it is released")))
