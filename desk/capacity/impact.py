"""What a change would do, in words: limits before and after. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.impact import Gauge
from booking.models import PoolKind
from desk.capacity.cells import part_word
from desk.capacity.sayings import say_limit
from desk.words import page_language
from lib import clock

MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """One limit of one day, before and after."""

    day: str
    what: str
    was: str
    will: str


def show_gauges(
    gauges: Iterable[Gauge], words: Mapping[tuple[int, str], str]
) -> tuple[list[ImpactLine], int]:
    """The first lines, and how many there are beyond them."""
    lines = [_line(one, words) for one in gauges]
    return lines[:MOST_LINES], max(0, len(lines) - MOST_LINES)


def _line(gauge: Gauge, words: Mapping[tuple[int, str], str]) -> ImpactLine:
    hours = gauge.kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
    return ImpactLine(
        day=clock.say_short_date(gauge.day, page_language()),
        what=label_of(gauge.kind, gauge.subject, words),
        was=say_limit(gauge.was, hours=hours),
        will=say_limit(gauge.will, hours=hours),
    )


def label_of(kind: int, subject: str, words: Mapping[tuple[int, str], str]) -> str:
    """The name of what a pool counts, as the week's rows have it; `words` by kind and subject."""
    if kind == PoolKind.ADVISOR_CELL:
        name = words.get((PoolKind.ADVISOR_DAY, subject), "")
        return _("Quarter hours of %(name)s") % {"name": name}
    whole, _slash, part = subject.partition("/")
    label = words.get((kind, whole), "")
    return f"{label}, {part_word(part)}" if part else label
