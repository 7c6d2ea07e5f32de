"""Ranges of days: open, close, raise or lower; a full day; the week copied. Drafts, to preview and to apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from booking.actions.edit import Draft, NothingChanged, apply_draft
from booking.menu import WEB
from booking.models import (
    CapacityChange,
    CapacityEdit,
    ChangeAction,
    PoolKind,
    ServiceGroup,
    Skill,
    Transport,
)
from booking.needs import ARRIVALS, BY_DAY, LOUNGE
from booking.overrides import PARTS
from booking.range_words import in_both, say_change, say_copied_week, say_full_day
from dealerships.models import Dealership, Role, SpecialHours, StaffMember, User
from lib import clock
from lib.errors import Refusal

WEEK = timedelta(days=7)
# No time of day narrows these.
ALL_DAY = frozenset({PoolKind.CHANNEL_DAY.value, PoolKind.ADVISOR_DAY.value})
LIMITS = frozenset({ChangeAction.SET.value, ChangeAction.ADD.value})


@dataclass(frozen=True, slots=True)
class Range:
    """Which pools, from which day to which, at which hours; as booking.models.CapacityChange has it."""

    first_day: date
    last_day: date
    kind: int | None = None
    subject: str = ""
    from_time: time | None = None
    until_time: time | None = None


def range_change(
    dealership: Dealership,
    where: Range,
    *,
    by: User,
    action: str,
    amount: int | None = None,
    reason: str,
    now: datetime | None = None,
) -> Draft:
    """A ChangeAction over a range. Raises Refusal for an impossible one, with the field at fault."""
    today = clock.local(now or clock.now(), dealership.zone).date()
    where = _as_it_counts(where)
    _refuse_days(where, today)
    _refuse_subject(dealership, where)
    _refuse_hours(dealership, where)
    _refuse_amount(where, action, amount)
    if not reason.strip():
        raise Refusal(
            _("Give a reason: those who ask later will want to know."), code="no_reason", field="reason"
        )
    row = CapacityChange(
        dealership=dealership, kind=where.kind, subject=where.subject, first_day=where.first_day,
        last_day=where.last_day, from_time=where.from_time, until_time=where.until_time, action=action,
        amount=amount if action in LIMITS else None, reason=reason.strip()[:120], made_by=by,
        made_at=now or clock.now(),
    )  # fmt: skip
    return Draft(lambda: _write([row]), in_both(lambda: say_change(row, dealership)))


def change_range(
    *,
    dealership: Dealership,
    where: Range,
    by: User,
    action: str,
    amount: int | None = None,
    reason: str,
    edition: int | None,
    now: datetime | None = None,
) -> CapacityEdit:
    """range_change, applied."""
    draft = range_change(dealership, where, by=by, action=action, amount=amount, reason=reason, now=now)
    return apply_draft(draft, dealership=dealership, by=by, edition=edition, now=now)


def full_change(
    dealership: Dealership, day: date, *, by: User, web_only: bool = False, now: datetime | None = None
) -> Draft:
    """Nobody more on `day`, for the web or for all; who is booked stays."""
    moment = now or clock.now()
    where = Range(day, day, PoolKind.CHANNEL_DAY, WEB) if web_only else Range(day, day)
    _refuse_days(where, clock.local(moment, dealership.zone).date())
    row = CapacityChange(
        dealership=dealership, kind=where.kind, subject=where.subject, first_day=day, last_day=day,
        action=ChangeAction.FULL, reason=in_both(lambda: _("Day full"))[0], made_by=by, made_at=moment,
    )  # fmt: skip
    return Draft(lambda: _write([row]), in_both(lambda: say_full_day(day, web_only=web_only)))


def declare_full(
    *,
    dealership: Dealership,
    day: date,
    by: User,
    web_only: bool = False,
    edition: int | None = None,
    now: datetime | None = None,
) -> CapacityEdit:
    """full_change, applied. Raises NothingChanged when the last change of that day said so already."""
    if _is_full_already(dealership, day, web_only=web_only):
        raise NothingChanged
    draft = full_change(dealership, day, by=by, web_only=web_only, now=now)
    return apply_draft(draft, dealership=dealership, by=by, edition=edition, now=now)


def _is_full_already(dealership: Dealership, day: date, *, web_only: bool) -> bool:
    """Whether the last change of that day is the same one: the button pressed twice."""
    last = CapacityChange.objects.filter(dealership=dealership, first_day__lte=day, last_day__gte=day).last()
    said = (PoolKind.CHANNEL_DAY, WEB) if web_only else (None, "")
    return last is not None and (last.action, last.kind, last.subject) == (ChangeAction.FULL, *said)


def week_change(
    dealership: Dealership, from_monday: date, to_monday: date, *, by: User, now: datetime | None = None
) -> Draft:
    """What is dated in one week (changes, other hours), copied to another in place of what is dated there.

    What spans both weeks counts in both already and stays; of the week that has begun, so does what is past. Raises
    Refusal when they are not two Mondays, or the second week is over.
    """
    moment = now or clock.now()
    if from_monday.weekday() or to_monday.weekday() or from_monday == to_monday:
        raise Refusal(_("Choose two different weeks."), code="not_two_weeks", field="to_monday")
    today = clock.local(moment, dealership.zone).date()
    if to_monday + WEEK <= today:
        raise Refusal(_("That week is past: choose this one or a later one."), code="past", field="to_monday")
    return Draft(
        lambda: _copy(dealership, from_monday, to_monday, by, moment, today),
        in_both(lambda: say_copied_week(from_monday, to_monday)),
    )


def _write(rows: list[CapacityChange]) -> None:
    """Insert copies: a draft may be previewed before it is applied."""
    for row in rows:
        row.pk, row._state.adding = None, True
        row.save()


def _as_it_counts(where: Range) -> Range:
    """Hours of the shop are hours of everything in it; an advisor's are their check-ins."""
    if where.from_time is None:
        return where
    if where.kind == PoolKind.SHOP_DAY:
        return replace(where, kind=None, subject="")
    return replace(where, kind=PoolKind.ADVISOR_CELL.value) if where.kind == PoolKind.ADVISOR_DAY else where


def _refuse_days(where: Range, today: date) -> None:
    if where.last_day < where.first_day:
        raise Refusal(_("The first day must not come after the last day."), code="order", field="last_day")
    if where.first_day < today:
        raise Refusal(_("That day is past: choose today or later."), code="past", field="first_day")
    if where.last_day - where.first_day > timedelta(days=366):
        raise Refusal(_("A range of days is a year at most."), code="endless_range", field="last_day")
    if where.first_day > today + timedelta(days=2 * 366):
        raise Refusal(_("That is too far ahead to be meant."), code="too_far", field="first_day")


def _refuse_hours(dealership: Dealership, where: Range) -> None:
    begins, ends = where.from_time, where.until_time
    if begins is None and ends is None:
        return
    if begins is None or ends is None or begins >= ends:
        raise Refusal(
            _("Give both times, the first before the second, or none."), code="hours", field="until_time"
        )
    if where.kind in ALL_DAY or (where.kind == PoolKind.TRANSPORT and where.subject in BY_DAY):
        raise Refusal(_("This counts by the day: leave the hours blank."), code="by_day", field="from_time")
    if where.kind == PoolKind.SKILL_DAY and not _has_technicians(dealership):
        raise Refusal(
            _(
                "Without technicians' shifts, these minutes have no time of day: lower the limit of the day instead."
            ),
            code="by_day",
            field="from_time",
        )
    if where.first_day == where.last_day:
        for wall in (begins, ends):
            moment = clock.local(clock.at_local(where.first_day, wall, dealership.zone), dealership.zone)
            if moment.time() != wall:
                raise Refusal(
                    _("The clocks go forward that night: %(time)s does not exist on that day.")
                    % {"time": wall.strftime("%H:%M")},
                    code="skipped_time",
                    field="from_time",
                )


def _has_technicians(dealership: Dealership) -> bool:
    return StaffMember.objects.filter(dealership=dealership, role=Role.TECHNICIAN, active=True).exists()


def _refuse_amount(where: Range, action: str, amount: int | None) -> None:
    if action not in ChangeAction.values:
        raise Refusal(_("Choose what to do with the range."), code="action", field="action")
    if action not in LIMITS:
        return
    if where.kind is None:
        raise Refusal(_("Choose what the limit is for."), code="no_kind", field="kind")
    if action == ChangeAction.ADD and not amount:
        raise Refusal(_("Say by how much."), code="no_amount", field="amount")
    if action == ChangeAction.SET and amount is not None and amount < 0:
        raise Refusal(
            _("A limit can't be negative. 0 means closed, blank means no limit."),
            code="negative",
            field="amount",
        )


def _refuse_subject(dealership: Dealership, where: Range) -> None:
    """Only what exists can be closed or opened; "" is everything of the kind."""
    if not where.subject:
        return
    if where.kind not in PoolKind.values or where.subject not in _subjects(dealership, PoolKind(where.kind)):
        raise Refusal(_("That is not something of this dealership."), code="unknown_subject", field="subject")


def _subjects(dealership: Dealership, kind: PoolKind) -> set[str]:
    if kind in (PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY):
        advisors = StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR)
        return {str(pk) for pk in advisors.values_list("pk", flat=True)}
    if kind == PoolKind.SERVICE_GROUP:
        codes = set(ServiceGroup.objects.filter(dealership=dealership).values_list("code", flat=True))
        return codes | {f"{code}/{part}" for code in codes for part in PARTS}
    return {
        PoolKind.SKILL_DAY: set(Skill.values),
        PoolKind.TRANSPORT: set(Transport.values),
        PoolKind.WAITERS: {ARRIVALS, LOUNGE},
        PoolKind.CHANNEL_DAY: {"web", "staff"},
    }.get(kind, set())


def _copy(
    dealership: Dealership, from_monday: date, to_monday: date, by: User, now: datetime, today: date
) -> None:
    """Replace what is dated in the second week, from today on, by what is dated in the first."""
    offset = to_monday - from_monday
    place = (max(to_monday, today), _sunday(to_monday))
    source = (place[0] - offset, place[1] - offset)
    changes = CapacityChange.objects.filter(dealership=dealership)
    copied = [
        CapacityChange(
            dealership=dealership, kind=row.kind, subject=row.subject,
            first_day=max(row.first_day, source[0]) + offset, last_day=min(row.last_day, source[1]) + offset,
            from_time=row.from_time, until_time=row.until_time, action=row.action, amount=row.amount,
            reason=row.reason, made_by=by, made_at=now,
        )
        for row in changes.filter(first_day__lte=source[1], last_day__gte=source[0])
        if not (row.first_day <= place[0] and row.last_day >= place[1])
    ]  # fmt: skip
    changes.filter(first_day__gte=place[0], last_day__lte=place[1]).delete()
    _write(copied)
    hours = SpecialHours.objects.filter(dealership=dealership)
    other = list(hours.filter(day__range=source))
    hours.filter(day__range=place).delete()
    SpecialHours.objects.bulk_create(
        SpecialHours(
            dealership=dealership, day=row.day + offset, opens=row.opens, closes=row.closes,
            reason_fr=row.reason_fr, reason_en=row.reason_en,
        )
        for row in other
    )  # fmt: skip


def _sunday(monday: date) -> date:
    return monday + WEEK - timedelta(days=1)
