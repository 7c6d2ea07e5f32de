"""The caps of a start, the starts of a day, the services of a day, each as a line. Calculates, never writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from booking.menu_items import Menu
from booking.why import Explanation
from booking.why_caps import Cap
from booking.why_days import DemandDay, ServiceDay
from desk.capacity.sayings import transport_name
from desk.capacity.why_answers import Speaker, say_details, say_verdict, say_verdict_way
from desk.capacity.why_words import (
    name_cap,
    name_pool,
    rule_sentence,
    say_cap,
    say_level,
    say_units,
    say_way,
    scope_link,
)
from desk.words import page_language
from lib import clock


@dataclass(frozen=True, slots=True)
class CapLine:
    """One cap with its bar (`most` None: no bar), what would open it, who changed it, and where to change it."""

    name: str
    level: str
    used: int
    most: int | None
    closes: bool
    closed: bool
    needed: str
    way: str = ""
    details: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class StartChip:
    """One start of the day: its time, open or not, why not, and the address that explains it."""

    time: str
    is_open: bool
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service on the day: how many starts, or why none; and the address that explains it."""

    name: str
    transport: str
    starts: int
    reason: str
    way: str
    url: str


def cap_lines(found: Explanation, speaker: Speaker) -> list[CapLine]:
    """Every cap, the closing ones first; of those that have room and only differ in their moment, the fullest."""
    ways = {id(cap): way for cap, way in found.ways}
    shown = [cap for cap in found.look.caps if cap.closes]
    roomy: dict[tuple[int, str], Cap] = {}
    for cap in found.look.caps:
        if not cap.closes:
            key = (cap.kind, cap.subject)
            roomy[key] = max(roomy.get(key, cap), cap, key=_fullness)
    lines = []
    for cap in [*shown, *roomy.values()]:
        way = ways.get(id(cap))
        lines.append(
            CapLine(
                name=name_cap(cap, speaker.names, speaker.day),
                level=say_level(cap),
                used=min(cap.used, cap.most) if cap.most is not None else cap.used,
                most=cap.most or None,
                closes=cap.closes,
                closed=cap.closed or cap.missing or cap.most == 0,
                needed=say_units(cap.kind, cap.needed),
                way=say_way(cap, way, speaker.names, speaker.day) if way else "",
                details=say_details(cap, speaker, found.kept) if cap.closes else (),
                url=_change_url(cap, speaker),
            )
        )
    return lines


def other_rules(found: Explanation) -> list[str]:
    """The rules that refuse the start beside the first one, as sentences."""
    rules = found.look.rules[1:] if found.rule else ()
    return [rule_sentence(code) for code in rules]


def start_chips(day: DemandDay, speaker: Speaker, address: str, query: Mapping[str, Any]) -> list[StartChip]:
    """The starts of the day, each with a link that explains it."""
    chips = []
    for look in day.looks:
        wall = clock.local(look.starts_at, speaker.dealership.zone)
        first = next(iter(look.rules), "")
        cap = look.binding
        reason = rule_sentence(first) if first else say_cap(cap, speaker.names, speaker.day) if cap else ""
        url = f"{address}?{urlencode({**query, 'time': wall.strftime('%H:%M')}, doseq=True)}"
        chips.append(StartChip(clock.say_time(wall, page_language()), look.is_open, reason, url))
    return chips


def closing_reasons(day: DemandDay, speaker: Speaker) -> list[tuple[str, int]]:
    """What closes starts of the day, by how many, without their moments."""
    counts: Counter[str] = Counter()
    for look in day.looks:
        first, cap = next(iter(look.rules), ""), look.binding
        if first:
            counts[rule_sentence(first)] += 1
        elif cap:
            counts[name_pool(cap.kind, cap.subject, speaker.names)] += 1
    return counts.most_common()


def service_lines(
    found: Iterable[ServiceDay], speaker: Speaker, address: str, query: Mapping[str, Any]
) -> list[ServiceLine]:
    """A line a service and transport."""
    lines = []
    for one in found:
        asked = {**query, "services": [one.item.code], "transport": one.transport}
        lines.append(
            ServiceLine(
                name=one.item.name(page_language()),
                transport=transport_name(one.transport),
                starts=one.verdict.starts,
                reason="" if one.verdict.starts else say_verdict(one.verdict, speaker),
                way=say_verdict_way(one.verdict, speaker),
                url=f"{address}?{urlencode(asked, doseq=True)}",
            )
        )
    return lines


def named_services(menu: Menu, codes: Iterable[str]) -> str:
    return ", ".join(menu[code].name(page_language()) for code in codes if code in menu)


def _change_url(cap: Cap, speaker: Speaker) -> str:
    asked = scope_link(cap) if speaker.may_change else {}
    address = reverse("desk:capacity-change", args=[speaker.dealership.slug])
    return f"{address}?{urlencode(asked)}" if asked else ""


def _fullness(cap: Cap) -> float:
    return cap.used / cap.most if cap.most else 0.0
