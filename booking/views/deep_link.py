"""What the address of the funnel may ask for: services, a vehicle, an advisor, a day. Reading it changes nothing.

A dealership's own site, its newsletters and its posters link here. The first form carries what was asked along, and
its POST writes it into the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from booking.menu import MOST_SERVICES, Menu
from booking.views.draft import Draft
from booking.views.starts import read_day

VEHICLE = ("make", "model", "year")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class DeepLink:
    """What was asked for and can be: services of the menu, each once; the rest as text, empty when it says nothing."""

    services: tuple[str, ...] = ()
    make: str = ""
    model: str = ""
    year: str = ""
    advisor: str = ""
    day: str = ""

    @property
    def vehicle(self) -> dict[str, str]:
        """The parts of the vehicle that were given."""
        return {name: value for name in VEHICLE if (value := getattr(self, name))}

    def pairs(self, *, vehicle: bool = True) -> list[tuple[str, str]]:
        """As an address or hidden fields carry it; a form that asks for the vehicle leaves that out."""
        return list(self._pairs(vehicle))

    def query(self, **more: str) -> str:
        """The query of an address that asks for the same, and `more`; with its question mark, or empty."""
        pairs = [(name, value) for name, value in self.pairs() if name not in more]
        pairs += [(name, value) for name, value in more.items() if value]
        return f"?{urlencode(pairs)}" if pairs else ""

    def _pairs(self, vehicle: bool) -> Iterator[tuple[str, str]]:  # noqa: FBT001 - of one caller
        yield from (("service", code) for code in self.services)
        for name in (*(VEHICLE if vehicle else ()), "advisor", "day"):
            if value := getattr(self, name):
                yield name, value


def read_link(query: QueryDict, menu: Menu) -> DeepLink:
    """What an address or a form asks for; what is unknown or makes no sense is left out, without a word."""
    asked = dict.fromkeys(code for code in query.getlist("service") if code in menu)
    advisor, year = _text(query, "advisor"), _text(query, "year")
    day = read_day(_text(query, "day"))
    return DeepLink(
        services=tuple(asked)[:MOST_SERVICES],
        make=_text(query, "make"),
        model=_text(query, "model"),
        year=year if _is_number(year) and len(year) == 4 else "",
        advisor=advisor if _is_number(advisor) and len(advisor) < 10 and int(advisor) else "",
        day=day.isoformat() if day else "",
    )


def take_link(link: DeepLink, draft: Draft) -> None:
    """Put what was asked for into the draft: services are added, and then the time is chosen again."""
    added = [code for code in link.services if code not in draft.services]
    if added:
        draft.services, draft.start = [*draft.services, *added][:MOST_SERVICES], ""
    if link.advisor:
        draft.advisor = int(link.advisor)
    if link.day:
        draft.day = link.day


def with_day(asked: Mapping[str, str], draft: Draft) -> Mapping[str, str]:
    """What the address of the time page asks to see; when it says nothing, the day that the link asked for."""
    silent = not draft.start and "day" not in asked and "from" not in asked
    return {**{name: asked[name] for name in asked}, "day": draft.day} if draft.day and silent else asked


def _text(query: QueryDict, name: str) -> str:
    value = query.get(name, "").strip()
    return value if len(value) <= LONGEST and value.isprintable() else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
