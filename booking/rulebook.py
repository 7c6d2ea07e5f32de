"""Everything that decides about a start besides room, read at once and remembered until it changes.

The database gives a dealership another `rules_version` with every change of these rows (a trigger, so nobody can
forget), so what a process remembers is never stale: one small query asks for the version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import connection

from booking.menu_items import Menu, MenuChoice, MenuItem, MenuQuestion
from booking.snow import Snow, read_snow
from dealerships.calendar import Calendar, make_calendar
from dealerships.models import Dealership
from lib import clock

# Far enough to either side for every question about a day.
BEHIND, AHEAD = timedelta(days=40), timedelta(days=800)
MOST_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class SeasonRule:
    opens_on: date
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A service group's names, when its jobs may start, on the wall clock, and in which seasons."""

    name_fr: str
    name_en: str
    first_start: time | None
    last_start: time | None
    only_in_season: bool
    seasons: tuple[SeasonRule, ...]


@dataclass(frozen=True, slots=True)
class TransportRule:
    """When a way of bringing the vehicle is offered; minutes, and wall time on the day `book_by_days` before."""

    on_web: bool
    first_start: time | None
    last_start: time | None
    stay_at_least: int | None
    work_at_most: int | None
    book_by_days: int | None
    book_by: time | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one dealership, as values. `memberships`: groups by (service id, question code, choice code)."""

    menu: Menu
    calendar: Calendar
    groups: Mapping[str, GroupRule]
    memberships: Mapping[tuple[int, str, str], tuple[str, ...]]
    transports: Mapping[str, TransportRule]
    snow: Snow | None
    queues: Mapping[str, int]

    def groups_of(self, service: int, answers: Iterable[tuple[str, str]]) -> set[str]:
        """The groups that a job belongs to, by its service's id and its (question, choice) codes."""
        keys = [(service, "", ""), *((service, question, choice) for question, choice in answers)]
        return {group for key in keys for group in self.memberships.get(key, ())}


_remembered: dict[int, tuple[tuple[int, date], Rulebook]] = {}


def rulebook_of(dealership: Dealership) -> Rulebook:
    """The rules as they are now. One query; a second one when they changed since this process last asked."""
    known = _remembered.get(dealership.pk)
    with connection.cursor() as cursor:
        if known:
            cursor.execute(VERSION, {"dealership": dealership.pk})
            if known[0] == cursor.fetchone():
                return known[1]
        cursor.execute(RULES, {"dealership": dealership.pk})
        version, today, data = cursor.fetchone()
    book = _read(dealership.zone, json.loads(data) if isinstance(data, str) else data, today)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[dealership.pk] = ((version, today), book)
    return book


def rulebook_at(dealership: Dealership) -> Rulebook:
    """As `rulebook_of`, for a dealership that was read just now: no query while its version is the remembered one."""
    known = _remembered.get(dealership.pk)
    today = clock.local(clock.now(), dealership.zone).date()
    return known[1] if known and known[0] == (dealership.rules_version, today) else rulebook_of(dealership)


def _rows(columns: str, rest: str) -> str:
    return f"(SELECT coalesce(json_agg(t), '[]') FROM (SELECT {columns} FROM {rest}) t)"  # noqa: S608 - constants


_OF = "dealership_id = %(dealership)s"
_SERVICE = f"SELECT id FROM booking_service WHERE {_OF}"  # noqa: S608 - constants
_PARTS = {
    "hours": ("weekday, opens, closes", f"dealerships_openinghours WHERE {_OF}"),
    "special": ("day, opens, closes", f"dealerships_specialhours WHERE {_OF}"),
    "closures": (
        "first_day, last_day, statutory",
        f"dealerships_closure WHERE {_OF} AND staff_member_id IS NULL AND team = ''",
    ),
    "services": (
        (
            "id, code, name_fr, name_en, summary_fr, summary_en, icon, minutes, price, skill, waitable, transports,"
            " notice_hours, same_day_until, horizon_days, keywords_fr, keywords_en, not_for, asks_problem"
        ),
        f"booking_service WHERE {_OF} AND active ORDER BY position, id",
    ),
    "questions": (
        "id, service_id, code, label_fr, label_en, required",
        f"booking_question WHERE service_id IN ({_SERVICE}) ORDER BY position, id",
    ),
    "choices": (
        "c.id, question_id, c.code, c.label_fr, c.label_en, extra_minutes, extra_price, notice_hours",
        (
            "booking_choice c JOIN booking_question q ON q.id = c.question_id"
            f" WHERE q.service_id IN ({_SERVICE}) ORDER BY c.position, c.id"
        ),
    ),
    "groups": (
        "id, code, name_fr, name_en, first_start, last_start, only_in_season",
        f"booking_servicegroup WHERE {_OF} ORDER BY position, id",
    ),
    "members": (
        "g.code, m.service_id, m.choice_id, coalesce(q.code, '') AS question, coalesce(c.code, '') AS choice",
        (
            "booking_groupmember m JOIN booking_servicegroup g ON g.id = m.group_id"
            " LEFT JOIN booking_choice c ON c.id = m.choice_id LEFT JOIN booking_question q ON q.id = c.question_id"
            f" WHERE g.{_OF} ORDER BY g.position, g.id"
        ),
    ),
    "seasons": (
        "g.code, s.opens_on, s.first_day, s.last_day",
        f"booking_season s JOIN booking_servicegroup g ON g.id = s.group_id WHERE g.{_OF} ORDER BY s.first_day",
    ),
    "transports": (
        "transport, on_web, first_start, last_start, stay_at_least, work_at_most, book_by_days, book_by",
        f"booking_transportcondition WHERE {_OF}",
    ),
    "snow": (
        "lasts_days, notice_minutes, web_takes_all, extra_tire_minutes, switched_on_at",
        f"booking_firstsnow WHERE {_OF} AND switched_on_at IS NOT NULL",
    ),
    "snow_openings": (
        "o.weekday, o.opens, o.closes, o.tire_minutes, o.advisors",
        f"booking_snowopening o JOIN booking_firstsnow f ON f.id = o.first_snow_id WHERE f.{_OF}",
    ),
    "snow_raises": (
        "r.kind, r.subject, r.add",
        f"booking_snowraise r JOIN booking_firstsnow f ON f.id = r.first_snow_id WHERE f.{_OF}",
    ),
    "queues": ("skill, minutes", f"booking_queuerecord WHERE {_OF}"),
}
_STAND = "SELECT rules_version, (now() AT TIME ZONE zone)::date"
_FROM = " FROM dealerships_dealership WHERE id = %(dealership)s"
VERSION = _STAND + _FROM
_OBJECT = ", ".join(f"'{name}', {_rows(*part)}" for name, part in _PARTS.items())
RULES = f"{_STAND}, json_build_object({_OBJECT}){_FROM}"


def _read(zone: str, data: Mapping[str, list[dict[str, Any]]], today: date) -> Rulebook:
    calendar = _calendar(zone, data, today)
    snow = read_snow(data["snow"], data["snow_openings"], data["snow_raises"], calendar)
    memberships: dict[tuple[int, str, str], tuple[str, ...]] = {}
    for row in data["members"]:
        key = (row["service_id"], row["question"], row["choice"])
        memberships[key] = (*memberships.get(key, ()), row["code"])
    return Rulebook(
        menu=_menu(data, memberships),
        calendar=snow.calendar if snow else calendar,
        groups=_groups(data),
        memberships=memberships,
        transports={row["transport"]: _transport(row) for row in data["transports"]},
        snow=snow,
        queues={row["skill"]: row["minutes"] for row in data["queues"]},
    )


def _calendar(zone: str, data: Mapping[str, list[dict[str, Any]]], today: date) -> Calendar:
    rows = [
        *((row["weekday"], *_span(row), None, None, False) for row in data["hours"]),
        *((None, *_span(row), _day(row["day"]), _day(row["day"]), False) for row in data["special"]),
        *(
            (None, None, None, _day(row["first_day"]), _day(row["last_day"]), row["statutory"])
            for row in data["closures"]
        ),
    ]
    return make_calendar(zone, rows, today - BEHIND, today + AHEAD)


def _menu(
    data: Mapping[str, list[dict[str, Any]]], memberships: Mapping[tuple[int, str, str], tuple[str, ...]]
) -> dict[str, MenuItem]:
    services = {row["id"]: row for row in data["services"]}
    asked: dict[int, list[MenuQuestion]] = {}
    for question in data["questions"]:
        service = question["service_id"]
        choices = tuple(
            MenuChoice(
                row["code"], row["label_fr"], row["label_en"], row["extra_minutes"], row["extra_price"],
                row["notice_hours"], memberships.get((service, question["code"], row["code"]), ()),
            )
            for row in data["choices"]
            if row["question_id"] == question["id"]
        )  # fmt: skip
        if choices:
            asked.setdefault(service, []).append(
                MenuQuestion(
                    question["code"],
                    question["label_fr"],
                    question["label_en"],
                    choices,
                    question["required"],
                )
            )
    return {
        row["code"]: MenuItem(
            id=row["id"], code=row["code"], fr=row["name_fr"], en=row["name_en"], summary_fr=row["summary_fr"],
            summary_en=row["summary_en"], icon=row["icon"], minutes=row["minutes"], price=row["price"],
            skill=row["skill"], waitable=row["waitable"], transports=row["transports"],
            questions=tuple(asked.get(row["id"], ())), notice_hours=row["notice_hours"],
            same_day_until=_time(row["same_day_until"]), horizon_days=row["horizon_days"],
            groups=memberships.get((row["id"], "", ""), ()), keywords_fr=row["keywords_fr"],
            keywords_en=row["keywords_en"], not_for=tuple(row["not_for"]), asks_problem=row["asks_problem"],
        )
        for row in services.values()
    }  # fmt: skip


def _groups(data: Mapping[str, list[dict[str, Any]]]) -> dict[str, GroupRule]:
    seasons: dict[str, list[SeasonRule]] = {}
    for row in data["seasons"]:
        days = (_day(row[name]) for name in ("opens_on", "first_day", "last_day"))
        seasons.setdefault(row["code"], []).append(SeasonRule(*days))
    return {
        row["code"]: GroupRule(
            row["name_fr"],
            row["name_en"],
            _time(row["first_start"]),
            _time(row["last_start"]),
            row["only_in_season"],
            tuple(seasons.get(row["code"], ())),
        )
        for row in data["groups"]
    }


def _transport(row: Mapping[str, Any]) -> TransportRule:
    return TransportRule(
        row["on_web"], _time(row["first_start"]), _time(row["last_start"]), row["stay_at_least"],
        row["work_at_most"], row["book_by_days"], _time(row["book_by"]),
    )  # fmt: skip


def _span(row: Mapping[str, Any]) -> tuple[time, time]:
    return time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _day(text: str) -> date:
    return date.fromisoformat(text)
