"""How full a day is: shop hours, cars, courtesy cars, shuttle seats, people waiting. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Appointment, CapacityPool, PoolKind, Transport
from booking.models.appointment import Status
from desk.words import NBSP, say_hours, say_wall_time

# From this share on, whoever books should look twice.
NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Gauge:
    """`used` of `cap` (None: no limit), and both as shown. `state` is "", wait (nearly full) or late (full)."""

    label: str
    used: int
    cap: int | None
    shown: str
    state: str = ""
    state_word: str = ""


def day_gauges(pools: Iterable[CapacityPool], appointments: Iterable[Appointment], zone: str) -> list[Gauge]:
    """The gauges of one day, in the order in which an advisor asks about them."""
    by_kind: dict[tuple[int, str], list[CapacityPool]] = {}
    for pool in pools:
        subject = pool.subject if pool.kind == PoolKind.TRANSPORT else ""
        by_kind.setdefault((pool.kind, subject), []).append(pool)
    waiting = [a for a in appointments if a.transport == Transport.WAIT and a.status in _ON_SITE]
    gauges = [
        _gauge(_("Hours"), by_kind.get((PoolKind.SHOP_DAY, "")), in_hours=True),
        _gauge(_("Cars"), by_kind.get((PoolKind.ADVISOR_DAY, ""))),
        Gauge(_("Waiters"), len(waiting), None, str(len(waiting))),
        _gauge(_("Courtesy cars"), by_kind.get((PoolKind.TRANSPORT, Transport.COURTESY_CAR))),
        _departures(by_kind.get((PoolKind.TRANSPORT, Transport.SHUTTLE), []), zone),
    ]
    return [gauge for gauge in gauges if gauge]


_ON_SITE = {Status.BOOKED, Status.CONFIRMED, Status.ARRIVED}


def _departures(pools: list[CapacityPool], zone: str) -> Gauge | None:
    """The shuttle's departures in one gauge: seats taken of each, and the worst state of all."""
    one_by_one = [gauge for pool in pools if (gauge := _gauge(_departure(pool, zone), [pool]))]
    if not one_by_one:
        return None
    worst = max(one_by_one, key=lambda gauge: ("", "wait", "late").index(gauge.state))
    shown = " · ".join(f"{gauge.label}{NBSP}{gauge.shown}" for gauge in one_by_one)
    used = sum(gauge.used for gauge in one_by_one)
    return Gauge(_("Shuttle"), used, None, shown, worst.state, worst.state_word)


def _departure(pool: CapacityPool, zone: str) -> str:
    return say_wall_time(pool.starts_at, zone) if pool.starts_at else ""


def _gauge(label: str, pools: list[CapacityPool] | None, *, in_hours: bool = False) -> Gauge | None:
    if not pools:
        return None
    used = sum(pool.used for pool in pools)
    caps = [None if pool.cap is None else pool.cap + pool.override for pool in pools]
    cap = None if None in caps else sum(value for value in caps if value is not None)
    say = say_hours if in_hours else str
    shown = say(used) if cap is None else f"{say(used)}/{say(cap)}"
    closed = all(pool.closed for pool in pools)
    return Gauge(label, used, cap, shown, *_state(used, cap, closed=closed))


def _state(used: int, cap: int | None, *, closed: bool) -> tuple[str, str]:
    if closed:
        return "late", _("closed")
    if cap is None:
        return "", ""
    if used >= cap:
        return "late", _("full")
    return ("wait", _("nearly full")) if used >= cap * NEARLY else ("", "")
